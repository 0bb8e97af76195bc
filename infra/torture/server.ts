import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedServer, startEmbedded, stopEmbedded } from '../postgres/embedded.ts';
import { migrate } from '../postgres/migrate.ts';

/** fsync stays on: what was acknowledged must survive. A small WAL limit makes checkpoints, and so torn pages, likely. */
const SETTINGS = `
fsync = on
full_page_writes = on
synchronous_commit = on
checkpoint_timeout = '30s'
log_min_messages = fatal
`;

/** The Postgres server under torture. */
export class TortureServer {
  readonly #folder: string;
  #server: EmbeddedServer | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(): Promise<void> {
    this.#server = await startEmbedded({ folder: this.#folder, settings: SETTINGS });
    await migrate(this.#server.ownerUrl);
  }

  /** A migrated database beside the one of the test; its URL for the role of the product. */
  async database(name: string): Promise<string> {
    const owner = await this.owner();
    try {
      await owner.query(`create database ${owner.escapeIdentifier(name)}`);
    } finally {
      await owner.end();
    }
    await migrate(this.#running.urlFor('owner', name));
    return this.#running.urlFor('app', name);
  }

  get appUrl(): string {
    return this.#running.appUrl;
  }

  /** Kills the postmaster like a power cut kills it, and starts again on what the disk holds. */
  async crash(): Promise<void> {
    process.kill(this.#running.pid, 'SIGKILL');
    await sleep(200);
    this.#server = await startEmbedded({ folder: this.#folder, settings: SETTINGS });
  }

  /** A session of the owner; it may terminate others. */
  async owner(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#running.ownerUrl });
    // It may be cut off by the crash of the server; the next query tells.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async stop(): Promise<void> {
    await stopEmbedded(this.#folder, 'immediate');
  }

  get #running(): EmbeddedServer {
    if (this.#server === null) throw new Error('the server was not started');
    return this.#server;
  }
}
