import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { ifThere } from '../../errno.ts';
import { sha256, TEST_FOLDER, TestsWeakened } from '../../test-run/test-files.ts';
import { NOT_COPIED } from '../../workspace/copy-tree.ts';
import type { TestPlan } from '../artifacts.ts';
import type { OwnTests } from '../own-tests.ts';
import { isSnapshot, isTestFile } from '../weakened.ts';

const schema = z.object({
  schema: z.literal('iama.asserted/1'),
  /** Files of the project's own tests, by path, with their hashes. */
  files: z.record(z.string(), z.string()),
  /** Tests that passed N of N times, in the order of the report. */
  tests: z.array(z.string()),
  /** Tests that did not; they judge nothing. */
  left: z.array(z.string()),
  /** By file of theirs: offsets that some run on the untouched code did not come to. */
  unreached: z.record(z.string(), z.array(z.tuple([z.int(), z.int()]).readonly()).readonly()),
});

/** What is locked of the project's own tests (TST-02). Its text stands where recorded results stand otherwise. */
export type AssertedTests = Omit<z.infer<typeof schema>, 'schema'>;

export const assertedText = (asserted: AssertedTests): string =>
  `${JSON.stringify({ schema: 'iama.asserted/1', ...asserted }, null, 2)}\n`;

/** Null: the text holds recorded results, and the project's own tests are not what was locked. */
export const assertedIn = (text: string): AssertedTests | null =>
  schema.safeParse(JSON.parse(text)).data ?? null;

const filesBelow = function* (root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !NOT_COPIED.has(entry.name)) yield* filesBelow(root, path);
    else if (entry.isFile()) yield relative(root, path).split(sep).join('/');
  }
};

/** Files and folders that the commands name, but for the root and for folders that hold sources. */
const namedIn = (root: string, { commands }: OwnTests, modules: ReadonlySet<string>): readonly string[] =>
  commands.flat().flatMap((word) => {
    const path = relative(root, resolve(root, word.replace(/^-[^=]*=?/u, '')))
      .split(sep)
      .join('/');
    const holdsSources = [...modules].some((module) => module.startsWith(`${path}/`));
    return path === '' || path.startsWith('..') || holdsSources ? [] : [path];
  });

/** `own-tests.json` of a plan; `helpers`: files that only the tests load, as the server found in the code. */
const ownTestsFile = z.object({ helpers: z.array(z.string()).default([]) });

const helpersIn = ({ files }: TestPlan): ReadonlySet<string> => {
  const file = files.find(({ path }) => path === `${TEST_FOLDER}/own-tests.json`);
  return new Set(file === undefined ? [] : ownTestsFile.parse(JSON.parse(file.text)).helpers);
};

/**
 * Hashes of the project's own tests: what is named like one, what the commands run, and what only they load. A module of
 * the plan is a source, whatever its name.
 */
export const ownTestHashes = async (
  root: string,
  own: OwnTests,
  plan: TestPlan,
): Promise<Readonly<Record<string, string>>> => {
  const modules = new Set([...plan.modules, ...plan.subjects.map(({ module }) => module)]);
  const named = namedIn(root, own, modules);
  const helpers = helpersIn(plan);
  const isOwn = (path: string): boolean =>
    !modules.has(path) &&
    (isTestFile(path) ||
      helpers.has(path) ||
      named.some((place) => path === place || path.startsWith(`${place}/`)));
  const hashes: [string, string][] = [];
  for (const path of [...filesBelow(root, root)].filter(isOwn).sort())
    hashes.push([path, sha256(await readFile(join(root, path)))]);
  return Object.fromEntries(hashes);
};

/** Snapshots that a run made: tests that write down what they see agree with everything. */
export const snapshotsMade = (root: string, files: Readonly<Record<string, string>>): readonly string[] =>
  [...filesBelow(root, root)].filter((path) => isSnapshot(path) && !Object.hasOwn(files, path));

/** Files of the lock that are other ones now, or gone. */
export const changedOwnTests = async (
  root: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const changed: string[] = [];
  for (const [path, hash] of Object.entries(files)) {
    const content = await ifThere(readFile(join(root, path)));
    if (content === null || sha256(content) !== hash) changed.push(path);
  }
  return changed;
};

/** @throws {TestsWeakened} naming every file of the project's own tests that was changed or removed */
export const requireOwnTests = async (
  root: string,
  files: Readonly<Record<string, string>>,
): Promise<void> => {
  const changed = await changedOwnTests(root, files);
  if (changed.length > 0) throw new TestsWeakened(changed);
};
