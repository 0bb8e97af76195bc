import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readConfig } from '../../infra/main/config.ts';
import { openDatabase } from '../../infra/main/database.ts';
import { filesOf, run } from '../acceptance/workspace.ts';

const CLI = resolve('extension/executor/bin/iama.mjs');

export type Victim = 'SERVER' | 'CLI' | 'POSTGRES';
export const VICTIMS: readonly Victim[] = ['SERVER', 'CLI', 'POSTGRES'];

/** An event of a job by its type and how often that type had happened: `ModelCalled#2`. */
export type Point = string;
export type Recorded = Readonly<{ position: number; type: string; data: Record<string, unknown> }>;

/** A person's machine: a home of its own with the embedded server, and the command line. */
export class Stage {
  readonly root: string;
  readonly #home: string;

  constructor(root: string) {
    this.root = root;
    this.#home = join(root, 'home');
    mkdirSync(this.#home, { recursive: true });
  }

  get #env(): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    return { PATH, HOME: this.#home, IAMA_HOME: this.#home };
  }

  /** Runs a command of the CLI to its end. */
  call(...args: string[]): string {
    const { PATH } = process.env;
    return run(
      'env',
      [`PATH=${PATH}`, `HOME=${this.#home}`, `IAMA_HOME=${this.#home}`, process.execPath, CLI, ...args],
      this.root,
    ).stdout;
  }

  begin(...args: string[]): {
    child: ChildProcess;
    ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  } {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: this.root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
      child.on('close', (code) => done({ code, stdout, stderr }));
    });
    return { child, ended };
  }

  get serverPid(): number {
    const state: unknown = JSON.parse(readFileSync(join(this.#home, 'server', 'server.json'), 'utf8'));
    if (typeof state === 'object' && state !== null && 'pid' in state && typeof state.pid === 'number')
      return state.pid;
    throw new Error('server.json names no process');
  }

  /** Runs a query on the database of the stage, over again while the database is down. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const giveUpAt = Date.now() + 60_000;
    for (;;) {
      try {
        return (await (await this.#connection()).query<Row>(sql, [...values])).rows;
      } catch (error) {
        await this.#disconnect();
        if (Date.now() > giveUpAt) throw error;
        await sleep(50);
      }
    }
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined); // it may be broken already, which is why it goes
  }

  #client: pg.Client | null = null;
  #url: string | null = null;
  async #connection(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    this.#url ??= (await openDatabase(readConfig({ IAMA_DATA_DIR: join(this.#home, 'server') }))).ownerUrl;
    const client = new pg.Client({ connectionString: this.#url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {
      this.#client = null;
    });
    await client.connect();
    this.#client = client;
    return client;
  }

  async postmasterPid(): Promise<number> {
    const rows = await this.query<{ pid: number }>(
      `select pg_read_file('postmaster.pid', 0, 20)::text as text, split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid`,
      [],
    );
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error('no postmaster');
    return pid;
  }

  async newestJob(): Promise<string | null> {
    const rows = await this.query<{ job: string }>(
      `select data->>'jobId' as job from events where type = 'JobRequested' order by seq desc limit 1`,
      [],
    );
    return rows[0]?.job ?? null;
  }

  /** The job's own events, oldest first. */
  async eventsOf(jobId: string): Promise<Recorded[]> {
    const rows = await this.query<{ position: string; type: string; data: Record<string, unknown> }>(
      `select version as position, type, data::jsonb as data from events where stream = $1 order by version`,
      [`job-${jobId}`],
    );
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  }

  /** Usage entries and read rows that must exist once each. */
  async usageKeysOf(jobId: string): Promise<string[]> {
    const rows = await this.query<{ key: string }>(
      `select data->>'entryKey' as key from events where type = 'UsageRecorded' and data->>'jobId' = $1`,
      [jobId],
    );
    return rows.map((row) => row.key).sort();
  }

  async close(): Promise<void> {
    await this.#disconnect();
    this.call('server', 'stop');
  }
}

/** Kills without a warning, and waits until the process is gone. */
export const killNow = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  const giveUpAt = Date.now() + 10_000;
  while (Date.now() < giveUpAt) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(5);
  }
};

/** `type#occurrence` of each event, in order. */
export const pointsOf = (events: readonly Recorded[]): Point[] => {
  const seen = new Map<string, number>();
  return events.map(({ type }) => {
    const count = (seen.get(type) ?? 0) + 1;
    seen.set(type, count);
    return `${type}#${count}`;
  });
};

/** SHA-256 over path and content of every file of a project. */
export const hashOf = (project: string): string => {
  const hash = createHash('sha256');
  for (const path of filesOf(project))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(project, path)))
      .update('\0');
  return hash.digest('hex');
};
