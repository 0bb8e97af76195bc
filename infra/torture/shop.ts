import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { openPostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { stripeMovements } from '../payments/stripe-movements.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { isoOf } from '../payments/stripe-values.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { freePort } from '../postgres/embedded-files.ts';
import { createPool } from '../postgres/pool.ts';
import type { Findings } from './audit.ts';
import { auditShop } from './audit-shop.ts';
import { Fleet } from './fleet.ts';
import type { TortureOptions } from './options.ts';
import { type Random, seededRandom } from './random.ts';
import type { TortureServer } from './server.ts';
import { ShopCustomers } from './shop-customers.ts';
import { shopMembers } from './shop-settings.ts';

const DATABASE = 'shop';
const START_MS = 60_000;
/** Customers at once. */
const CUSTOMERS = 3;
/** From the end of the havoc to giving up what was begun. */
const FINISH_MS = 60_000;
const SETTLE_MS = 60_000;

type Faults = { shopKilled: number; shopSessionsTerminated: number; shopPostmasterKilled: number };

const TERMINATE = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^shop-' AND random() < 0.25`;

/** Kills processes, sessions, and once the server, until `endsAt`. */
const wreakHavoc = async (
  fleet: Fleet,
  server: TortureServer,
  random: Random,
  endsAt: number,
): Promise<Faults> => {
  const faults: Faults = { shopKilled: 0, shopSessionsTerminated: 0, shopPostmasterKilled: 0 };
  const crashAt = (Date.now() + endsAt) / 2;
  while (Date.now() < endsAt) {
    await sleep(300 + random.below(900));
    if (faults.shopPostmasterKilled === 0 && Date.now() >= crashAt) {
      await server.crash();
      faults.shopPostmasterKilled += 1;
    } else if (random.chance(0.7)) {
      if (fleet.kill(random.pick(fleet.names('shop')))) faults.shopKilled += 1;
    } else {
      const owner = await server.owner();
      faults.shopSessionsTerminated += (await owner.query(TERMINATE)).rowCount ?? 0;
      await owner.end();
    }
  }
  return faults;
};

const OPEN = `
SELECT (SELECT count(*) FROM events)::int - (SELECT count(*) FROM event_log)::int AS unnumbered,
       (SELECT count(*) FROM event_log)::int - (SELECT coalesce(min(position), 0) FROM runtime.partitions)::int AS behind,
       (SELECT count(*) FROM runtime.process_commands)::int AS commands,
       (SELECT count(*) FROM graphile_worker.jobs WHERE run_at <= now())::int AS jobs,
       (SELECT count(*) FROM runtime.deferred_events)::int AS deferred,
       (SELECT count(*) FROM runtime.dead_letters WHERE status <> 'resolved')::int AS parked`;

/** Waits until nothing moves any more; gives what still does. */
const settle = async (pool: Pool): Promise<string | null> => {
  const deadline = Date.now() + SETTLE_MS;
  let open = 'nothing was looked at';
  while (Date.now() < deadline) {
    const { rows } = await pool.query<Record<string, number>>(OPEN);
    const [now = {}] = rows;
    open = JSON.stringify(now);
    if (Object.values(now).every((count) => count <= 0)) return null;
    await sleep(250);
  }
  return open;
};

const periodsSince = (begunAt: string, { books }: StripeDouble): readonly string[] => {
  const instants = [begunAt, new Date().toISOString(), isoOf(books.now)];
  return [...new Set(instants.map((at) => at.slice(0, 7)))];
};

/**
 * The product with plans for sale, on a database of its own on the server under torture, and customers of it (BIL-11 to BIL-15). Its
 * processes are killed while Stripe sends its webhooks in any order and more than once; Stripe itself is outside, and
 * lives. Gives figures; what is wrong goes into the findings.
 */
export const tortureShop = async (
  server: TortureServer,
  folder: string,
  { seed, seconds }: TortureOptions,
  findings: Findings,
) => {
  const begunAt = new Date().toISOString();
  const random = seededRandom(seed);
  const [url, port, stripe] = [await server.database(DATABASE), await freePort(), await startStripeDouble()];
  const fleet = new Fleet(folder, shopMembers({ folder, url, port, payments: stripe.settings }));
  const pool = createPool({
    connectionString: url,
    max: 3,
    statementTimeoutMs: 0,
    applicationName: 'auditor',
  });
  try {
    fleet.start();
    await fleet.ready(START_MS);
    const endsAt = Date.now() + seconds * 1_000;
    const customers = new ShopCustomers(`http://127.0.0.1:${port}`, stripe, random, endsAt + FINISH_MS);
    const [faults] = await Promise.all([
      wreakHavoc(fleet, server, random, endsAt),
      ...Array.from({ length: CUSTOMERS }, () => customers.live(endsAt)),
    ]);
    const unsettled = await settle(pool);
    if (unsettled !== null) findings.add('shop: it did not come to rest', unsettled);
    await fleet.stop('shop', 15_000);
    // A shop that never sold anything proves nothing.
    if (customers.sent.length === 0) findings.add('shop: nothing was sold', 'see the logs of shop-api');
    const log = openPostgresEventLog({ pool });
    const movements = stripeMovements(stripeClient(stripe.settings));
    const parts = { pool, log, movements, periods: periodsSince(begunAt, stripe) };
    const audited = await auditShop(parts, customers.sent, findings);
    await log.close();
    const { deliveries: webhookDeliveries, jobs: shopJobs } = customers;
    return { ...audited, webhookDeliveries, shopJobs, ...faults };
  } finally {
    await fleet.stop('shop', 1_000);
    await pool.end();
    await stripe.close();
  }
};
