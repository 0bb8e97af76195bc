import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import type { Client } from '../../extension/executor/api/client.ts';
import { connect, EMBEDDED, localAccount } from '../../extension/executor/cli/account.ts';
import { giveConsent } from '../../extension/executor/cli/environment.ts';
import { createOutput } from '../../extension/executor/cli/output.ts';
import { acknowledgeSideEffects } from '../../extension/executor/cli/side-effects.ts';
import { openHome } from '../../extension/executor/home/home.ts';
import { readConfig } from '../../infra/main/config.ts';
import { openDatabase } from '../../infra/main/database.ts';
import { removeHomeless, stopEmbedded } from '../../infra/postgres/embedded.ts';
import { serverUser } from '../../infra/postgres/embedded-binaries.ts';
import { embeddedFiles, readIfPresent } from '../../infra/postgres/embedded-files.ts';
import { serverFolder } from '../../infra/postgres/server-folder.ts';
import { filesOf } from '../acceptance/workspace.ts';
import { type Begun, Commands } from './commands.ts';
import type { Recorded } from './story.ts';

/** The tier with every stage that a job can have. */
const TIER = { IAMA_SIGN_UP_TIER: 'ENTERPRISE' };

/** Longer than a database takes to recover on a busy machine. */
const DATABASE_PATIENCE_MS = 180_000;

const serverFile = z.object({ url: z.string(), pid: z.int() });
const NOWHERE = { write: () => true, isTTY: false };

/** A person's machine: a home of its own with the embedded server, and the command line. */
export class Stage {
  readonly root: string;
  readonly #home: string;
  readonly #commands: Commands;
  #closing: Promise<void> | null = null;

  constructor(root: string) {
    this.root = root;
    this.#home = join(root, 'home');
    mkdirSync(this.#home, { recursive: true });
    this.#commands = new Commands(root, this.#env);
  }

  get dataFolder(): string {
    return join(this.#home, 'server');
  }

  get #env(): Record<string, string | undefined> {
    const { PATH } = process.env;
    return { PATH, HOME: this.#home, IAMA_HOME: this.#home, ...TIER };
  }

  begin(...args: readonly string[]): Begun {
    return this.#commands.begin(...args);
  }

  /**
   * Another client of the same person, such as a web page: it waits for a server that is gone. What the person has to
   * agree to before the first job is agreed to.
   */
  async openClient(): Promise<Client> {
    const home = await openHome(this.#env);
    const output = createOutput({ json: false, stdout: NOWHERE, stderr: NOWHERE, env: {} });
    const server = await this.startServer();
    const account = await localAccount(home);
    const connection = await connect(
      { home, server, serverName: EMBEDDED, account, register: false },
      { relocate: () => this.startServer() },
    );
    const agreeing = { home, output, prompt: null, yes: true };
    await acknowledgeSideEffects(agreeing);
    const environment = {
      ...agreeing,
      signal: new AbortController().signal,
      began: Date.now(),
      serverEntry: null,
    };
    await giveConsent(environment, connection, true);
    return connection.client;
  }

  /** What a person does who finds it gone: any command starts it, with its database. The address it has now. */
  async startServer(): Promise<string> {
    const { code, stderr } = await this.begin('jobs', '--json').ended;
    if (code !== 0) throw new Error(`the server does not start: ${stderr.trim().slice(-300)}`);
    return this.#server.url;
  }

  /** Whether the command line of this machine has noted the job, so that it can be attached. */
  knowsJob(jobId: string): boolean {
    return existsSync(join(this.#home, 'jobs', `${jobId}.json`));
  }

  get #server(): z.infer<typeof serverFile> {
    return serverFile.parse(JSON.parse(readFileSync(this.#serverFile, 'utf8')));
  }

  /** Null: a command is starting it. */
  get serverPid(): number | null {
    return existsSync(this.#serverFile) ? this.#server.pid : null;
  }

  get #serverFile(): string {
    return join(this.dataFolder, 'server.json');
  }

  /** Runs a query on the database of the stage, over again while the database is down. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const giveUpAt = Date.now() + DATABASE_PATIENCE_MS;
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
    await client?.end();
  }

  #client: pg.Client | null = null;
  #url: URL | null = null;
  #portFile: string | null = null;
  async #databasePort(): Promise<string | null> {
    this.#portFile ??= embeddedFiles(
      await serverFolder(join(this.dataFolder, 'postgres'), await serverUser()),
    ).port;
    return readIfPresent(this.#portFile);
  }

  async #connection(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    this.#url ??= new URL((await openDatabase(readConfig({ IAMA_DATA_DIR: this.dataFolder }))).ownerUrl);
    // It comes back at another port when somebody has taken its own meanwhile.
    this.#url.port = (await this.#databasePort()) ?? this.#url.port;
    const client = new pg.Client({ connectionString: this.#url.href, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {
      this.#client = null;
    });
    await client.connect();
    this.#client = client;
    return client;
  }

  async postmasterPid(): Promise<number> {
    const rows = await this.query<{ pid: number }>(
      `select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid`,
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

  /** How many jobs were asked for after this one; null: at all. */
  async jobsSince(jobId: string | null): Promise<number> {
    const rows = await this.query<{ count: number }>(
      `select count(*)::int as count from events where type = 'JobRequested'
       and seq > coalesce((select seq from events where stream = $1 and version = 1), 0)`,
      [`job-${jobId}`],
    );
    return rows[0]?.count ?? 0;
  }

  /** Everything in the log that tells of the job, oldest first: its own stream and those that it touches. */
  async eventsOf(jobId: string): Promise<Recorded[]> {
    return this.query<Recorded>(
      `select stream, type, data::jsonb as data, xid::text as transaction from events
       where seq >= (select seq from events where stream = $1 and version = 1)
         and (stream = $1 or data->>'jobId' = $2) order by seq`,
      [`job-${jobId}`, jobId],
    );
  }

  /** Makes a timer of the job due now, as if its minutes had passed; nothing where it is not set. */
  async passTime(jobId: string, timer: string): Promise<void> {
    await this.query(
      `select graphile_worker.reschedule_jobs(array_agg(id), now()) from graphile_worker.jobs where key = $1`,
      [`timer/job-process/${jobId}/${timer}`],
    );
  }

  /** What our side has given up on: none of it may be the work of a crash. */
  async deadLetters(): Promise<number> {
    const rows = await this.query<{ count: number }>(
      'select count(*)::int as count from runtime.dead_letters',
      [],
    );
    return rows[0]?.count ?? 0;
  }

  get isClosing(): boolean {
    return this.#closing !== null;
  }

  /** Ends the commands, the server and its database, and removes the machine; once, however often it is called. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#commands.end();
    await this.#disconnect();
    // A server that was killed could not end its database.
    if (existsSync(this.dataFolder)) await stopEmbedded(join(this.dataFolder, 'postgres'));
    rmSync(this.root, { recursive: true, force: true });
    await removeHomeless();
  }
}

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
