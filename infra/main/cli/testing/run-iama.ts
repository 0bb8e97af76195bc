import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const IAMA = join(import.meta.dirname, '..', '..', '..', '..', 'extension', 'executor', 'bin', 'iama.mjs');

export type Ended = Readonly<{ code: number; stdout: string; stderr: string }>;

/** Runs one command line as a process that loads the whole program, whatever it ends with. */
export const runIama = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeout = 50_000,
): Promise<Ended> => {
  try {
    const options = { env: { ...process.env, ...env }, timeout };
    return { code: 0, ...(await promisify(execFile)(process.execPath, [IAMA, ...args], options)) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
    const { code, stdout, stderr } = error as Error & Ended;
    return { code, stdout, stderr };
  }
};
