import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { FileView } from './file-view.ts';
import { type Ending, endingUnder, type Isolation, launchUnder } from './isolation.ts';
import { familyOf, killGroup, killRun, newMark, RUN_MARK } from './processes.ts';

/** One process to run on the person's machine (EXE-04). Times in milliseconds, output in bytes. */
export type RunSpec = Readonly<{
  command: string;
  args: readonly string[];
  cwd: string;
  /** Folders that stand for the person's home and temp folders. */
  home: string;
  temp: string;
  /** Added to the scrubbed environment. */
  env?: Readonly<Record<string, string>>;
  /** `PROCESS_GROUP` unless told. */
  isolation?: Isolation;
  /** What it sees of the disk; needs `NAMESPACES`. */
  view?: FileView | null;
  timeoutMs: number;
  maxOutputBytes?: number;
  signal?: AbortSignal;
}>;

type RunResult = Readonly<{
  exitCode: number | null;
  /** The signal that ended it, if one did. */
  killedBy: string | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
  /** Output beyond the cap was dropped. */
  truncated: boolean;
  durationMs: number;
}>;

/** How often the descendants of a run are counted. */
const LOOK_MS = 250;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

const KILLED: Ending = { exitCode: null, killedBy: 'SIGKILL' };

/** Nothing of the person's environment but what a program needs to start: no tokens, no proxies, no NODE_OPTIONS. */
const scrubbedEnvironment = ({ home, temp }: Pick<RunSpec, 'home' | 'temp'>): Record<string, string> => ({
  PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
  HOME: home,
  TMPDIR: temp,
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  CI: '1',
  NO_COLOR: '1',
});

const collector = (limit: number) => {
  const chunks: Buffer[] = [];
  let [kept, dropped] = [0, false];
  return {
    add: (chunk: Buffer): void => {
      const room = limit - kept;
      if (chunk.length > room) dropped = true;
      if (room <= 0) return;
      chunks.push(chunk.subarray(0, room));
      kept += Math.min(chunk.length, room);
    },
    text: (): string => Buffer.concat(chunks).toString('utf8'),
    dropped: (): boolean => dropped,
  };
};

/**
 * Runs a process in its own group, or in namespaces of its own, with a scrubbed environment. On timeout and on abort the whole group is killed, and
 * in any case every descendant that is still there when the process has ended, also one in a group of its own.
 */
export const runProcess = (spec: RunSpec): Promise<RunResult> =>
  new Promise((resolve, reject) => {
    if (spec.signal?.aborted) {
      reject(spec.signal.reason);
      return;
    }
    const mark = newMark();
    const started = performance.now();
    const isolation = spec.isolation ?? 'PROCESS_GROUP';
    const { command, args } = launchUnder(isolation, spec, spec.view);
    const child = spawn(command, [...args], {
      cwd: spec.cwd,
      env: { ...scrubbedEnvironment(spec), ...spec.env, [RUN_MARK]: mark },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const limit = spec.maxOutputBytes ?? MAX_OUTPUT_BYTES;
    const [stdout, stderr] = [collector(limit), collector(limit)];
    let timedOut = false;
    const family = child.pid === undefined ? null : familyOf(child.pid);
    const looking = setInterval(() => family?.look(), LOOK_MS);
    const end = (): void => {
      family?.kill();
      if (child.pid !== undefined) killGroup(child.pid);
      killRun(mark);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, spec.timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      clearInterval(looking);
      spec.signal?.removeEventListener('abort', end);
    };
    spec.signal?.addEventListener('abort', end);
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    // A descendant that holds the pipes open would delay `close`, so it is ended as soon as the process itself has.
    child.on('exit', end);
    child.on('close', (code, signal) => {
      settle();
      if (spec.signal?.aborted) {
        reject(spec.signal.reason);
        return;
      }
      resolve({
        // `unshare` may see its child killed before it is killed itself, and exits with 1 then.
        ...(timedOut ? KILLED : endingUnder(isolation, { exitCode: code, killedBy: signal })),
        timedOut,
        stdout: stdout.text(),
        stderr: stderr.text(),
        truncated: stdout.dropped() || stderr.dropped(),
        durationMs: performance.now() - started,
      });
    });
  });
