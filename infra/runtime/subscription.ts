import type { ClientBase } from 'pg';
import type { Positioned } from '../../domain/kernel/message.ts';

/**
 * One event for one lane. A lane is what must see its events in order: the stream by default, the instance of a
 * process manager, the row of a projection. Lanes are hashed to partitions (docs/decisions/0020).
 */
export type Delivery = Readonly<{
  event: Positioned;
  lane: string;
  /** `lanesOf` threw this: the event is set aside under the name of its stream. */
  fault?: unknown;
}>;

/** What the host runs: reads the log once per partition and hands over each delivery exactly once. */
export type Subscription = Readonly<{
  /** Primary key of its checkpoints. */
  id: string;
  /** Only processes that carry the revision stored in `runtime.subscriptions` may hold its partitions. */
  revision: number;
  /** Number of partitions at first registration; afterwards the stored number counts. */
  partitions: number;
  /** null: every type. */
  handles: ReadonlySet<string> | null;
  /** Empty: the event is not for this subscription. */
  lanesOf(event: Positioned): readonly string[];
  /**
   * Writes through `client` only: its transaction also carries the checkpoint and is refused as a whole when the lease
   * was lost. Deliveries are in position order. Any throw rolls everything back.
   */
  handle(deliveries: readonly Delivery[], client: ClientBase): Promise<void>;
  /**
   * Makes what the events of a lane up to a position come to, without the `missing` deliveries, and gives what writes it in the place of what
   * is there: so an event that was skipped gets to its place among those after it. Null: told to stop. Absent: the event alone is
   * handled, because no other has a part in what it makes.
   */
  refold?: (
    lane: string,
    to: bigint,
    missing: ReadonlySet<string>,
    signal: AbortSignal,
  ) => Promise<((client: ClientBase) => Promise<void>) | null>;
}>;

/** How a runtime part tells what went wrong; the composition root connects it to the log of the process. */
export type Report = (
  level: 'info' | 'warn' | 'error',
  message: string,
  data: Readonly<Record<string, unknown>>,
) => void;

export type RuntimeTimings = Readonly<{
  /** A holder that did not renew for this long may be replaced. */
  leaseMs: number;
  heartbeatMs: number;
  /** Longest silence of a client inside a transaction: frees the row locks of a paused process. */
  idleInTransactionMs: number;
  /** Events per transaction. */
  batchSize: number;
  /** Upper bound between two looks at the log when no wake-up arrives. */
  pollMs: number;
  /** A checkpoint over events of other partitions is written at this interval only: it is cheap to walk again. */
  idleCheckpointMs: number;
  /** Attempts on one delivery before it is parked. */
  maxAttempts: number;
  /** Wait before attempt n+1 is `retryBaseMs * 4^(n-1)`, at most one minute. */
  retryBaseMs: number;
}>;

/** A killed holder is replaced after at most lease + heartbeat = 6 s (ES-10 asks for 10 s). */
export const DEFAULT_TIMINGS: RuntimeTimings = {
  leaseMs: 5_000,
  heartbeatMs: 1_000,
  idleInTransactionMs: 5_000,
  batchSize: 500,
  pollMs: 1_000,
  idleCheckpointMs: 1_000,
  maxAttempts: 5,
  retryBaseMs: 200,
};

export const retryDelayMs = (timings: RuntimeTimings, attempts: number): number =>
  Math.min(60_000, timings.retryBaseMs * 4 ** Math.max(0, attempts - 1));
