import { basename } from 'node:path/posix';
import type { Delivery, DeliveryFile } from '../../../domain/patching/delivery.ts';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import { type EditOutcome, outcomeOf } from '../../../domain/patching/outcome.ts';
import type { FileHashes } from '../api/wire.ts';

/** Edits that would touch locked files; anything below `.iama` counts, whether it exists or not (TST-02). */
export const lockedTouched = (patch: PatchSet, locked: FileHashes): readonly EditOutcome[] => {
  const isLocked = (path: string): boolean =>
    Object.hasOwn(locked, path) || path === '.iama' || path.startsWith('.iama/');
  return patch.edits
    .filter((edit) => isLocked(edit.path) || (edit.op === 'RENAME_FILE' && isLocked(edit.to)))
    .map((edit) => outcomeOf(edit, 'REJECTED_PATH', null, 'the file is a locked test'));
};

const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|__mocks__|specs?|(?:__)?fixtures(?:__)?)\//iu;
const TEST_NAME = /(?:[._-](?:tests?|spec)|^tests?|^spec)\.(?:[cm]?[jt]sx?|json)$/iu;
/** What test runners wrote down that tests saw, and compare with. */
const SNAPSHOT = /(?:^|\/)(?:__snapshots__|tap-snapshots)\/|\.(?:snap|snapshot)$/iu;
/** Files that tell a test runner which tests there are. */
const RUNNER_FILE =
  /^(?:\.mocharc\b.*|\.taprc|(?:jest|vite|vitest|ava|karma|playwright|cypress)\.(?:conf(?:ig)?|workspace)\..*)$/iu;
/** The same in package.json. */
const RUNNER_KEYS = ['mocha', 'jest', 'ava', 'tap'];

export const isSnapshot = (path: string): boolean => SNAPSHOT.test(path);

/** Whether a path is one of a test, of what tests compare with or of the settings of a test runner, by its name. */
export const isTestFile = (path: string): boolean =>
  TEST_FOLDER.test(path) ||
  isSnapshot(path) ||
  TEST_NAME.test(basename(path)) ||
  RUNNER_FILE.test(basename(path));

const objectIn = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;

const manifestIn = (text: string | undefined): unknown => {
  try {
    return JSON.parse((text ?? '{}').replace(/^\ufeff/u, ''));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** What is there must stay as it was; scripts beside `test` (`pretest`, `build`) may be added. */
const manifestWeakened = ({ before, after }: DeliveryFile): readonly string[] => {
  if (before === null) return [];
  const [old, now] = [manifestIn(before.text), manifestIn(after?.text)];
  const changed = (left: unknown, right: unknown): boolean =>
    left !== undefined && JSON.stringify(left) !== JSON.stringify(right);
  const test = (manifest: unknown): unknown => objectIn(objectIn(manifest, 'scripts'), 'test');
  return [
    ...(changed(test(old), test(now)) ? ['package.json scripts.test'] : []),
    ...RUNNER_KEYS.filter(
      (key) => JSON.stringify(objectIn(old, key)) !== JSON.stringify(objectIn(now, key)),
    ).map((key) => `package.json ${key}`),
  ];
};

/**
 * What a change does to the package's own tests: test files, settings of test runners and the test command. A file that
 * the recorded behaviour covers (`subjects`) is a source, whatever its name.
 */
export const ownTestsTouched = (delivery: Delivery, subjects: ReadonlySet<string>): readonly string[] =>
  delivery.files.flatMap((file) => {
    if (file.path === 'package.json') return manifestWeakened(file);
    if (subjects.has(file.path)) return [];
    return [file.path, ...(file.to === file.path ? [] : [file.to])].filter(isTestFile);
  });
