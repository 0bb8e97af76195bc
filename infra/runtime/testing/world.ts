import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Event, MessageContext } from '../../../domain/kernel/message.ts';
import type { CommandBus } from '../../../domain/kernel/reactor.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../event-store/postgres/postgres-event-log.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { createTestDatabase } from '../../postgres/testing/database.ts';
import { Runtime, type RuntimeOptions } from '../runtime.ts';
import type { RuntimeTimings } from '../subscription.ts';
import { untilAnswered } from '../until-answered.ts';

/** Fast enough for tests, slow enough for a loaded machine. */
export const TEST_TIMINGS: Partial<RuntimeTimings> = {
  leaseMs: 1_500,
  heartbeatMs: 200,
  idleInTransactionMs: 1_500,
  pollMs: 200,
  idleCheckpointMs: 50,
  maxAttempts: 3,
  retryBaseMs: 20,
};

export const testContext = (actor = 'test'): MessageContext => {
  const id = randomUUID();
  return { commandId: id, correlationId: id, causationId: id, actor: { type: 'system', id: actor } };
};

const noCommands: CommandBus = {
  dispatch: async (command) => {
    throw new Error(`no command was expected: ${command.type}`);
  },
};

export type World = Readonly<{
  pool: pg.Pool;
  url: string;
  /** Never through PgBouncer. */
  directUrl: string;
  ownerUrl: string;
  log: PostgresEventLog;
  connect: () => Promise<pg.Client>;
  /** Appends in `any` mode. */
  append: (stream: string, ...events: readonly Event[]) => Promise<void>;
  /** A started runtime, stopped with the world. */
  run: (options: Partial<RuntimeOptions>) => Promise<Runtime>;
  /** A runtime that is not started. */
  runtime: (options: Partial<RuntimeOptions>) => Runtime;
  /** Waits until every partition of a subscription stands at the head. */
  caughtUp: (subscription: string, timeoutMs?: number) => Promise<void>;
  reports: string[];
  close: () => Promise<void>;
}>;

/** Polls until `condition` holds; throws after `timeoutMs`. */
export const eventually = async (
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time');
    await sleep(20);
  }
};

/** A migrated database of its own, its log with a sequencer, and what tests of the runtime do with them. */
export const createWorld = async (): Promise<World> => {
  const database = await createTestDatabase();
  const url = database.appUrl;
  const reports: string[] = [];
  const pool = createPool({
    connectionString: url,
    max: 30,
    onIdleError: (error) => reports.push(error.message),
  });
  const direct = clientConfig({ connectionString: database.directUrl });
  const log = openPostgresEventLog({ pool, direct, onError: (error) => reports.push(error.message) });
  log.startSequencer();
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(direct);
    await client.connect();
    return client;
  };
  const started: Runtime[] = [];
  const runtime = (options: Partial<RuntimeOptions>): Runtime =>
    new Runtime({
      pool,
      direct,
      log,
      bus: noCommands,
      projections: [],
      processManagers: [],
      reactors: [],
      partitions: 4,
      report: (level, message, data) => reports.push(`${level} ${message} ${JSON.stringify(data)}`),
      ...options,
      timings: { ...TEST_TIMINGS, ...options.timings },
    });
  return {
    pool,
    url,
    directUrl: database.directUrl,
    ownerUrl: database.ownerUrl,
    log,
    connect,
    reports,
    runtime,
    append: async (streamName, ...events) => {
      const append = { streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' as const };
      const key = randomUUID();
      const idempotency = { key, bodyHash: createHash('sha256').update(key).digest('hex') };
      // As callers do: asked again with the same key where the answer was lost with its session.
      await untilAnswered(() => log.append([append], { context: testContext(), idempotency }), {
        onFailure: (error) => reports.push(`append ${String(error)}`),
      });
    },
    run: async (options) => {
      const created = runtime(options);
      started.push(created);
      await created.start();
      return created;
    },
    caughtUp: async (subscription, timeoutMs) => {
      const total = await pool.query<{ n: bigint }>('select count(*) as n from events');
      await eventually(async () => {
        const { rows } = await pool.query<{ low: bigint | null }>(
          'select min(position) as low from runtime.partitions where subscription = $1',
          [subscription],
        );
        return (rows[0]?.low ?? -1n) >= (total.rows[0]?.n ?? 0n);
      }, timeoutMs);
    },
    close: async () => {
      await Promise.all(started.map((each) => each.stop(2_000)));
      await log.close();
      await pool.end();
      await database.drop();
    },
  };
};
