import { type RunSpec, runProcess } from './run-process.ts';

/** Runs JavaScript in the folder, which is also its home and its place for temporary files. */
export const runScript = (folder: string, code: string, more: Partial<RunSpec> = {}) =>
  runProcess({
    command: process.execPath,
    args: ['-e', code],
    cwd: folder,
    home: folder,
    temp: folder,
    timeoutMs: 20_000,
    ...more,
  });
