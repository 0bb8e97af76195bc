import type { ClientBase } from 'pg';
import type { Subscription } from './subscription.ts';
import { LeaseLost } from './transient-errors.ts';

export type Lease = Readonly<{ subscription: string; partition: number; partitions: number; token: bigint }>;

type Queryable = Pick<ClientBase, 'query'>;

/** Makes the checkpoints of a subscription exist, at position 0, once. The stored number of partitions counts. */
export const registerSubscription = async (
  db: Queryable,
  subscription: Pick<Subscription, 'id' | 'partitions' | 'revision'>,
  position = 0n,
): Promise<void> => {
  await db.query(
    `with added as (
       insert into runtime.subscriptions (id, partitions, revision) values ($1, $2, $3)
       on conflict (id) do nothing returning id, partitions)
     insert into runtime.partitions (subscription, partition, position)
     select id, generate_series(0, partitions - 1), $4 from added
     on conflict do nothing`,
    [subscription.id, subscription.partitions, subscription.revision, String(position)],
  );
};

export type Beat = Readonly<{
  worker: string;
  subscriptions: readonly Subscription[];
  jobPools: readonly string[];
  leaseMs: number;
}>;

const carried = ({ id, revision }: Subscription): string => `${id}#${revision}`;

/**
 * Renews the heartbeat of the worker and the leases that it runs. Returns those still held; one missing from the answer is lost.
 * `token` changes hands with every claim, so renewing cannot revive a lease that another one took. What stands under its name and
 * is not run is left to run out: the answer to a claim was lost, or a lease could not be given back, and nobody else could ever
 * take it if it was renewed.
 */
export const renewLeases = async (
  db: Queryable,
  beat: Beat,
  running: readonly Lease[],
): Promise<ReadonlySet<string>> => {
  await db.query(
    `insert into runtime.workers (id, subscriptions, job_pools) values ($1, $2, $3)
     on conflict (id) do update set heartbeat_at = clock_timestamp(),
       subscriptions = excluded.subscriptions, job_pools = excluded.job_pools`,
    [beat.worker, beat.subscriptions.map(carried), beat.jobPools],
  );
  const { rows } = await db.query<{ subscription: string; partition: number; token: string }>(
    `update runtime.partitions p set leased_until = clock_timestamp() + $2 * interval '1 ms'
     from unnest($3::text[], $4::int[], $5::bigint[]) runs (subscription, partition, token)
     where p.owner = $1 and p.subscription = runs.subscription and p.partition = runs.partition and p.token = runs.token
     returning p.subscription, p.partition, p.token`,
    [
      beat.worker,
      beat.leaseMs,
      running.map(({ subscription }) => subscription),
      running.map(({ partition }) => partition),
      running.map(({ token }) => String(token)),
    ],
  );
  return new Set(rows.map((row) => leaseKey(row.subscription, row.partition, row.token)));
};

export const leaseKey = (subscription: string, partition: number, token: string | bigint): string =>
  `${subscription}/${partition}#${token}`;

/**
 * Per subscription, how many partitions this worker should hold: an equal share, rounded up, among the live workers that
 * carry it. During a deployment not all carry the same.
 */
export const fairShares = async (db: Queryable, beat: Beat): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await db.query<{ id: string; share: number }>(
    `select s.id, ceil(s.partitions::numeric / greatest(1, (
              select count(*) from runtime.workers
              where heartbeat_at > clock_timestamp() - $2 * interval '1 ms'
                and s.id || '#' || s.revision = any(subscriptions))))::int as share
     from runtime.subscriptions s where s.id || '#' || s.revision = any($1)`,
    [beat.subscriptions.map(carried), beat.leaseMs],
  );
  return new Map(rows.map(({ id, share }) => [id, share]));
};

/**
 * Takes partitions that nobody holds, at most `wanted` of each subscription. SKIP LOCKED: a row whose checkpoint is being
 * committed is not free. Rows of another revision of the subscription are left to the processes that carry it.
 */
export const claimLeases = async (
  db: Queryable,
  beat: Beat,
  wanted: ReadonlyMap<string, number>,
): Promise<readonly Lease[]> => {
  const asked = beat.subscriptions.filter(({ id }) => (wanted.get(id) ?? 0) > 0);
  if (asked.length === 0) return [];
  const { rows } = await db.query<{
    subscription: string;
    partition: number;
    partitions: number;
    token: string;
  }>(
    `with free as (
       select p.subscription, p.partition, s.partitions, asked.wanted,
              row_number() over (partition by p.subscription order by random()) as place
       from runtime.partitions p
       join runtime.subscriptions s on s.id = p.subscription
       join unnest($2::text[], $3::int[], $4::int[]) asked (id, revision, wanted)
         on asked.id = s.id and asked.revision = s.revision
       where p.owner is null or p.leased_until < clock_timestamp()
     ), locked as (
       select p.subscription, p.partition, free.partitions from runtime.partitions p
       join free on free.subscription = p.subscription and free.partition = p.partition and free.place <= free.wanted
       where p.owner is null or p.leased_until < clock_timestamp()
       for update of p skip locked)
     update runtime.partitions p
     set owner = $1, token = p.token + 1, leased_until = clock_timestamp() + $5 * interval '1 ms'
     from locked where p.subscription = locked.subscription and p.partition = locked.partition
     returning p.subscription, p.partition, locked.partitions, p.token`,
    [
      beat.worker,
      asked.map(({ id }) => id),
      asked.map(({ revision }) => revision),
      asked.map(({ id }) => wanted.get(id) ?? 0),
      beat.leaseMs,
    ],
  );
  return rows.map((row) => ({ ...row, token: BigInt(row.token) }));
};

/** Makes all of them free for others at once: a worker that ends holds a hundred and more, and who follows waits for each. */
export const releaseLeases = async (
  db: Queryable,
  worker: string,
  given: readonly Lease[],
): Promise<void> => {
  await db.query(
    `update runtime.partitions p set owner = null, leased_until = null
     from unnest($2::text[], $3::int[], $4::bigint[]) given (subscription, partition, token)
     where p.owner = $1 and p.subscription = given.subscription and p.partition = given.partition and p.token = given.token`,
    [
      worker,
      given.map(({ subscription }) => subscription),
      given.map(({ partition }) => partition),
      given.map(({ token }) => String(token)),
    ],
  );
};

/** The checkpoint of a lease that is still held; throws `LeaseLost` otherwise. */
export const readCheckpoint = async (db: Queryable, lease: Lease): Promise<bigint> => {
  const { rows } = await db.query<{ position: string }>(
    'select position from runtime.partitions where subscription = $1 and partition = $2 and token = $3',
    [lease.subscription, lease.partition, String(lease.token)],
  );
  const row = rows[0];
  if (row === undefined) throw new LeaseLost(`${lease.subscription}/${lease.partition} has another holder`);
  return BigInt(row.position);
};

/** How a partition ends its transaction. Replaced only by the torture test, to plant a lease without a fence. */
export type CommitFenced = (client: ClientBase, lease: Lease, from: bigint, to: bigint) => Promise<void>;

/**
 * Proves the lease, moves the checkpoint and commits in one message: a process paused anywhere before it has committed
 * nothing, and one paused after it holds no lock.
 */
export const commitFenced: CommitFenced = async (client, lease, from, to) => {
  const id = client.escapeLiteral(lease.subscription);
  await client.query(
    `select runtime.advance(${id}, ${lease.partition}, ${lease.token}, ${from}, ${to}); commit`,
  );
};

/** Workers that stopped beating long ago; their leases have expired already. */
export const forgetDeadWorkers = async (db: Queryable, leaseMs: number): Promise<void> => {
  await db.query(
    `delete from runtime.workers where heartbeat_at < clock_timestamp() - $1 * interval '1 ms'`,
    [leaseMs * 12],
  );
};
