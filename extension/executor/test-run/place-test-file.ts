import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathProblem } from '../../../domain/patching/paths.ts';
import { diskProblem } from '../workspace/inside.ts';
import { TEST_FOLDER } from './test-files.ts';

export type SourceText = Readonly<{ path: string; text: string }>;

/** A test plan names a place that generated tests may not take. */
export class TestFileRefused extends Error {
  constructor(reason: string) {
    super(`A generated test must lie below ${TEST_FOLDER}: ${reason}`);
    this.name = 'TestFileRefused';
  }
}

/**
 * The only way by which a file of a test plan reaches the disk. Its path comes from the server, so that it is text of a
 * stranger: only plain names below `.iama/tests`, with no symbolic link on the way (EXE-06).
 *
 * @throws {TestFileRefused} before anything is written
 */
export const placeTestFile = async (workspaceRoot: string, file: SourceText): Promise<void> => {
  const prefix = `${TEST_FOLDER}/`;
  if (!file.path.startsWith(prefix)) throw new TestFileRefused('a path leads elsewhere');
  const problem = pathProblem(file.path.slice(prefix.length));
  if (problem !== null) throw new TestFileRefused(`a path is not allowed (${problem})`);
  const onDisk = await diskProblem(workspaceRoot, file.path);
  if (onDisk !== null) throw new TestFileRefused(onDisk);
  const target = path.join(workspaceRoot, file.path);
  await mkdir(path.dirname(target), { recursive: true });
  await rm(target, { force: true });
  await writeFile(target, file.text);
};
