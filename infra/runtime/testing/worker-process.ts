/**
 * A worker in a process of its own, for tests that kill, pause and starve it. Settings come as JSON in the first argument;
 * one line of JSON per report goes to stdout.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import type { CommandBus } from '../../../domain/kernel/reactor.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../event-store/postgres/postgres-event-log.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import type { CommitFenced } from '../leases.ts';
import { Runtime } from '../runtime.ts';
import type { RuntimeTimings } from '../subscription.ts';
import { ledgerSubscription } from './ledger.ts';
import { type Pong, type Ponged, pinger, pingReactor } from './ping.ts';

export type WorkerSettings = Readonly<{
  name: string;
  url: string;
  /** Past PgBouncer; absent: there is none. */
  directUrl?: string;
  subscriptions: readonly string[];
  partitions: number;
  dawdleMs: number;
  /** Milliseconds that a ping effect takes; absent: no process manager runs. */
  pingMs?: number;
  timings?: Partial<RuntimeTimings>;
}>;

/** Answers of the ping process, stored under their idempotency keys by the real store. */
const pongBus = (log: PostgresEventLog): CommandBus => ({
  dispatch: async (command, { context, idempotencyKey }) => {
    const { pingId, worker } = command.data as Pong['data'];
    const event: Ponged = { type: 'Ponged', data: { pingId, worker } };
    const append = {
      streamName: `pong-${pingId}`,
      events: [event],
      expectedStreamVersion: 'NO_CONCURRENCY_CHECK' as const,
    };
    const bodyHash = createHash('sha256').update(pingId).digest('hex');
    await log.append([append], { context, idempotency: { key: idempotencyKey, bodyHash } });
  },
});

/** What the torture test replaces to prove that it notices. */
export type WorkerPlants = Readonly<{
  commit?: CommitFenced;
  reading?: (log: EventLog, pool: Pool) => EventLog;
}>;

export const runWorkerProcess = async (
  settings: WorkerSettings,
  plants: WorkerPlants = {},
): Promise<void> => {
  const { commit, reading } = plants;
  const { name, url, directUrl = url, partitions, dawdleMs, pingMs } = settings;
  const tell = (report: Readonly<Record<string, unknown>>): void => {
    process.stdout.write(`${JSON.stringify({ worker: name, ...report })}\n`);
  };
  const onError = (error: Error): void => tell({ level: 'info', message: error.message });
  const pool = createPool({ connectionString: url, max: 12, applicationName: name, onIdleError: onError });
  const direct = clientConfig({ connectionString: directUrl, applicationName: name });
  const log = openPostgresEventLog({ pool, direct, onError });
  const runtime = new Runtime({
    pool,
    direct,
    log: reading?.(log, pool) ?? log,
    bus: pongBus(log),
    projections: [],
    processManagers: pingMs === undefined ? [] : [pinger],
    reactors: pingMs === undefined ? [] : [pingReactor(name, pingMs)],
    subscriptions: settings.subscriptions.map((id) => ledgerSubscription(id, name, partitions, dawdleMs)),
    partitions,
    report: (level, message, data) => tell({ level, message, ...data }),
    ...(settings.timings === undefined ? {} : { timings: settings.timings }),
    ...(commit === undefined ? {} : { commit }),
  });
  let stopping = false;
  process.once('SIGTERM', () => {
    stopping = true;
    void runtime
      .stop(2_000)
      .then(() => log.close())
      .then(() => pool.end())
      .finally(() => process.exit(0));
  });
  // The server may be down when this process begins.
  while (!stopping) {
    try {
      await runtime.start();
      tell({ level: 'info', message: 'started' });
      return;
    } catch (error) {
      tell({ level: 'warn', message: `start failed: ${String(error)}` });
      await sleep(250);
    }
  }
};

if (import.meta.main) await runWorkerProcess(JSON.parse(process.argv[2] ?? '{}'));
