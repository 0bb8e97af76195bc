import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Role = 'api' | 'worker' | 'sequencer' | 'tail' | 'http' | 'client' | 'shop';

export type Member = Readonly<{
  name: string;
  role: Role;
  settings: object;
  /** A file that the process writes when it can work; until it has done so for a while it is not worth killing. */
  readyFile?: string;
}>;

/** On a busy machine a server needs ten seconds to start: killed as soon as it listened, none ever answered anybody. */
const WORKS_AT_LEAST_MS = 4_000;

const hasWorked = (readyFile: string): boolean => {
  const since = statSync(readyFile, { throwIfNoEntry: false })?.mtimeMs;
  return since !== undefined && Date.now() - since >= WORKS_AT_LEAST_MS;
};

/** Processes that are started again whenever they die, until told to stop. */
export class Fleet {
  readonly #folder: string;
  readonly #children = new Map<string, ChildProcess>();
  readonly #members: readonly Member[];
  readonly #stopping = new Set<Role>();
  readonly #paused = new Set<string>();
  #starts = 0;

  constructor(folder: string, members: readonly Member[]) {
    this.#folder = folder;
    this.#members = members;
  }

  start(): void {
    for (const member of this.#members) this.#spawn(member);
  }

  /** Processes started, first starts included. */
  get starts(): number {
    return this.#starts;
  }

  names(role: Role): readonly string[] {
    return this.#members.filter((member) => member.role === role).map(({ name }) => name);
  }

  /** Waits until all that say when they can work have said so, at most `patienceMs`. */
  async ready(patienceMs: number): Promise<void> {
    const awaited = this.#members.flatMap(({ readyFile }) => (readyFile === undefined ? [] : [readyFile]));
    const deadline = Date.now() + patienceMs;
    while (!awaited.every((file) => existsSync(file)) && Date.now() < deadline) await sleep(50);
  }

  /** False when it was not running, or has not worked yet. */
  kill(name: string): boolean {
    const { readyFile } = this.#members.find((member) => member.name === name) ?? {};
    if (readyFile !== undefined && !hasWorked(readyFile)) return false;
    const child = this.#children.get(name);
    this.#paused.delete(name);
    return child?.kill('SIGKILL') ?? false;
  }

  /** Stops the process's time; `resume` lets it go on where it was. False when it was not running or stood already. */
  pause(name: string): boolean {
    if (this.#paused.has(name) || this.#children.get(name)?.kill('SIGSTOP') !== true) return false;
    this.#paused.add(name);
    return true;
  }

  resume(name: string): void {
    if (this.#paused.delete(name)) this.#children.get(name)?.kill('SIGCONT');
  }

  resumeAll(): void {
    for (const name of [...this.#paused]) this.resume(name);
  }

  /** Asks the processes of a role to end, and kills those that do not within `patienceMs`. */
  async stop(role: Role, patienceMs: number): Promise<void> {
    this.#stopping.add(role);
    const own = this.names(role);
    for (const name of own) this.#children.get(name)?.kill('SIGTERM');
    const deadline = Date.now() + patienceMs;
    while (own.some((name) => this.#children.has(name)) && Date.now() < deadline) await sleep(50);
    for (const name of own) this.#children.get(name)?.kill('SIGKILL');
    while (own.some((name) => this.#children.has(name))) await sleep(20);
  }

  #spawn(member: Member): void {
    const script = join(import.meta.dirname, `${member.role}-process.ts`);
    if (member.readyFile !== undefined) rmSync(member.readyFile, { force: true });
    const log = openSync(join(this.#folder, `${member.name}.log`), 'a');
    const child = spawn(process.execPath, [script, JSON.stringify(member.settings)], {
      stdio: ['ignore', log, log],
      // Compiling everything again took half of each start, and a process is killed every second.
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.#folder, 'compiled') },
    });
    closeSync(log);
    this.#starts += 1;
    this.#children.set(member.name, child);
    child.once('exit', () => {
      this.#children.delete(member.name);
      if (!this.#stopping.has(member.role)) this.#spawn(member);
    });
  }
}
