import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hasErrno } from '../errno.ts';

/** Environment variable by which every descendant of a run is known, also one that left its process group. */
export const RUN_MARK = 'IAMA_RUN';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return false;
    if (hasErrno(error, 'EPERM')) return true;
    throw error;
  }
};

/** What `/proc` tells; null where the process ended meanwhile, is another user's, or the system has no `/proc`. */
const fromProc = <Found>(look: () => Found): Found | null => {
  try {
    return look();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return null;
    throw error;
  }
};

/** False where there is no `/proc`, or that of another pid namespace: the numbers in it mean other processes here. */
const IS_OUR_PROC = fromProc(() => readlinkSync('/proc/self')) === String(process.pid);

const statOf = (pid: number): readonly string[] | null =>
  // The name in parentheses may hold spaces; what follows begins with the third field (proc(5)).
  IS_OUR_PROC
    ? fromProc(() =>
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /su, '')
          .split(' '),
      )
    : null;

const processes = (): readonly string[] =>
  IS_OUR_PROC ? (fromProc(() => readdirSync('/proc').filter((name) => /^\d+$/u.test(name))) ?? []) : [];

/** When the process began, in the system's own ticks; empty where the system does not tell. */
const startOf = (pid: number): string => statOf(pid)?.[19] ?? '';

/** Names one process for good: pids come back, in a container quickly. */
export const processToken = (pid: number = process.pid): string => `${pid}.${startOf(pid)}`;

export const isTokenAlive = (token: string): boolean => {
  const pid = Number(token.split('.')[0]);
  return Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) && processToken(pid) === token;
};

const kill = (target: number): void => {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    // It ended by itself, or it belongs to somebody else now.
    if (!hasErrno(error, 'ESRCH', 'EPERM')) throw error;
  }
};

export const killGroup = (leader: number): void => kill(-leader);

/** Marks of running processes, by pid. Empty where the system has no `/proc`. */
const marked = (): ReadonlyMap<number, string> => {
  const marks = new Map<number, string>();
  for (const name of processes()) {
    const mark = fromProc(() => readFileSync(`/proc/${name}/environ`, 'utf8'))
      ?.split('\0')
      .find((entry) => entry.startsWith(`${RUN_MARK}=`));
    if (mark !== undefined) marks.set(Number(name), mark.slice(RUN_MARK.length + 1));
  }
  return marks;
};

/** Ends every process of one run, wherever it moved to. */
export const killRun = (mark: string): void => {
  for (const [pid, found] of marked()) if (found === mark) kill(pid);
};

/** Parent and session of a running process; null where it ended meanwhile or the system does not tell. */
const kinOf = (pid: number): Readonly<{ parent: number; session: number }> | null => {
  const fields = statOf(pid);
  return fields === null ? null : { parent: Number(fields[1]), session: Number(fields[3]) };
};

export type Family = Readonly<{ look: () => void; kill: () => void }>;

/**
 * Descendants of a process by parent and session, gathered at every `look`, so that one that emptied its environment and
 * left the group is known too. One that is started, orphaned and moved to a session of its own between two looks is
 * not: only namespaces hold that one (`isolation.ts`).
 */
export const familyOf = (root: number): Family => {
  const known = new Map<number, string>([[root, processToken(root)]]);
  const isKnown = (pid: number): boolean =>
    known.get(pid) !== undefined && known.get(pid) === processToken(pid);
  const look = (): void => {
    const kin = new Map(processes().map((name) => [Number(name), kinOf(Number(name))]));
    for (let grew = true; grew; ) {
      grew = false;
      for (const [pid, found] of kin) {
        if (found === null || known.has(pid) || !(isKnown(found.parent) || isKnown(found.session))) continue;
        known.set(pid, processToken(pid));
        grew = true;
      }
    }
  };
  const killAll = (): void => {
    look();
    for (const pid of known.keys()) if (pid !== root && isKnown(pid)) kill(pid);
  };
  return { look, kill: killAll };
};

/**
 * Number of the pid namespace of this process, empty where the system has none. A process of another one, as in a container,
 * goes by another number there: nobody can tell from here whether it lives.
 */
export const pidNamespace = (): string =>
  /\d+/u.exec(fromProc(() => readlinkSync('/proc/self/ns/pid')) ?? '')?.[0] ?? '';

/** A mark for the processes of one run, of the form `<token of the owner>:<its pid namespace>:<uuid>`. */
export const newMark = (): string => `${processToken()}:${pidNamespace()}:${randomUUID()}`;

/** A person may use the same variable for something else. */
const OURS = /^(?<owner>\d+\.\d*):(?<namespace>\d*):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

const isOrphaned = (mark: string): boolean => {
  const { owner, namespace } = OURS.exec(mark)?.groups ?? {};
  return owner !== undefined && namespace === pidNamespace() && !isTokenAlive(owner);
};

/** Ends what runs of dead owners of this pid namespace left behind. Returns how many. */
export const sweepRuns = (): number => {
  const orphans = [...marked()].filter(([, mark]) => isOrphaned(mark));
  for (const [pid] of orphans) kill(pid);
  return orphans.length;
};
