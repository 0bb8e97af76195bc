import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Actor, Event, MessageContext, Positioned } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { withTransaction } from '../postgres/pool.ts';

export type DeadLetterStatus = 'retrying' | 'parked' | 'skipped' | 'resolved';

export type DeadLetter = Readonly<{
  id: string;
  subscription: string;
  partition: number;
  /** What waits: a stream, a process instance or the key of a row. */
  lane: string;
  position: bigint;
  eventType: string;
  streamName: string;
  status: DeadLetterStatus;
  attempts: number;
  error: string;
  createdAt: Date;
  updatedAt: Date;
  /** Events of the lane that wait behind it. */
  waiting: number;
}>;

type DeadLetterFacts = {
  deadLetterId: string;
  subscription: string;
  lane: string;
  position: string;
  eventType: string;
  error: string;
  by: Actor;
  reason: string;
};

/**
 * Appended to stream `dead-letter-<id>`: an admin had a parked event tried again, or decided that a subscription never
 * sees it.
 */
type DeadLetterDecided =
  | Event<'DeadLetterRetried', DeadLetterFacts>
  | Event<'DeadLetterSkipped', DeadLetterFacts>;

/** Whether an admin had an event of this subscription tried again. */
export const isRetryIn = (subscription: string, { type, data }: Event): boolean =>
  type === ('DeadLetterRetried' satisfies DeadLetterDecided['type']) && data['subscription'] === subscription;

export type Decision = Readonly<{ actor: Actor; reason: string; context: MessageContext }>;

const SELECT = `select id, subscription, partition, lane, position, event_type as "eventType",
    stream_name as "streamName", status, attempts, error, created_at as "createdAt", updated_at as "updatedAt",
    (select count(*) from runtime.deferred_events d where d.subscription = l.subscription
      and d.partition = l.partition and d.lane = l.lane)::int as waiting
  from runtime.dead_letters l`;

type StoredLetter = Omit<DeadLetter, 'id' | 'position'> &
  Readonly<{ id: string | bigint; position: string | bigint }>;

const toLetter = (row: StoredLetter): DeadLetter => ({
  ...row,
  id: String(row.id),
  position: BigInt(row.position),
});

type DecisionLog = Pick<PostgresEventLog, 'readLog' | 'appendInTransaction' | 'notifyAppended'>;

const RETRY = `update runtime.dead_letters set status = 'retrying', attempts = 0,
  taken_back = taken_back or status = 'skipped',
  next_attempt_at = clock_timestamp(), updated_at = clock_timestamp() where id = $1`;
const SKIP = `update runtime.dead_letters set status = 'skipped', updated_at = clock_timestamp() where id = $1`;

/** What an admin does with events that could not be processed (ES-11). A decision and its event are stored together. */
export class DeadLetters {
  readonly #pool: Pool;
  readonly #log: DecisionLog;
  readonly #revisable: ReadonlySet<string>;

  /** `revisable`: subscriptions that can take in late what was skipped, which those of projections can. */
  constructor(pool: Pool, log: DecisionLog, revisable: readonly string[] = []) {
    this.#pool = pool;
    this.#log = log;
    this.#revisable = new Set(revisable);
  }

  /** Newest first, at most `limit`. Without a status: those that hold something up. */
  async list(
    filter: Readonly<{ subscription?: string; status?: DeadLetterStatus; limit?: number }> = {},
  ): Promise<readonly DeadLetter[]> {
    const { rows } = await this.#pool.query<StoredLetter>(
      `${SELECT} where ($1::text is null or subscription = $1)
         and status = any(case when $2::text is null then array['retrying', 'parked'] else array[$2] end)
       order by l.id desc limit $3`,
      [filter.subscription ?? null, filter.status ?? null, filter.limit ?? 100],
    );
    return rows.map(toLetter);
  }

  /** The letter and its event. Rejects with `DEAD_LETTER_NOT_FOUND`. */
  async inspect(id: string): Promise<Readonly<{ letter: DeadLetter; event: Positioned }>> {
    const letter = await this.#find(this.#pool, id);
    const [event] = await this.#log.readLog({ after: letter.position - 1n, limit: 1 });
    if (event === undefined) throw new Error(`the log has no event at ${letter.position}`);
    return { letter, event };
  }

  /**
   * Tries a parked event again, at once, with a fresh count of attempts; and one that was skipped, where its subscription can take it in
   * late. Rejects as `skip`.
   */
  retry(id: string, decision: Decision): Promise<void> {
    return this.#decide(id, 'DeadLetterRetried', decision, RETRY);
  }

  /**
   * Lets the lane go on without this event, also in rebuilds of this revision, until `retry` takes it back, where it can. Rejects with
   * `DEAD_LETTER_NOT_FOUND`, or with `DEAD_LETTER_SETTLED` when the event was processed or skipped before.
   */
  skip(id: string, decision: Decision): Promise<void> {
    return this.#decide(id, 'DeadLetterSkipped', decision, SKIP);
  }

  async #find(db: Pick<Pool, 'query'>, id: string, lock = ''): Promise<DeadLetter> {
    const { rows } = /^\d{1,18}$/.test(id)
      ? await db.query<StoredLetter>(`${SELECT} where l.id = $1 ${lock}`, [id])
      : { rows: [] };
    if (rows[0] === undefined)
      throw new Rejection('DEAD_LETTER_NOT_FOUND', `there is no dead letter ${id}`, { id });
    return toLetter(rows[0]);
  }

  /** A repeated request with the same command id does nothing. The lock waits for an attempt under way. */
  async #decide(
    id: string,
    type: DeadLetterDecided['type'],
    decision: Decision,
    change: string,
  ): Promise<void> {
    await withTransaction(this.#pool, async (client) => {
      const letter = await this.#find(client, id, 'for update of l');
      if (await this.#record(client, type, letter, decision)) return;
      const { status } = letter;
      const isTakenBack =
        status === 'skipped' && type === 'DeadLetterRetried' && this.#revisable.has(letter.subscription);
      if (status === 'resolved' || (status === 'skipped' && !isTakenBack))
        throw new Rejection('DEAD_LETTER_SETTLED', `dead letter ${id} is ${status}`, { id, status });
      await client.query(change, [id]);
    });
    this.#log.notifyAppended();
  }

  /** True when this very decision is in the log already. */
  async #record(
    client: PoolClient,
    type: DeadLetterDecided['type'],
    letter: DeadLetter,
    { actor, reason, context }: Decision,
  ): Promise<boolean> {
    const data: DeadLetterDecided['data'] = {
      deadLetterId: letter.id,
      subscription: letter.subscription,
      lane: letter.lane,
      position: String(letter.position),
      eventType: letter.eventType,
      error: letter.error,
      by: actor,
      reason,
    };
    const bodyHash = createHash('sha256').update(`${type} ${letter.id}`).digest('hex');
    const { replayed } = await this.#log.appendInTransaction(
      client,
      [
        {
          streamName: `dead-letter-${letter.id}`,
          events: [{ type, data }],
          expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
        },
      ],
      { context: { ...context, actor }, idempotency: { key: `dead-letter/${context.commandId}`, bodyHash } },
    );
    return replayed;
  }
}
