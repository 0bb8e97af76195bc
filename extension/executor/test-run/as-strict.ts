import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathProblem } from '../../../domain/patching/paths.ts';
import { diskProblem } from '../workspace/inside.ts';
import type { Snapshots } from './snapshots.ts';

/** What is skipped before the first statement: a byte order mark, and a `#!` line up to any line terminator of the language. */
const HEAD = /^\uFEFF?(?:#![^\n\r\u2028\u2029]*(?<end>\r\n|[\n\r\u2028\u2029])?)?/u;

/** The same code in strict mode; no line moves. */
export const asStrict = (text: string): string =>
  text.replace(
    HEAD,
    (head, end: string | undefined) =>
      `${head}${head.includes('#!') && end === undefined ? '\n' : ''}'use strict';`,
  );

/**
 * Does something while the named files of a private copy are strict mode code, then puts them back. The paths come from the
 * server: only plain files within the copy are written (EXE-06).
 *
 * @throws {Error} before anything is written, where a path leads elsewhere
 */
export const whileStrict = async <Result>(
  root: string,
  paths: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> => {
  for (const each of paths) {
    const problem = pathProblem(each) ?? (await diskProblem(root, each));
    if (problem !== null)
      throw new Error(`The test plan names a file that cannot be made strict: ${problem}`);
  }
  const originals = await Promise.all(
    paths.map(async (each) => {
      const at = path.join(root, each);
      return { at, bytes: await readFile(at) };
    }),
  );
  try {
    for (const { at, bytes } of originals) await writeFile(at, asStrict(bytes.toString('utf8')));
    return await work();
  } finally {
    for (const { at, bytes } of originals) await writeFile(at, bytes);
  }
};

/** Cases that the sloppy code gives one result for, and strict code another: the person accepted that they differ. */
export const otherwiseInStrict = (sloppy: readonly Snapshots[], strict: Snapshots): Snapshots['left'] => {
  const [first, ...others] = sloppy;
  const differing = Object.entries(first?.results ?? {}).filter(
    ([id, { result }]) =>
      others.every((run) => run.results[id]?.result === result) && strict.results[id]?.result !== result,
  );
  return Object.fromEntries(differing.map(([id, { call }]) => [id, { call, why: 'STRICT_MODE' }]));
};
