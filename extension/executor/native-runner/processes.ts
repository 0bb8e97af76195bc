import { readdirSync, readFileSync } from 'node:fs';

/** Environment variable by which every descendant of a run is known, also one that left its process group. */
export const RUN_MARK = 'IAMA_RUN';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** When the process began, in the system's own ticks; empty where the system does not tell. */
const startOf = (pid: number): string => {
  try {
    // The name in parentheses may hold spaces; the start time is the 20th field after it (proc(5), field 22).
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /su, '')
        .split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
};

/** Names one process for good: pids come back, in a container quickly. */
export const processToken = (pid: number = process.pid): string => `${pid}.${startOf(pid)}`;

export const isTokenAlive = (token: string): boolean => {
  const pid = Number(token.split('.')[0]);
  return isAlive(pid) && processToken(pid) === token;
};

const kill = (target: number): void => {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    // It ended by itself, or it belongs to somebody else now.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')))
      throw error;
  }
};

export const killGroup = (leader: number): void => kill(-leader);

/** Marks of running processes, by pid. Empty where the system has no `/proc`. */
const marked = (): ReadonlyMap<number, string> => {
  const marks = new Map<number, string>();
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  } catch {
    return marks;
  }
  for (const name of names) {
    try {
      const mark = readFileSync(`/proc/${name}/environ`, 'utf8')
        .split('\0')
        .find((entry) => entry.startsWith(`${RUN_MARK}=`));
      if (mark !== undefined) marks.set(Number(name), mark.slice(RUN_MARK.length + 1));
    } catch {
      // Ended meanwhile, or another user's process.
    }
  }
  return marks;
};

/** Ends every process of one run, wherever it moved to. */
export const killRun = (mark: string): void => {
  for (const [pid, found] of marked()) if (found === mark) kill(pid);
};

/** Parent and session of a running process; null where it ended meanwhile or the system does not tell. */
const kinOf = (pid: number): Readonly<{ parent: number; session: number }> | null => {
  try {
    const [, parent, , session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ');
    return { parent: Number(parent), session: Number(session) };
  } catch {
    return null;
  }
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
    let names: string[];
    try {
      names = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
    } catch {
      return;
    }
    const kin = new Map(names.map((name) => [Number(name), kinOf(Number(name))]));
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

/** Ends what runs of dead owners left behind. A mark is `<token of the owner>:<id>`. Returns how many. */
export const sweepRuns = (): number => {
  const orphans = [...marked()].filter(([, mark]) => !isTokenAlive(mark.split(':')[0] ?? ''));
  for (const [pid] of orphans) kill(pid);
  return orphans.length;
};
