import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { openPostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { isoOf } from '../payments/stripe-values.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { createPool } from '../postgres/pool.ts';
import { freePort } from '../postgres/ports.ts';
import type { Findings } from './audit.ts';
import { auditCharges } from './audit-charges.ts';
import { auditProofs, publishedHead } from './audit-proofs.ts';
import { auditShop } from './audit-shop.ts';
import { Fleet } from './fleet.ts';
import { startModelDouble } from './model-double.ts';
import type { TortureOptions } from './options.ts';
import { type Random, seededRandom } from './random.ts';
import type { TortureServer } from './server.ts';
import { ShopClient } from './shop-client.ts';
import { ShopCustomers } from './shop-customers.ts';
import { ShopOperator } from './shop-operator.ts';
import { dataFolderOf, environmentOf, type Shop, shopMembers } from './shop-settings.ts';
import { ShopSpenders } from './shop-spenders.ts';

const DATABASE = 'shop';
const START_MS = 180_000;
/** At once, of those who use nothing and of those who pay for jobs. */
const CUSTOMERS = 2;
const SPENDERS = 3;
/** From the end of the havoc to giving up what was begun. */
const FINISH_MS = 90_000;
const SETTLE_MS = 60_000;
/** For what is asked when all is at rest. */
const PROVE_MS = 30_000;

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

/** Stripe pays out, and its balance is booked; the workers, which were killed meanwhile, do the same each time they start. */
const bookBalance = async (pool: Pool, { books, settings }: StripeDouble): Promise<void> => {
  books.money.payOut(books.now);
  const log = openPostgresEventLog({ pool });
  const statements = stripeStatements(stripeClient(settings));
  await sweepBalance({ store: log, statements, now: new Date() }, new AbortController().signal);
  await log.close();
};

type Stage = Readonly<{
  server: TortureServer;
  fleet: Fleet;
  pool: Pool;
  shop: Shop;
  stripe: StripeDouble;
}>;

/** Everybody lives, and everything is killed, for so long; then what was begun is finished. Nothing moves any more in the end. */
const live = async (
  { server, fleet, pool, shop, stripe }: Stage,
  { seed, seconds }: TortureOptions,
  findings: Findings,
) => {
  const random = seededRandom(seed);
  const url = `http://127.0.0.1:${shop.port}`;
  const note = (line: string): void => appendFileSync(join(shop.folder, 'shop-clients.log'), `${line}\n`);
  const clientUntil = (giveUpAt: number) => new ShopClient(url, { stripe, random, giveUpAt, note });
  const operator = await ShopOperator.signIn(
    clientUntil(Date.now() + START_MS),
    environmentOf('auditor', shop),
  );
  await operator.publishPrices();
  const endsAt = Date.now() + seconds * 1_000;
  const client = clientUntil(endsAt + FINISH_MS);
  const customers = new ShopCustomers(client, stripe.books, random);
  const spenders = new ShopSpenders(client, { books: stripe.books, operator, random });
  const [faults] = await Promise.all([
    wreakHavoc(fleet, server, random, endsAt),
    ...Array.from({ length: CUSTOMERS }, () => customers.live(endsAt)),
    ...Array.from({ length: SPENDERS }, () => spenders.spend(endsAt)),
  ]);
  await spenders.beCharged();
  await bookBalance(pool, stripe);
  const unsettled = await settle(pool);
  if (unsettled !== null) findings.add('shop: it did not come to rest', unsettled);
  const provenCharges = await prove({ pool, shop }, clientUntil(Date.now() + PROVE_MS), spenders, findings);
  return { faults, client, customers, spenders, provenCharges };
};

/** The charges that are proven against the head that the workers published of the whole log. */
const prove = async (
  { pool, shop }: Pick<Stage, 'pool' | 'shop'>,
  client: ShopClient,
  { spenders }: ShopSpenders,
  findings: Findings,
): Promise<number> => {
  const { rows } = await pool.query<{ events: number }>('SELECT count(*)::int AS events FROM event_log');
  const folder = join(dataFolderOf(shop), 'tree');
  const head = await publishedHead(folder, rows[0]?.events ?? 0, PROVE_MS);
  if (head !== null) return auditProofs(client, spenders, { head, folder }, findings);
  findings.add('shop: no head was published', folder);
  return 0;
};

/**
 * The product with plans for sale, on a database of its own on the server under torture, and customers of it (BIL-11 to BIL-15). Its
 * processes are killed while Stripe sends its webhooks in any order and more than once, and while a model that costs something
 * works on jobs; Stripe and the model are outside, and live. Gives figures; what is wrong goes into the findings.
 */
export const tortureShop = async (
  server: TortureServer,
  folder: string,
  options: TortureOptions,
  findings: Findings,
) => {
  const begunAt = new Date().toISOString();
  const { seed, plant } = options;
  const [url, port] = [await server.database(DATABASE), await freePort()];
  const [stripe, model] = [await startStripeDouble(), await startModelDouble()];
  const shop: Shop = { folder, url, port, payments: stripe.settings, modelUrl: model.url, seed, plant };
  const fleet = new Fleet(folder, shopMembers(shop));
  const pool = createPool({
    connectionString: url,
    max: 3,
    statementTimeoutMs: 0,
    applicationName: 'auditor',
  });
  try {
    fleet.start();
    await fleet.ready(START_MS);
    const lives = await live({ server, fleet, pool, shop, stripe }, options, findings);
    await fleet.stop('shop', 15_000);
    const { client, customers, spenders, provenCharges } = lives;
    if (client.sent.length === 0)
      findings.unproven.push({ what: 'shop: nothing was sold', why: 'see the logs of shop-api' });
    const log = openPostgresEventLog({ pool });
    const statements = stripeStatements(stripeClient(stripe.settings));
    const parts = { pool, log, statements, periods: periodsSince(begunAt, stripe) };
    const audited = await auditShop(parts, { sent: client.sent, lived: customers.userIds }, findings);
    const charged = await auditCharges({ pool, log, answered: model.answered }, spenders.spenders, findings);
    await log.close();
    const shopJobs = customers.jobs + spenders.spenders.reduce((sum, { jobs }) => sum + jobs.length, 0);
    return {
      ...audited,
      webhookDeliveries: client.deliveries,
      shopJobs,
      ...charged,
      provenCharges,
      ...lives.faults,
    };
  } finally {
    await fleet.stop('shop', 1_000);
    await pool.end();
    await stripe.close();
    model.close();
  }
};
