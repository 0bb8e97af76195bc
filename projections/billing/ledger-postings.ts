import { type BalanceMoved, balancePostingsOf } from '../../domain/billing/payments/balance.ts';
import type { MoneyEvent } from '../../domain/billing/payments/events.ts';
import type { InvoiceLine } from '../../domain/billing/payments/invoice-lines.ts';
import {
  MONEY_MOVEMENTS,
  type MoneyAccount,
  type MoneyPosting,
  moneyPostingsOf,
} from '../../domain/billing/payments/money.ts';
import {
  type CreditAccount,
  MOVEMENTS,
  type Movement,
  type Posting,
  postingsOf,
} from '../../domain/billing/postings.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { FullProjection } from '../../domain/kernel/projection.ts';

type Booked = Movement | MoneyEvent | BalanceMoved;

/**
 * One leg of a balanced entry (BIL-11, decisions 0050, 0052 and 0054). `amount` is a signed integer in `unit`, micro-credits or
 * minor units of a currency; what flows in is positive.
 */
export type LedgerPostingRow = Readonly<{
  /** `<entry_id>/<line>`. */
  posting_id: string;
  /** The id of the event that the entry explains. */
  entry_id: string;
  line: number;
  /** Place of the event in the log. */
  position: bigint;
  kind: Booked['type'];
  /** null: of nobody, such as a payout. */
  user_id: string | null;
  account: CreditAccount | MoneyAccount;
  unit: string;
  amount: bigint;
  job_id: string | null;
  /** What the movement is about: a lot, a hold, or the object of the payment provider. */
  reference: string;
  charge_class: string | null;
  /** The hold whose charge a reversal takes back; else null. */
  corrects: string | null;
  /** Of money; else null. */
  invoice: string | null;
  /** The line of the invoice that the leg is for; null: of all lines, or of none that is known. */
  invoice_line: string | null;
  /** The tax within the whole entry, in `unit`; null: no money. */
  tax: bigint | null;
  /** The time that is paid for, the end excluded; null: none beyond the moment. */
  service_from: string | null;
  service_to: string | null;
  /** The news of the payment provider, or the event of the log, that the entry followed from; else its own event. */
  source_event: string;
  effective_at: string;
  booked_at: string;
}>;

const isMoney = (event: Booked): event is MoneyEvent => MONEY_MOVEMENTS.some((type) => type === event.type);

const referenceOf = (event: Booked): string => {
  if (event.type === 'BalanceMoved') return event.data.transactionId;
  if (!isMoney(event)) return 'holdId' in event.data ? event.data.holdId : event.data.lotId;
  const { data } = event;
  if ('refundId' in data) return data.refundId;
  return 'disputeId' in data ? data.disputeId : data.invoiceId;
};

const legsOf = (event: Booked): readonly (Posting | MoneyPosting)[] => {
  if (event.type === 'BalanceMoved') return balancePostingsOf(event);
  return isMoney(event) ? moneyPostingsOf(event) : postingsOf(event);
};

const lineOf = (leg: Posting | MoneyPosting): InvoiceLine | null =>
  ('line' in leg ? leg.line : undefined) ?? null;

type Service = Readonly<{ from: string; to: string }>;

/** From the first that begins to the last that ends; null: nothing of any length. */
const coverOf = (lines: readonly Service[]): Service | null => {
  const from = lines.map((line) => line.from).toSorted()[0] ?? '';
  const to =
    lines
      .map((line) => line.to)
      .toSorted()
      .at(-1) ?? '';
  return from < to ? { from, to } : null;
};

/** The time that a leg pays for: that of its line, of all lines, or of the credits that are granted. */
const serviceOf = (event: Booked, leg: Posting | MoneyPosting): Service | null => {
  const line = lineOf(leg);
  if (line !== null) return coverOf([line]);
  if ('lines' in event.data) return coverOf(event.data.lines);
  if (event.type !== 'CreditsGranted' || event.data.expiresAt === null) return null;
  return coverOf([{ from: event.data.at, to: event.data.expiresAt }]);
};

/** The context of a command that no event caused names the command itself. */
const sourceOf = (event: Positioned<Booked>): string => {
  const { messageId, commandId, causationId } = event.metadata;
  if (isMoney(event)) return event.data.noticeId ?? messageId;
  return causationId === commandId ? messageId : causationId;
};

const linesOf = (
  event: Positioned<Booked>,
): readonly (readonly [key: string, leg: Posting | MoneyPosting])[] =>
  legsOf(event).map((leg, line) => [`${event.metadata.messageId}/${line}`, leg]);

export const ledgerPostings: FullProjection<LedgerPostingRow, Booked> = {
  name: 'ledger-postings',
  sees: 'all',
  revision: 4,
  table: 'ledger_postings',
  handles: [...MOVEMENTS, ...MONEY_MOVEMENTS, 'BalanceMoved'],
  columns: {
    posting_id: 'text',
    entry_id: 'text',
    line: 'int',
    position: 'bigint',
    kind: 'text',
    user_id: 'text?',
    account: 'text',
    unit: 'text',
    amount: 'bigint',
    job_id: 'text?',
    reference: 'text',
    charge_class: 'text?',
    corrects: 'text?',
    invoice: 'text?',
    invoice_line: 'text?',
    tax: 'bigint?',
    service_from: 'timestamptz?',
    service_to: 'timestamptz?',
    source_event: 'text',
    effective_at: 'timestamptz',
    booked_at: 'timestamptz',
  },
  key: 'posting_id',
  indexes: [['entry_id'], ['user_id', 'account'], ['job_id'], ['invoice']],
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
    const service = serviceOf(event, leg);
    return {
      posting_id: key,
      entry_id: metadata.messageId,
      line,
      position: metadata.globalPosition,
      kind: type,
      user_id: 'userId' in data ? data.userId : null,
      account: leg.account,
      unit: leg.unit,
      amount: BigInt(leg.amount),
      job_id: 'jobId' in data ? data.jobId : null,
      reference: referenceOf(event),
      charge_class: type === 'HoldPosted' ? data.chargeClass : null,
      corrects: type === 'ChargeReversed' ? data.holdId : null,
      invoice: isMoney(event) ? event.data.invoiceId : null,
      invoice_line: lineOf(leg)?.lineId ?? null,
      tax: isMoney(event) ? BigInt(event.data.tax) : null,
      service_from: service?.from ?? null,
      service_to: service?.to ?? null,
      source_event: sourceOf(event),
      effective_at: data.at,
      booked_at: metadata.recordedAt,
    };
  },
};
