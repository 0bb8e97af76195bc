import type { ClientBase } from 'pg';
import type { Lease } from './leases.ts';
import type { Delivery } from './subscription.ts';

type Queryable = Pick<ClientBase, 'query'>;

export type DueLetter = Readonly<{
  id: string;
  lane: string;
  position: bigint;
  attempts: number;
  /** It was skipped before: its lane went on without it. */
  takenBack: boolean;
}>;

/** Lanes that must not move on: an open dead letter, or events still waiting behind a settled one. */
export const blockedLanes = async (db: Queryable, lease: Lease): Promise<Set<string>> => {
  const { rows } = await db.query<{ lane: string }>(
    `select lane from runtime.dead_letters
     where subscription = $1 and partition = $2 and status in ('retrying', 'parked')
     union select lane from runtime.deferred_events where subscription = $1 and partition = $2`,
    [lease.subscription, lease.partition],
  );
  return new Set(rows.map(({ lane }) => lane));
};

/** Records the first failure of a delivery; it is tried again after `delayMs`. */
export const addDeadLetter = async (
  db: Queryable,
  lease: Lease,
  { event, lane }: Delivery,
  error: string,
  delayMs: number,
): Promise<void> => {
  await db.query(
    `insert into runtime.dead_letters
       (subscription, partition, lane, position, event_type, stream_name, status, attempts, error, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, 'retrying', 1, $7, clock_timestamp() + $8 * interval '1 ms')
     -- A checkpoint that was set back (a restored backup) meets its old letters again.
     on conflict (subscription, lane, position) do update set partition = excluded.partition, status = 'retrying',
       attempts = 1, taken_back = false, error = excluded.error, next_attempt_at = excluded.next_attempt_at, updated_at = clock_timestamp()`,
    [
      lease.subscription,
      lease.partition,
      lane,
      String(event.metadata.globalPosition),
      event.type,
      event.metadata.streamName,
      error.slice(0, 4_000),
      delayMs,
    ],
  );
};

export const deferDeliveries = async (
  db: Queryable,
  lease: Lease,
  deliveries: readonly Delivery[],
): Promise<void> => {
  if (deliveries.length === 0) return;
  await db.query(
    `insert into runtime.deferred_events (subscription, partition, lane, position)
     select $1, $2, * from unnest($3::text[], $4::bigint[]) on conflict do nothing`,
    [
      lease.subscription,
      lease.partition,
      deliveries.map(({ lane }) => lane),
      deliveries.map(({ event }) => String(event.metadata.globalPosition)),
    ],
  );
};

/** Letters whose time has come, oldest first: one per lane, since a lane has at most one open letter. */
export const dueLetters = async (db: Queryable, lease: Lease): Promise<readonly DueLetter[]> => {
  const { rows } = await db.query<Omit<DueLetter, 'position'> & Readonly<{ position: string }>>(
    `select id, lane, position, attempts, taken_back as "takenBack" from runtime.dead_letters
     where subscription = $1 and partition = $2 and status = 'retrying' and next_attempt_at <= clock_timestamp()
     order by position limit 100`,
    [lease.subscription, lease.partition],
  );
  return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
};

/** Lanes with waiting events and no open letter: they may move on. */
export const drainableLanes = async (db: Queryable, lease: Lease): Promise<readonly string[]> => {
  const { rows } = await db.query<{ lane: string }>(
    `select distinct lane from runtime.deferred_events d where subscription = $1 and partition = $2
       and not exists (select from runtime.dead_letters l where l.subscription = $1 and l.partition = $2
                       and l.lane = d.lane and l.status in ('retrying', 'parked'))`,
    [lease.subscription, lease.partition],
  );
  return rows.map(({ lane }) => lane);
};

export const nextDeferred = async (db: Queryable, lease: Lease, lane: string): Promise<bigint | null> => {
  const { rows } = await db.query<{ position: string | null }>(
    `select min(position) as position from runtime.deferred_events
     where subscription = $1 and partition = $2 and lane = $3`,
    [lease.subscription, lease.partition, lane],
  );
  const position = rows[0]?.position ?? null;
  return position === null ? null : BigInt(position);
};

/** False when it is gone already: an earlier commit whose answer was lost. */
export const removeDeferred = async (db: Queryable, lease: Lease, lane: string, position: bigint) => {
  const { rowCount } = await db.query(
    `delete from runtime.deferred_events
     where subscription = $1 and partition = $2 and lane = $3 and position = $4`,
    [lease.subscription, lease.partition, lane, String(position)],
  );
  return rowCount === 1;
};

/** False when an admin changed the letter meanwhile, or when an earlier commit settled it. */
export const lockLetter = async (db: Queryable, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select from runtime.dead_letters where id = $1 and status = 'retrying' for update`,
    [id],
  );
  return rowCount === 1;
};

/** Decisions and attempts wait until the transaction ends. */
export const lockLetters = async (db: Queryable, subscription: string): Promise<void> => {
  await db.query('select from runtime.dead_letters where subscription = $1 order by id for update', [
    subscription,
  ]);
};

export const resolveLetter = async (db: Queryable, id: string): Promise<void> => {
  await db.query(
    `update runtime.dead_letters set status = 'resolved', updated_at = clock_timestamp() where id = $1`,
    [id],
  );
};

/**
 * Settles a letter by letters of its event in these lanes, which are due at once; one that an admin decided about stays as it is. Their
 * partitions change hands, because a holder looks for letters that it did not write when it begins.
 */
export const handOver = async (
  db: Queryable,
  { subscription, partition }: Lease,
  id: string,
  lanes: readonly Readonly<{ lane: string; partition: number }>[],
): Promise<void> => {
  await db.query(
    `insert into runtime.dead_letters (subscription, partition, lane, position, event_type, stream_name, status, attempts, error, taken_back)
     select subscription, given.partition, given.lane, position, event_type, stream_name, 'retrying', 0, error, true
     from runtime.dead_letters, unnest($2::int[], $3::text[]) given (partition, lane) where id = $1
     on conflict (subscription, lane, position) do update set partition = excluded.partition, status = 'retrying', attempts = 0,
       taken_back = true, next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
     where dead_letters.status = 'resolved'`,
    [id, lanes.map((each) => each.partition), lanes.map(({ lane }) => lane)],
  );
  await resolveLetter(db, id);
  await db.query(
    `update runtime.partitions set token = token + 1, owner = null, leased_until = null
     where subscription = $1 and partition = any($2::int[]) and partition <> $3`,
    [subscription, lanes.map((each) => each.partition), partition],
  );
};

/**
 * Lets an event that its lane was to take in late wait there, in the place of its letter, where others before it wait: they do not look
 * at what came after them. False where none does.
 */
export const deferLetter = async (
  db: Queryable,
  { subscription, partition }: Lease,
  { id, lane, position }: DueLetter,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into runtime.deferred_events (subscription, partition, lane, position)
     select $1, $2, $3, $4
     where exists (select from runtime.dead_letters where subscription = $1 and lane = $3 and position < $4
                   and status in ('retrying', 'parked') and not taken_back)
        or exists (select from runtime.deferred_events where subscription = $1 and lane = $3 and position < $4)
     on conflict do nothing`,
    [subscription, partition, lane, String(position)],
  );
  if (rowCount === 0) return false;
  await resolveLetter(db, id);
  return true;
};

export const failLetterAgain = async (
  db: Queryable,
  id: string,
  failure: Readonly<{ error: string; park: boolean; delayMs: number }>,
): Promise<void> => {
  await db.query(
    `update runtime.dead_letters set attempts = attempts + 1, error = $2, status = $3, updated_at = clock_timestamp(),
       next_attempt_at = clock_timestamp() + $4 * interval '1 ms' where id = $1`,
    [id, failure.error.slice(0, 4_000), failure.park ? 'parked' : 'retrying', failure.delayMs],
  );
};

export const deliveryKey = (position: bigint, lane: string): string => `${position} ${lane}`;

const deliveryKeys = async (
  db: Queryable,
  sql: string,
  subscription: string,
): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<{ lane: string; position: string }>(sql, [subscription]);
  return new Set(rows.map(({ lane, position }) => deliveryKey(BigInt(position), lane)));
};

/** Deliveries that an admin decided never to make. */
export const skippedDeliveries = (db: Queryable, subscription: string): Promise<ReadonlySet<string>> =>
  deliveryKeys(
    db,
    `select lane, position from runtime.dead_letters where subscription = $1 and status = 'skipped'`,
    subscription,
  );

/** Deliveries behind the checkpoint that were not made: skipped, failed or waiting. */
export const missingDeliveries = (db: Queryable, subscription: string): Promise<ReadonlySet<string>> =>
  deliveryKeys(
    db,
    `select lane, position from runtime.dead_letters where subscription = $1 and status <> 'resolved'
     union select lane, position from runtime.deferred_events where subscription = $1`,
    subscription,
  );
