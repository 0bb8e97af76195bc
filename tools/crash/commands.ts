import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const CLI = resolve('extension/executor/bin/iama.mjs');
/** How long commands may take to end when they are asked to; one that starts the server ends once it runs. */
const END_DEADLINE_MS = 30_000;

export type Ended = Readonly<{ code: number | null; stderr: string }>;
export type Begun = Readonly<{ child: ChildProcess; ended: Promise<Ended> }>;

/** The command lines of a stage that run now. */
export class Commands {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #running = new Map<ChildProcess, Promise<Ended>>();
  #isOver = false;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#cwd = cwd;
    this.#env = env;
  }

  /** Throws once `end` was called: nothing may start a server that nobody ends. */
  begin(...args: readonly string[]): Begun {
    if (this.#isOver) throw new Error('the stage is closed');
    return this.#spawn(args);
  }

  #spawn(args: readonly string[]): Begun {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: this.#cwd,
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<Ended>((done) => {
      child.on('close', (code) => {
        this.#running.delete(child);
        done({ code, stderr });
      });
    });
    this.#running.set(child, ended);
    return { child, ended };
  }

  /** Begins no more, waits for those that run, and ends the server that they leave behind. */
  async end(): Promise<void> {
    this.#isOver = true;
    const running = [...this.#running];
    const killAll = (signal: NodeJS.Signals): void => {
      for (const [child] of running) child.kill(signal);
    };
    killAll('SIGTERM');
    const deadline = setTimeout(() => killAll('SIGKILL'), END_DEADLINE_MS);
    await Promise.all(running.map(([, ended]) => ended));
    clearTimeout(deadline);
    await this.#spawn(['server', 'stop']).ended;
  }
}
