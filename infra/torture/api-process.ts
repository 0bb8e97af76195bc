/** A process like an API: several clients append at once, in every mode, and write down what they were told. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import {
  type AppendOutcome,
  type ExpectedVersion,
  IdempotencyKeyReused,
  VersionConflict,
} from '../../domain/kernel/event-store.ts';
import { openPostgresEventLog, type PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { createPool } from '../postgres/pool.ts';
import { inOpenTransaction } from '../runtime/transaction.ts';
import { Journal } from './journal.ts';
import type { Acknowledged, ApiSettings, ClientEntry, Mode, Request, RequestedAppend } from './protocol.ts';
import { type Random, seededRandom } from './random.ts';

const expectedVersion = ({ mode, version }: RequestedAppend): ExpectedVersion => {
  switch (mode) {
    case 'none':
      return 'STREAM_DOES_NOT_EXIST';
    case 'exists':
      return 'STREAM_EXISTS';
    case 'any':
      return 'NO_CONCURRENCY_CHECK';
    case 'exact':
    case 'wrong':
      return BigInt(version ?? 0);
  }
};

class ApiProcess {
  readonly #settings: ApiSettings;
  readonly #random: Random;
  readonly #journal: Journal<ClientEntry>;
  readonly #pool: Pool;
  readonly #log: PostgresEventLog;
  /** The newest version this process heard of, per stream. */
  readonly #versions = new Map<string, bigint>();
  /** Unique over restarts, which start the seed anew. */
  readonly #incarnation = randomUUID().slice(0, 8);
  #count = 0;
  #stopping = false;

  constructor(settings: ApiSettings) {
    this.#settings = settings;
    this.#journal = new Journal(settings.journal);
    const before = this.#journal.recover();
    this.#random = seededRandom(settings.seed + before.length);
    this.#pool = createPool({
      connectionString: settings.url,
      max: settings.clients + 4,
      applicationName: settings.name,
    });
    this.#log = openPostgresEventLog({ pool: this.#pool });
    this.#unsettled = unsettled(before);
  }

  readonly #unsettled: readonly Request[];

  async run(): Promise<void> {
    process.once('SIGTERM', () => {
      this.#stopping = true;
    });
    // Requests whose answer died with the process before: with a key they are asked again, without they stay unknown.
    for (const request of this.#unsettled)
      if (request.key === null) this.#journal.write({ kind: 'unknown', id: request.id });
    const again = this.#unsettled.filter(({ key }) => key !== null).map((request) => this.#settle(request));
    const clients = Array.from({ length: this.#settings.clients }, () => this.#client());
    await Promise.all([...again, ...clients]);
    await this.#log.close();
    await this.#pool.end();
  }

  async #client(): Promise<void> {
    while (!this.#stopping) {
      const request = this.#nextRequest();
      this.#journal.write({ kind: 'sent', request });
      // Some clients press the button twice.
      const twice = request.key !== null && this.#random.chance(0.05);
      await Promise.all([this.#settle(request), ...(twice ? [this.#settle(request)] : [])]);
      if (request.key !== null && this.#random.chance(0.1)) await this.#settle(request, true);
      await sleep(this.#random.below(30));
    }
  }

  /** Sends until there is an answer. */
  async #settle(request: Request, again = false): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { streams, replayed } = await this.#send(request);
        const told: Acknowledged[] = streams.map(({ streamName, version }) => ({
          stream: streamName,
          version: String(version),
        }));
        for (const { streamName, version } of streams) this.#versions.set(streamName, version);
        this.#journal.write({ kind: 'acked', id: request.id, streams: told, replayed });
        return;
      } catch (error) {
        if (error instanceof VersionConflict) {
          this.#versions.set(error.streamName, error.actual);
          this.#journal.write({ kind: 'refused', id: request.id, again });
          return;
        }
        if (error instanceof IdempotencyKeyReused)
          return this.#journal.write({
            kind: 'violation',
            id: request.id,
            what: 'same key and body refused',
          });
        if (request.key === null) return this.#journal.write({ kind: 'unknown', id: request.id });
        await sleep(Math.min(1_000, 50 * attempt) + this.#random.below(100));
      }
    }
  }

  async #send(request: Request): Promise<AppendOutcome> {
    const appends = request.appends.map((append) => ({
      streamName: append.stream,
      expectedStreamVersion: expectedVersion(append),
      events: append.markers.map((marker) => ({ type: request.type, data: { marker, pingId: marker } })),
    }));
    const id = randomUUID();
    const context = {
      commandId: id,
      correlationId: id,
      causationId: id,
      actor: { type: 'user' as const, id: this.#settings.name },
    };
    const bodyHash = createHash('sha256').update(JSON.stringify(request.appends)).digest('hex');
    const options =
      request.key === null ? { context } : { context, idempotency: { key: request.key, bodyHash } };
    const { hold } = request;
    if (hold === null) return this.#log.append(appends, options);
    // Held open on both sides, so that transactions commit in another order than they took their numbers.
    const outcome = await inOpenTransaction(this.#pool, 10_000, async (client) => {
      await client.query('select pg_sleep($1)', [hold.before / 1_000]);
      const stored = await this.#log.appendInTransaction(client, appends, options);
      await client.query('select pg_sleep($1)', [hold.after / 1_000]);
      await client.query('commit');
      return stored;
    });
    this.#log.notifyAppended();
    return outcome;
  }

  #nextRequest(): Request {
    const random = this.#random;
    const name = `${this.#settings.name}-${this.#incarnation}-${this.#count}`;
    this.#count += 1;
    const ping = random.chance(0.05);
    const streams = ping ? 1 : random.chance(0.15) ? 2 + random.below(2) : 1;
    const appends: RequestedAppend[] = [];
    for (let n = 0; n < streams; n += 1) {
      const append = this.#nextAppend(`${name}-${n}`, ping);
      // A stream may be named once in a request.
      if (appends.every(({ stream }) => stream !== append.stream)) appends.push(append);
    }
    return {
      id: name,
      key: ping || random.chance(0.7) ? `key-${name}` : null,
      appends,
      hold: random.chance(0.3) ? { before: random.below(40), after: random.below(120) } : null,
      type: ping ? 'Pinged' : 'Marked',
    };
  }

  #nextAppend(name: string, ping: boolean): RequestedAppend {
    const random = this.#random;
    const fresh = random.chance(0.1);
    const stream = ping
      ? `ping-${name}`
      : fresh
        ? `fresh-${name}`
        : `s-${random.below(this.#settings.streams)}`;
    const known = this.#versions.get(stream);
    const mode: Mode =
      ping || fresh ? 'none' : random.pick(['any', 'any', 'exists', 'exact', 'exact', 'wrong', 'none']);
    const version = mode === 'wrong' ? (known ?? 0n) + 1_000n : (known ?? 0n);
    const events = ping ? 1 : 1 + random.below(3);
    return {
      stream,
      mode,
      version: mode === 'exact' || mode === 'wrong' ? String(version) : null,
      markers: Array.from({ length: events }, (_, n) => `${name}-${n}`),
    };
  }
}

const unsettled = (entries: readonly ClientEntry[]): readonly Request[] => {
  const open = new Map<string, Request>();
  for (const entry of entries) {
    if (entry.kind === 'sent') open.set(entry.request.id, entry.request);
    else open.delete(entry.id);
  }
  return [...open.values()];
};

await new ApiProcess(JSON.parse(process.argv[2] ?? '{}')).run();
