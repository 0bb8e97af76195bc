import type { AccountEvent } from '../../domain/billing/account/events.ts';
import {
  type LedgerAccount,
  MOVEMENTS,
  type Movement,
  type Posting,
  postingsOf,
} from '../../domain/billing/postings.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** One leg of a balanced entry (BIL-11, decision 0050). `amount` is a signed integer in `unit`; what flows in is positive. */
export type LedgerPostingRow = Readonly<{
  /** `<entry_id>/<line>`. */
  posting_id: string;
  /** The id of the event that the entry explains. */
  entry_id: string;
  line: number;
  /** Place of the event in the log. */
  position: bigint;
  kind: AccountEvent['type'];
  user_id: string;
  account: LedgerAccount;
  unit: Posting['unit'];
  amount: bigint;
  job_id: string | null;
  /** What the movement is about: a lot or a hold. */
  reference: string;
  charge_class: string | null;
  /** The hold whose charge a reversal takes back; else null. */
  corrects: string | null;
  effective_at: string;
  booked_at: string;
}>;

const referenceOf = ({ data }: Movement): string => ('holdId' in data ? data.holdId : data.lotId);

const linesOf = (event: Positioned<Movement>): readonly (readonly [key: string, leg: Posting])[] =>
  postingsOf(event).map((leg, line) => [`${event.metadata.messageId}/${line}`, leg]);

export const ledgerPostings: Projection<LedgerPostingRow, Movement> = {
  name: 'ledger-postings',
  revision: 1,
  table: 'ledger_postings',
  handles: MOVEMENTS,
  columns: {
    posting_id: 'text',
    entry_id: 'text',
    line: 'int',
    position: 'bigint',
    kind: 'text',
    user_id: 'text',
    account: 'text',
    unit: 'text',
    amount: 'bigint',
    job_id: 'text?',
    reference: 'text',
    charge_class: 'text?',
    corrects: 'text?',
    effective_at: 'timestamptz',
    booked_at: 'timestamptz',
  },
  key: 'posting_id',
  indexes: [['entry_id'], ['user_id', 'account'], ['job_id']],
  balanced: {
    entryOf: (event) => event.metadata.messageId,
    entry: 'entry_id',
    amount: 'amount',
    unit: 'unit',
  },
  keysOf: (event) => linesOf(event).map(([key]) => key),
  evolve(row, event, key) {
    const line = linesOf(event).findIndex(([own]) => own === key);
    const leg = linesOf(event)[line]?.[1];
    if (row !== undefined || leg === undefined) return row;
    const { type, data, metadata } = event;
    return {
      posting_id: key,
      entry_id: metadata.messageId,
      line,
      position: metadata.globalPosition,
      kind: type,
      user_id: data.userId,
      account: leg.account,
      unit: leg.unit,
      amount: BigInt(leg.amount),
      job_id: 'jobId' in data ? data.jobId : null,
      reference: referenceOf(event),
      charge_class: type === 'HoldPosted' ? data.chargeClass : null,
      corrects: type === 'ChargeReversed' ? data.holdId : null,
      effective_at: data.at,
      booked_at: metadata.recordedAt,
    };
  },
};
