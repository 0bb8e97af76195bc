import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';
import pg from 'pg';
import type { AppendOutcome } from '../../../domain/kernel/event-store.ts';
import { IdempotencyKeyReused, VersionConflict } from '../../../domain/kernel/event-store.ts';
import type { EncodedAppend } from '../encoding.ts';
import { meets } from '../encoding.ts';
import { exactAtomicQuery } from './append-exact.ts';
import { assume, knownAtomicQuery } from './append-known.ts';
import { singleOf, singleQuery } from './append-single.ts';
import { basesOf, exactVersion, unitsOf, unitsQuery } from './append-units.ts';
import type { KnownVersions } from './known-versions.ts';

export type Queryable = Pool | ClientBase;

const MAX_ATTEMPTS = 100;

/** Serialization failure, deadlock, unique violation: the statement stored nothing; look why, then perhaps again. */
const LOST_RACE = new Set(['40001', '40P01', '23505']);

export const lostRace = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code !== undefined && LOST_RACE.has(error.code);

type KeyRow = {
  body_hash: Buffer;
  streams: string[];
  versions: string[];
  created: boolean[];
  result: string | null;
};

/** The stored outcome of a key; null when the key is new. Throws `IdempotencyKeyReused` for another body. */
export const findKey = async (
  db: Queryable,
  key: string,
  bodyHash: string,
): Promise<AppendOutcome | null> => {
  const { rows } = await db.query<KeyRow>({
    name: 'find-key',
    text: `SELECT body_hash, streams, versions::text[] AS versions, created, result::text AS result
             FROM idempotency_keys WHERE key = $1`,
    values: [key],
  });
  const [row] = rows;
  if (row === undefined) return null;
  if (row.body_hash.toString('hex') !== bodyHash) throw new IdempotencyKeyReused(key);
  return {
    streams: row.streams.map((streamName, index) => ({
      streamName,
      version: BigInt(row.versions[index] ?? 0),
      createdNewStream: row.created[index] === true,
    })),
    replayed: true,
    result: row.result,
  };
};

/** Why nothing was stored: a replay is returned, a broken expectation thrown, null means a race to run again. */
export const explainLoss = async (db: Queryable, append: EncodedAppend): Promise<AppendOutcome | null> => {
  const replay = append.key === null ? null : await findKey(db, append.key.key, append.key.bodyHash);
  if (replay !== null) return replay;
  for (const { streamName, expected } of append.streams) {
    const { rows } = await db.query<{ version: bigint | string | null }>({
      name: 'stream-version',
      text: 'SELECT max(version) AS version FROM events WHERE stream = $1',
      values: [streamName],
    });
    const actual = BigInt(rows[0]?.version ?? 0);
    if (!meets(expected, actual)) throw new VersionConflict(streamName, expected, actual);
  }
  return null;
};

/** The outcome, given the version that each stream started from. */
export const outcomeOf = (append: EncodedAppend, bases: readonly bigint[]): AppendOutcome => ({
  streams: append.streams.map(({ streamName, events }, index) => {
    const base = bases[index] ?? 0n;
    return { streamName, version: base + BigInt(events.length), createdNewStream: base === 0n };
  }),
  replayed: false,
  result: append.key?.result ?? null,
});

const assumeAll = (append: EncodedAppend, known: KnownVersions): EncodedAppend => ({
  ...append,
  streams: append.streams.map((stream) => assume(stream, known)),
});

/**
 * One attempt: the outcome, or null when nothing was stored. Errors of class `lostRace` mean the same. `known`: streams
 * that need no look; null to look at all.
 */
const attempt = async (
  db: Queryable,
  append: EncodedAppend,
  known: KnownVersions | null,
): Promise<AppendOutcome | null> => {
  const assumed = known === null ? append : assumeAll(append, known);
  const single = singleOf(assumed);
  if (single !== null) {
    const isKnown = known?.has(single.streamName, single.base) ?? false;
    const { rowCount } = await db.query(singleQuery(single, isKnown));
    return rowCount === 1 ? outcomeOf(append, [single.base]) : null;
  }
  const units = unitsOf(append);
  const unlooked = known === null ? null : knownAtomicQuery(assumed, known);
  const exact = unlooked ?? (units.length === 0 ? null : exactAtomicQuery(units));
  if (exact !== null) {
    await db.query(exact);
    return outcomeOf(
      append,
      assumed.streams.map(({ expected }) => exactVersion(expected) ?? 0n),
    );
  }
  // `any` and `existing` read the version first, so they wait for each other instead of racing.
  const lock = append.streams.some(({ expected }) => exactVersion(expected) === null);
  const { rows } = await db.query(unitsQuery(units, { lock, atomic: true, key: append.key }));
  return outcomeOf(append, basesOf(rows[0]));
};

/** Appends on its own, in one round trip where nobody interferes. Throws `VersionConflict`, `IdempotencyKeyReused`. */
export const appendAlone = async (
  pool: Pool,
  append: EncodedAppend,
  known: KnownVersions,
): Promise<AppendOutcome> => {
  for (let count = 1; ; count++) {
    let lost: unknown = null;
    try {
      const outcome = await attempt(pool, append, known);
      if (outcome !== null) {
        for (const { streamName, version } of outcome.streams) known.learn(streamName, version);
        return outcome;
      }
    } catch (error) {
      if (!lostRace(error)) throw error;
      lost = error;
    }
    for (const { streamName } of append.streams) known.distrust(streamName);
    const replay = await explainLoss(pool, append);
    if (replay !== null) return replay;
    // Every expectation holds: a writer of an exact version was faster than our `any`. It has made progress, so may we.
    if (count === MAX_ATTEMPTS)
      throw new Error('append lost every race', lost === null ? {} : { cause: lost });
    await sleep(Math.random() * Math.min(count, 20));
  }
};

/**
 * Appends inside the caller's transaction (READ COMMITTED), so that other rows commit with the events. After a
 * `VersionConflict` or `IdempotencyKeyReused` the transaction is still usable, and nothing of the append is in it.
 */
export const appendEncodedInTransaction = async (
  client: ClientBase,
  append: EncodedAppend,
): Promise<AppendOutcome> => {
  for (let count = 1; ; count++) {
    await client.query('SAVEPOINT append_events');
    try {
      const outcome = await attempt(client, append, null);
      if (outcome !== null) {
        await client.query('RELEASE SAVEPOINT append_events');
        return outcome;
      }
    } catch (error) {
      await client.query('ROLLBACK TO SAVEPOINT append_events');
      if (!lostRace(error) || count === MAX_ATTEMPTS) throw error;
    }
    await client.query('RELEASE SAVEPOINT append_events');
    const replay = await explainLoss(client, append);
    if (replay !== null) return replay;
    if (count === MAX_ATTEMPTS) throw new Error('append lost every race');
  }
};
