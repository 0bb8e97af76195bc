import type { HoldPosted, HoldRaised, HoldReleased, HoldTaken } from '../../domain/billing/account/events.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** One hold of credits for a job and what became of it (BIL-04). Amounts in micro-credits. */
export type QuotaReservationRow = Readonly<{
  hold_id: string;
  user_id: string;
  job_id: string;
  /** All that was ever held: `posted + released`, once it has ended. */
  held: bigint;
  posted: bigint;
  released: bigint;
  status: 'OPEN' | 'SETTLED' | 'EXPIRED';
  taken_at: string;
  expires_at: string;
  ended_at: string | null;
}>;

type HoldEvent = HoldTaken | HoldRaised | HoldPosted | HoldReleased;

const moved = (
  row: QuotaReservationRow,
  { type, data }: HoldRaised | HoldPosted | HoldReleased,
): QuotaReservationRow => {
  const amount = BigInt(data.microCredits);
  if (type === 'HoldRaised') return { ...row, held: row.held + amount };
  return type === 'HoldPosted'
    ? { ...row, posted: row.posted + amount, status: 'SETTLED' }
    : {
        ...row,
        released: row.released + amount,
        status: data.reason === 'EXPIRED' ? 'EXPIRED' : 'SETTLED',
      };
};

export const quotaReservations: Projection<QuotaReservationRow, HoldEvent> = {
  name: 'quota-reservations',
  revision: 1,
  table: 'quota_reservations',
  handles: ['HoldTaken', 'HoldRaised', 'HoldPosted', 'HoldReleased'],
  columns: {
    hold_id: 'text',
    user_id: 'text',
    job_id: 'text',
    held: 'bigint',
    posted: 'bigint',
    released: 'bigint',
    status: 'text',
    taken_at: 'timestamptz',
    expires_at: 'timestamptz',
    ended_at: 'timestamptz?',
  },
  key: 'hold_id',
  indexes: [
    ['user_id', '-taken_at'],
    ['status', 'expires_at'],
  ],
  keysOf: (event) => [event.data.holdId],
  evolve(row, event) {
    if (event.type === 'HoldTaken') {
      const { holdId, userId, jobId, microCredits, at, expiresAt } = event.data;
      return (
        row ?? {
          hold_id: holdId,
          user_id: userId,
          job_id: jobId,
          held: BigInt(microCredits),
          posted: 0n,
          released: 0n,
          status: 'OPEN',
          taken_at: at,
          expires_at: expiresAt,
          ended_at: null,
        }
      );
    }
    if (row === undefined) return undefined;
    const next = moved(row, event);
    return next.posted + next.released === next.held ? { ...next, ended_at: event.data.at } : next;
  },
};
