import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../extension/executor/bin/iama.mjs', import.meta.url));

export type CliEnd = Readonly<{
  code: number | null;
  stdout: string;
  stderr: string;
  /** The JSON values of `--json`, in order. */
  values: readonly Record<string, unknown>[];
}>;

export type Cli = Readonly<{ child: ChildProcess; ended: Promise<CliEnd> }>;

const jsonLines = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** The command line as a child process, with a home of its own and nothing else of this environment. */
export const beginCli = (
  home: string,
  server: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = home,
): Cli => {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: home, IAMA_HOME: home, IAMA_SERVER: server, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<CliEnd>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr, values: jsonLines(stdout) }));
  });
  return { child, ended };
};

/** Runs a command to its end. */
export const runCli = (
  home: string,
  server: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = home,
): Promise<CliEnd> => beginCli(home, server, args, env, cwd).ended;
