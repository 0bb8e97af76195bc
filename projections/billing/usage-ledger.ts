import type { UsageEvent } from '../../domain/billing/usage.ts';
import type { FullProjection } from '../../domain/kernel/projection.ts';

/** One model call as it is charged, or why it is not (BIL-05, BIL-06). */
export type UsageLedgerRow = Readonly<{
  entry_key: string;
  user_id: string;
  job_id: string;
  model_class: string;
  attempt: number;
  ordinal: number;
  stage: string;
  gateway: string;
  model: string;
  price_version: string;
  input_tokens: bigint;
  cached_tokens: bigint;
  output_tokens: bigint;
  micro_credits: bigint;
  billable: boolean;
  failure_class: string | null;
  /** What the route is at fault for, and how long it asked to be left alone, milliseconds. */
  fault: string | null;
  retry_after_ms: number | null;
  /** Of a call that was lost: the most that it can have cost us. */
  at_most: bigint | null;
  booked_at: string;
  /** The event that recorded it, and the one that took its charge back. */
  event_id: string;
  waived_by: string | null;
}>;

export const usageLedger: FullProjection<UsageLedgerRow, UsageEvent> = {
  name: 'usage-ledger',
  sees: 'all',
  revision: 6,
  table: 'usage_ledger',
  handles: ['UsageRecorded', 'UsageWaived'],
  columns: {
    entry_key: 'text',
    user_id: 'text',
    job_id: 'text',
    model_class: 'text',
    attempt: 'int',
    ordinal: 'int',
    stage: 'text',
    gateway: 'text',
    model: 'text',
    price_version: 'text',
    input_tokens: 'bigint',
    cached_tokens: 'bigint',
    output_tokens: 'bigint',
    micro_credits: 'bigint',
    billable: 'boolean',
    failure_class: 'text?',
    fault: 'text?',
    retry_after_ms: 'int?',
    at_most: 'bigint?',
    booked_at: 'timestamptz',
    event_id: 'text',
    waived_by: 'text?',
  },
  key: 'entry_key',
  indexes: [
    ['job_id', 'booked_at'],
    ['user_id', '-booked_at'],
    ['-booked_at'],
    ['gateway', 'model', '-booked_at'],
  ],
  keysOf: (event) => [event.data.entryKey],
  evolve(row, { type, data, metadata: { messageId } }) {
    if (type === 'UsageWaived')
      return row === undefined
        ? row
        : { ...row, billable: false, failure_class: data.failureClass, waived_by: messageId };
    if (row !== undefined) return row;
    return {
      entry_key: data.entryKey,
      user_id: data.userId,
      job_id: data.jobId,
      model_class: data.modelClass,
      attempt: data.attempt,
      ordinal: data.ordinal,
      stage: data.stage,
      gateway: data.gateway,
      model: data.model,
      price_version: data.priceVersion,
      input_tokens: BigInt(data.inputTokens),
      cached_tokens: BigInt(data.cachedTokens),
      output_tokens: BigInt(data.outputTokens),
      micro_credits: BigInt(data.microCredits),
      billable: data.billable,
      failure_class: data.failureClass,
      fault: data.fault ?? null,
      retry_after_ms: data.retryAfterMs ?? null,
      at_most: data.atMost === undefined ? null : BigInt(data.atMost),
      booked_at: data.at,
      event_id: messageId,
      waived_by: null,
    };
  },
};
