import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { arranging, type FileView } from './file-view.ts';

/**
 * How far this system lets us hold the processes of a run (EXE-04).
 * `NAMESPACES`: they see no other process, have no network but their own loopback, and all end with the first one,
 * wherever they moved to. `PROCESS_GROUP`: they are found by group, session and environment, which one that means to
 * hide can escape; the network is open.
 */
export type Isolation = 'NAMESPACES' | 'PROCESS_GROUP';

type Tools = Readonly<{ unshare: string; setpriv: string }>;

const PROBE_MS = 10_000;
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

const toolsHere = (): Tools | null => {
  const find = (name: string): string | undefined =>
    FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
  const [unshare, setpriv] = [find('unshare'), find('setpriv')];
  return unshare === undefined || setpriv === undefined ? null : { unshare, setpriv };
};

/**
 * The first process in the namespaces: it arranges the view of the disk, turns the loopback on, since many tests serve
 * to themselves, then runs the program without any capability, so that it cannot lift what holds it. It stays the
 * parent, because as number 1 the program would not get signals of its own.
 */
const firstProcess = (view: FileView | null): string => `
PATH="$PATH:/usr/sbin:/sbin"
${view === null ? '' : `{ ${arranging(view)}; } || exit 125`}
{ ip link set lo up || ifconfig lo up || perl -e 'my $r = pack("a16s", "lo", 0x49); socket(S, 2, 2, 0) && ioctl(S, 0x8914, $r) || exit 1'; } 2>/dev/null >&2 || exit 125
"$@"
exit $?
`;

const CONFINED = ['--user', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--net'];
const AS_THE_PERSON = ['--map-current-user', '--keep-caps'];
const POWERLESS = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs'];

export type Launch = Readonly<{ command: string; args: readonly string[] }>;

/**
 * Only user 0 of a namespace may mount, and tests are not to see themselves as user 0: where there is a view, they get
 * a second user namespace, in which they are the person again and from which nothing of the first can be changed.
 */
const asWhom = (unshare: string, view: FileView | null): Readonly<{ outer: string[]; inner: string[] }> => {
  if (view === null) return { outer: AS_THE_PERSON, inner: [] };
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const mapping = [`--map-user=${user}`, `--map-group=${group}`, '--keep-caps'];
  return { outer: ['--map-root-user'], inner: [unshare, '--user', ...mapping, '--'] };
};

const wrapped = (
  { unshare, setpriv }: Tools,
  { command, args }: Launch,
  view: FileView | null = null,
): Launch => {
  const { outer, inner } = asWhom(unshare, view);
  const first = ['/bin/sh', '-c', firstProcess(view), 'sh', ...inner, setpriv, ...POWERLESS, '--'];
  return { command: unshare, args: [...CONFINED, ...outer, '--', ...first, command, ...args] };
};

/** What to start so that the program runs under that isolation; a view of the disk needs `NAMESPACES`. */
export const launchUnder = (isolation: Isolation, launch: Launch, view: FileView | null = null): Launch => {
  const tools = isolation === 'NAMESPACES' ? toolsHere() : null;
  return tools === null ? launch : wrapped(tools, launch, view);
};

const SIGNALS = new Map<number, string>(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

export type Ending = Readonly<{ exitCode: number | null; killedBy: string | null }>;

/** A shell tells of a signal as 128 and its number; here it is a signal again. */
export const endingUnder = (isolation: Isolation, ending: Ending): Ending => {
  const { exitCode } = ending;
  const signal = exitCode === null || exitCode <= 128 ? undefined : SIGNALS.get(exitCode - 128);
  return isolation === 'NAMESPACES' && signal !== undefined ? { exitCode: null, killedBy: signal } : ending;
};

const TRIAL: Launch = { command: process.execPath, args: ['--version'] };

const succeeds = ({ command, args }: Launch): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, [...args], { stdio: 'ignore', timeout: PROBE_MS, killSignal: 'SIGKILL' });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });

let known: Promise<Isolation> | null = null;

/** The best that this system allows, tried out once per process: kernels, containers and distributions differ. */
export const isolationHere = (): Promise<Isolation> => {
  const probe = async (): Promise<Isolation> => {
    const tools = process.platform === 'linux' ? toolsHere() : null;
    if (tools === null) return 'PROCESS_GROUP';
    return (await succeeds(wrapped(tools, TRIAL))) ? 'NAMESPACES' : 'PROCESS_GROUP';
  };
  known ??= probe();
  return known;
};

/** Whether this system can show a run that view of the disk, tried out: file systems and kernels differ in what they allow. */
export const canShow = async (view: FileView): Promise<boolean> => {
  const isolation = await isolationHere();
  return isolation === 'NAMESPACES' && (await succeeds(launchUnder(isolation, TRIAL, view)));
};
