import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pathProblem } from '../../../domain/patching/paths.ts';
import { ifThere } from '../errno.ts';
import { type FileVerdict, isCode, isSentType, judgeFile, MAX_FILE_BYTES } from './classify.ts';
import { UNSPELLABLE } from './copy-tree.ts';
import { dependencyInterfaces } from './dependencies.ts';
import { ignoreRulesFor } from './ignore-rules.ts';
import { type SecretFinding, secretByName, secretsIn } from './secrets.ts';

export type TextFile = Readonly<{ path: string; text: string }>;

/** `iama.context/1`. Paths are POSIX and relative to the workspace; a byte order mark stays in the text. */
export type JobContext = Readonly<{
  schema: 'iama.context/1';
  files: readonly TextFile[];
  targets: readonly string[];
  dependencies: readonly TextFile[];
}>;

export type Collected = Readonly<{
  context: JobContext;
  /** SHA-256 (lower-case hex) of the bytes of every file sent. */
  baseHashes: Readonly<Record<string, string>>;
  /** Bytes of all texts sent. */
  bytes: number;
  skipped: readonly Readonly<{ path: string; verdict: FileVerdict }>[];
  /** Files that hold secrets: not sent, named by file and line. */
  secrets: readonly SecretFinding[];
  /** Why no job can start with this; empty when it can. */
  stops: readonly string[];
}>;

const MAX_TOTAL_BYTES = 48 * 1024 * 1024;
const MAX_FILES = 20_000;
/** Names that are looked at, sent or not: beyond this it is no project but a disk. */
const MAX_ENTRIES = 200_000;
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|spec|fixtures)\//u;

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

type Found = Readonly<{ path: string; kind: 'FILE' | 'REPOSITORY' }>;

/** Every file that no ignore file leaves out, and folders that are repositories of their own, unless `isWanted`. */
const walk = async function* (
  root: string,
  isWanted: (repository: string) => boolean,
): AsyncGenerator<Found> {
  const rules = ignoreRulesFor(root);
  const inProject = (path: string): string => relative(root, path).split(sep).join('/');
  const enter = async function* (folder: string): AsyncGenerator<Found> {
    const entries = (await ifThere(readdir(folder, { withFileTypes: true }))) ?? [];
    if (folder !== root && entries.some(({ name }) => name === '.git') && !isWanted(inProject(folder))) {
      yield { path: inProject(folder), kind: 'REPOSITORY' };
      return;
    }
    rules.enter(folder);
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      // Symbolic links are neither files nor folders here, so that nothing outside of the workspace is read.
      if (entry.isDirectory() && !rules.ignores(path, true)) yield* enter(path);
      else if (entry.isFile() && !rules.ignores(path, false)) yield { path: inProject(path), kind: 'FILE' };
    }
  };
  yield* enter(root);
};

const isTargeted = (path: string, targets: readonly string[]): boolean =>
  targets.some((target) => path === target || path.startsWith(`${target}/`));

/** Reads what may leave the machine: Level 1 of the context (CTX-01), secrets kept back (CTX-02). Nothing is written. */
export const collect = async (root: string, targets: readonly string[]): Promise<Collected> => {
  const files: TextFile[] = [];
  const baseHashes: Record<string, string> = {};
  const skipped: Collected['skipped'][number][] = [];
  const secrets: SecretFinding[] = [];
  const stops: string[] = [];
  const seen = new Set<string>();
  let bytes = 0;

  const isWanted = (repository: string): boolean =>
    targets.some((target) => isTargeted(target, [repository]));
  for await (const { path, kind } of walk(root, isWanted)) {
    seen.add(path);
    if (kind === 'REPOSITORY') {
      skipped.push({ path, verdict: kind });
      continue;
    }
    if (seen.size > MAX_ENTRIES) {
      stops.push(
        `This folder holds more than ${MAX_ENTRIES} files. Name the folder of one project, or list what to leave out in .iamaignore.`,
      );
      break;
    }
    const named = targets.includes(path);
    const byName = secretByName(path);
    if (byName) {
      secrets.push(byName);
      continue;
    }
    if (!isSentType(path)) {
      skipped.push({ path, verdict: 'TYPE_NOT_SENT' });
      continue;
    }
    const absolute = join(root, path);
    const found = pathProblem(path) === null ? await ifThere(stat(absolute)) : null;
    if (found === null) {
      // A name that is no UTF-8 cannot be spelled here: nothing is found under it. Anything else has been deleted since.
      if (pathProblem(path) !== null || path.includes(UNSPELLABLE)) skipped.push({ path, verdict: 'NAME' });
      continue;
    }
    if (found.size > MAX_FILE_BYTES) {
      skipped.push({ path, verdict: 'TOO_LARGE' });
      continue;
    }
    const content = await ifThere(readFile(absolute));
    if (content === null) continue;
    const judged = judgeFile(path, content, { named });
    if (judged.verdict !== null) {
      skipped.push({ path, verdict: judged.verdict });
      continue;
    }
    const held = await secretsIn(path, judged.text);
    if (held.length > 0) {
      secrets.push(...held);
      continue;
    }
    files.push({ path, text: judged.text });
    baseHashes[path] = sha256(content);
    bytes += content.length;
    if (bytes > MAX_TOTAL_BYTES || files.length > MAX_FILES) {
      stops.push(
        `The project is too large to send (over ${MAX_TOTAL_BYTES / 1024 / 1024} MB or ${MAX_FILES} files). Name a smaller folder, or list what to leave out in .iamaignore.`,
      );
      break;
    }
  }

  for (const target of targets) {
    const hits = [...seen].filter((path) => isTargeted(path, [target]));
    if (hits.length === 0 && stops.length === 0) {
      stops.push(`There is no file ${target} in the project, or an ignore file leaves it out.`);
    }
    const unreadable = skipped.find(({ path, verdict }) => path === target && verdict !== null);
    if (unreadable) stops.push(`${target} cannot be worked on: ${unreadable.verdict}.`);
  }
  const mustBeClean = (path: string): boolean =>
    targets.length > 0 ? isTargeted(path, targets) : isCode(path) && !TEST_FOLDER.test(path);
  for (const { path, line, kind } of secrets.filter(({ path }) => mustBeClean(path))) {
    stops.push(
      `${path}${line === null ? '' : `, line ${line}`} holds a secret (${kind}). Remove it, then start again.`,
    );
  }

  const dependencies = await dependencyInterfaces(root);
  return {
    context: { schema: 'iama.context/1', files, targets, dependencies },
    baseHashes,
    bytes: bytes + dependencies.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    skipped,
    secrets,
    stops,
  };
};
