/**
 * `npm run torture -- --seconds 60 [--seed N] [--json] [--plant NAME] [--keep]` (ES-15): writers, readers, sequencers and
 * workers in processes of their own on one Postgres, all of which are killed and paused at random; then compares what clients
 * were told with what is stored and with what every subscription saw. Exit 0: no violation; 1: violations; 2: could not run, or not
 * far enough to prove all of it.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { personalTexts } from '../erasure/personal-texts.ts';
import { subjectKeysOf } from '../main/kept-outside.ts';
import { createPool } from '../postgres/pool.ts';
import { freePort } from '../postgres/ports.ts';
import { createLedger } from '../runtime/testing/ledger.ts';
import {
  auditClients,
  auditEffects,
  auditLog,
  auditTail,
  auditWorkers,
  Findings,
  readWholeLog,
} from './audit.ts';
import { auditHttp, readJobs } from './audit-http.ts';
import { wreakHavoc } from './chaos.ts';
import { Fleet, type Member } from './fleet.ts';
import { Journal } from './journal.ts';
import { parseOptions, type TortureOptions } from './options.ts';
import type { ClientEntry, HttpEntry, TailEntry } from './protocol.ts';
import { seededRandom } from './random.ts';
import { TortureServer } from './server.ts';
import { tortureShop } from './shop.ts';

const SUBSCRIPTIONS = ['ledger-a', 'ledger-b', 'ledger-c'];
const TIMINGS = { leaseMs: 1_500, heartbeatMs: 300, idleInTransactionMs: 4_500, batchSize: 100, pollMs: 250 };
const SETTLE_MS = 90_000;
const START_MS = 180_000;

const members = (
  folder: string,
  url: string,
  ports: readonly number[],
  { seed, plant }: TortureOptions,
): readonly Member[] => {
  const numbered = (
    role: Member['role'],
    count: number,
    settings: (name: string, n: number) => object,
  ): Member[] =>
    Array.from({ length: count }, (_, n) => {
      const name = `${role}-${n}`;
      return { name, role, settings: { name, url, ...settings(name, n) } };
    });
  const journal = (name: string) => join(folder, `${name}.jsonl`);
  const client = (name: string): Member => {
    const readyFile = join(folder, `${name}.json`);
    const settings = { name, readyFile, ports, seed, clients: 4, journal: journal(name) };
    return { name, role: 'client', settings, readyFile };
  };
  return [
    ...numbered('sequencer', 2, () => ({})),
    ...numbered('api', 3, (name, n) => ({ seed: seed + n, clients: 6, streams: 40, journal: journal(name) })),
    ...ports.map((port, n): Member => {
      const name = `http-${n}`;
      const portFile = join(folder, `${name}.json`);
      const settings = { name, url, port, folder: join(folder, 'http'), portFile };
      return { name, role: 'http', settings, readyFile: portFile };
    }),
    client('client-0'),
    ...numbered('tail', 2, (name) => ({ journal: journal(name), plant })),
    ...numbered('worker', 3, () => ({
      subscriptions: SUBSCRIPTIONS,
      partitions: 4,
      dawdleMs: 60,
      pingMs: 50,
      timings: TIMINGS,
      plant,
    })),
  ];
};

/** Waits until nothing moves any more: all numbered, all processed, all effects answered, all tails at the head. */
const settle = async (pool: Pool, tails: () => number): Promise<string | null> => {
  const deadline = Date.now() + SETTLE_MS;
  let open = 'nothing was looked at';
  while (Date.now() < deadline) {
    const { rows } = await pool.query<{ events: number; numbered: number; slowest: number; jobs: number }>(
      `select (select count(*) from events)::int as events, (select count(*) from event_log)::int as numbered,
         (select coalesce(min(position), 0) from runtime.partitions)::int as slowest,
         ((select count(*) from graphile_worker.jobs) + (select count(*) from runtime.deferred_events))::int as jobs`,
    );
    const now = rows[0];
    const seen = tails();
    open = JSON.stringify({ ...now, seen });
    if (
      now !== undefined &&
      now.numbered === now.events &&
      now.slowest >= now.events &&
      now.jobs === 0 &&
      seen >= now.events
    )
      return null;
    await sleep(250);
  }
  const { rows: jobs } = await pool.query<{ left: string }>(
    `select task_identifier || ' ' || coalesce(key, 'without a key') || ', picked up ' || attempts || ' times, due in '
       || round(extract(epoch from run_at - clock_timestamp())) || ' s, held by ' || coalesce(locked_by, 'nobody') as left
     from graphile_worker.jobs
     union all select 'deferred ' || subscription || ' ' || lane || ' from ' || position from runtime.deferred_events limit 10`,
  );
  return [open, ...jobs.map(({ left }) => left)].join('; ');
};

const torture = async (options: TortureOptions, folder: string) => {
  const server = new TortureServer(join(folder, 'postgres'));
  await server.start();
  const pool = createPool({
    connectionString: server.appUrl,
    max: 4,
    statementTimeoutMs: 0,
    applicationName: 'auditor',
  });
  const setUp = await pool.connect();
  await createLedger(setUp);
  setUp.release();
  // Two, so that a key is also used on another process than the one that stored it.
  const ports = [await freePort(), await freePort()];
  const fleet = new Fleet(folder, members(folder, server.appUrl, ports, options));
  const journalOf = <Entry>(name: string) => new Journal<Entry>(join(folder, `${name}.jsonl`)).read();
  try {
    fleet.start();
    await fleet.ready(START_MS);
    const faults = await wreakHavoc(
      fleet,
      server,
      seededRandom(options.seed),
      Date.now() + options.seconds * 1_000,
    );
    // Clients finish what they have begun; nobody is harmed any more.
    await Promise.all([fleet.stop('api', 60_000), fleet.stop('client', 60_000)]);
    await fleet.stop('http', 10_000);
    const findings = new Findings();
    const seen = () => Math.min(...fleet.names('tail').map((name) => journalOf<TailEntry>(name).length));
    const planted = options.plant === 'sequence-only-reads';
    const unsettled = await settle(pool, planted ? () => Number.POSITIVE_INFINITY : seen);
    if (unsettled !== null && !planted) findings.add('the system did not come to rest', unsettled);
    await fleet.stop('tail', 5_000);
    await fleet.stop('worker', 10_000);
    await fleet.stop('sequencer', 5_000);
    const { events, inversions } = await readWholeLog(pool);
    await auditLog(pool, events, findings);
    const clients = auditClients(
      fleet.names('api').map((name) => journalOf<ClientEntry>(name)),
      events,
      findings,
    );
    const http = auditHttp(
      fleet.names('client').map((name) => journalOf<HttpEntry>(name)),
      await readJobs(pool, personalTexts(subjectKeysOf({ dataFolder: join(folder, 'http') }))),
      findings,
    );
    if (http.httpAcknowledged === 0)
      findings.unproven.push({ what: 'http: no request was acknowledged', why: 'see the logs of http-0' });
    for (const name of fleet.names('tail')) auditTail(name, journalOf<TailEntry>(name), events, findings);
    const processed = await auditWorkers(pool, SUBSCRIPTIONS, findings);
    const effects = await auditEffects(pool, findings);
    // Not beside the others: on a small machine neither would get anything done.
    const sold = await tortureShop(server, folder, options, findings);
    const figures = {
      events: events.length,
      inversions,
      ...clients,
      ...http,
      processed,
      effects,
      ...sold,
      processes: fleet.starts,
      ...faults,
    };
    const verdict = {
      lostEvents: findings.count('event lost', 'events without a position'),
      repeatedEvents: findings.count('event repeated'),
      reorderedEvents: findings.count('event reordered', 'stream out of order'),
      lostAcknowledgements: findings.count('acknowledged request lost', 'stored in part'),
      processedTwice: findings.count('processed twice', 'answered twice', 'stored twice'),
    };
    return {
      figures: { ...figures, ...verdict },
      violations: findings.violations,
      unproven: findings.unproven,
    };
  } finally {
    fleet.resumeAll();
    for (const role of ['client', 'http', 'api', 'tail', 'worker', 'sequencer'] as const)
      await fleet.stop(role, 1_000);
    await pool.end();
    await server.stop();
  }
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2), () => Math.floor(Math.random() * 4_294_967_296));
  const folder = await mkdtemp(join(tmpdir(), 'iama-torture-'));
  // The server may run as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const say = (line: string): void => {
    if (!options.json) process.stdout.write(`${line}\n`);
  };
  say(
    `seed ${options.seed}, ${options.seconds} s${options.plant === null ? '' : `, planted bug: ${options.plant}`}`,
  );
  try {
    const { figures, violations, unproven } = await torture(options, folder);
    for (const [name, value] of Object.entries(figures)) say(`${String(value).padStart(10)}  ${name}`);
    for (const { what, count, example } of violations)
      say(`VIOLATION  ${what}: ${count} (for example ${example})`);
    for (const { what, why } of unproven) say(`NOT PROVEN  ${what}, which is no violation: ${why}`);
    const { seed, seconds, plant } = options;
    const ok = violations.length === 0 && unproven.length === 0;
    const result = { ok, seed, seconds, plant, ...figures, violations, unproven };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    if (violations.length > 0) return 1;
    return ok ? 0 : 2;
  } finally {
    if (options.keep) say(`kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
