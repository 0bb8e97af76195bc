import { lstatSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applyPatch } from '../../../domain/patching/apply.ts';
import type { Delivery } from '../../../domain/patching/delivery.ts';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import type { EditOutcome } from '../../../domain/patching/outcome.ts';
import type { FileWrite } from '../../../domain/patching/select.ts';
import { languageTools } from '../languages/typescript.ts';
import { plural, someOf } from '../words.ts';
import { sha256 } from '../workspace/collect.ts';
import { insideProblem } from '../workspace/inside.ts';
import { createShadow, type Shadow } from '../workspace/shadow.ts';
import { DependenciesTouched } from '../workspace/untouched.ts';
import { readContext } from './artifacts.ts';
import { deliveryOf, NotDeliverable } from './delivered.ts';
import type { ExecutionContext } from './execution.ts';

type ShadowFile = Readonly<{ path: string; content: string | Uint8Array }>;

/** Writes a source file into the shadow. Wherever its path comes from, it cannot lead out of there (EXE-06). */
const writeIntoShadow = async (shadow: Shadow, { path, content }: ShadowFile): Promise<void> => {
  const problem = await insideProblem(shadow.root, path);
  if (problem !== null) throw new Error(`${path}: ${problem.reason}`);
  const absolute = join(shadow.root, path);
  await mkdir(dirname(absolute), { recursive: true });
  await rm(absolute, { force: true });
  await writeFile(absolute, content);
};

/**
 * A shadow with the sources that the job began with: the project as it is now, with every file of the context as it was
 * sent, so that a person may keep working while a job runs.
 */
const shadowOfBase = async (context: ExecutionContext): Promise<Shadow> => {
  const shadow = await createShadow(context.workspace);
  try {
    const sent = await context.artifact('CONTEXT');
    for (const { path, text } of sent === null ? [] : readContext(sent).files) {
      if ((await insideProblem(shadow.root, path)) === null) {
        await writeIntoShadow(shadow, { path, content: text });
      }
    }
    return shadow;
  } catch (error) {
    await shadow.dispose();
    throw error;
  }
};

/**
 * Works in a shadow of the base, which is removed afterwards. Where the system could not hold the tests off the person's
 * files, it looks whether they changed: in the dependencies that is an error, in the sources the person is told, who may
 * be at work there.
 *
 * @throws {DependenciesTouched}
 */
export const inShadow = async <Result>(
  context: ExecutionContext,
  work: (shadow: Shadow) => Promise<Result>,
): Promise<Result> => {
  const shadow = await shadowOfBase(context);
  try {
    const result = await work(shadow);
    const { dependencies, sources } = await shadow.touched();
    if (dependencies.length > 0) throw new DependenciesTouched(dependencies);
    if (sources.length > 0)
      context.tell(
        `${plural(sources.length, 'file')} of your project changed while tests ran (${someOf(sources)}). If that was not you, look at ${sources.length === 1 ? 'it' : 'them'}.`,
      );
    return result;
  } finally {
    await shadow.dispose();
  }
};

/** Writes a selection of a delivery into the shadow (DEL-03). */
export const writeSelection = async (shadow: Shadow, writes: readonly FileWrite[]): Promise<void> => {
  for (const { path, after } of writes) {
    if (after !== null) {
      await writeIntoShadow(shadow, { path, content: after });
      continue;
    }
    const problem = await insideProblem(shadow.root, path);
    if (problem !== null) throw new Error(`${path}: ${problem.reason}`);
    await rm(join(shadow.root, path), { force: true });
  }
};

/** A plain file of the shadow; undefined for anything else, a symbolic link on the way included. */
const readPlainFile = (root: string, path: string): Uint8Array | undefined => {
  let at = root;
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    at = join(at, segment);
    const found = lstatSync(at, { throwIfNoEntry: false });
    const fits = index === segments.length - 1 ? found?.isFile() : found?.isDirectory();
    if (fits !== true) return undefined;
  }
  return readFileSync(at);
};

/** Tells which files the tests do without, because they hold secrets. */
export const tellKeptBack = (context: ExecutionContext, { keptBack }: Shadow): void => {
  const paths = [...new Set(keptBack.map(({ path }) => path))];
  if (paths.length === 0) return;
  const named = paths.slice(0, 5).join(', ') + (paths.length > 5 ? `, and ${paths.length - 5} more` : '');
  context.tell(
    `Left out of the private copy, because a test could repeat what is in there: ${plural(paths.length, 'file')} with secrets (${named}).`,
  );
};

export type PatchedShadow =
  | Readonly<{ status: 'PATCHED'; outcomes: readonly EditOutcome[]; delivery: Delivery }>
  | Readonly<{ status: 'FAILED'; outcomes: readonly EditOutcome[]; reason: string }>;

/** Applies a patch to the shadow, whole or not at all, and tells what that would deliver. The base is the shadow before. */
export const patchShadow = async (shadow: Shadow, patch: PatchSet): Promise<PatchedShadow> => {
  const read = (path: string): Uint8Array | undefined => readPlainFile(shadow.root, path);
  const report = applyPatch(patch, { ...languageTools, sha256, read });
  if (report.status === 'FAILED') return report;
  const { outcomes } = report;
  for (const path of report.files.keys()) {
    const problem = await insideProblem(shadow.root, path);
    if (problem !== null) return { status: 'FAILED', outcomes, reason: `${path}: ${problem.reason}` };
  }
  let delivery: Delivery;
  try {
    delivery = deliveryOf(read, report);
  } catch (error) {
    if (error instanceof NotDeliverable) return { status: 'FAILED', outcomes, reason: error.message };
    throw error;
  }
  for (const [path, content] of report.files) {
    if (content === null) await rm(join(shadow.root, path), { force: true });
    else await writeIntoShadow(shadow, { path, content });
  }
  return { status: 'PATCHED', outcomes, delivery };
};
