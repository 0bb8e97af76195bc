import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkerSettings } from './worker-process.ts';
import { eventually } from './world.ts';

export type WorkerChild = Readonly<{
  pid: number;
  reports: readonly Readonly<Record<string, unknown>>[];
  signal: (signal: NodeJS.Signals) => void;
  /** Resolves when the process is gone. */
  gone: Promise<void>;
}>;

const reportsOf = (child: ChildProcess): Record<string, unknown>[] => {
  const reports: Record<string, unknown>[] = [];
  if (child.stdout !== null)
    createInterface(child.stdout).on('line', (line) => reports.push(JSON.parse(line)));
  if (child.stderr !== null)
    createInterface(child.stderr).on('line', (line) => reports.push({ stderr: line }));
  return reports;
};

/** Starts a worker process and waits until it runs. */
export const startWorker = (settings: WorkerSettings): Promise<WorkerChild> =>
  startScript('worker-process.ts', settings);

/** The same for another script of this folder. One that is to be killed may be so by what was left for it, before it says that it runs. */
export const startScript = async (name: string, settings: object): Promise<WorkerChild> => {
  const script = join(import.meta.dirname, name);
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const reports = reportsOf(child);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isStarted = (): boolean => reports.some(({ message }) => message === 'started');
  await eventually(() => isStarted() || child.signalCode !== null, 30_000);
  if (child.pid === undefined) throw new Error('the worker has no process id');
  return { pid: child.pid, reports, signal: (signal) => child.kill(signal), gone };
};
