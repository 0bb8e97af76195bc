import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';

/** Whether what was used may be charged, and if not, why (BIL-06). */
export type ChargeClass =
  | 'SUCCESS'
  | 'LOGIC_FAILURE'
  | 'INFRA_FAILURE'
  | 'SCHEMA_VIOLATION'
  | 'APPLY_FAILED'
  | 'INTERVENTION_TIMEOUT';

/** CALL_LOST: nobody lived to tell what came of the call, so it is charged to nobody. */
export type EntryClass = ChargeClass | 'CALL_LOST';

/** One answer of the model router as the ledger keeps it (BIL-05). Tokens and amounts are integers. */
export type UsageEntry = Readonly<{
  /** `{job_id}:{model_class}:{attempt_number}:{ordinal}`: one call, one entry, however often it is reported. */
  entryKey: string;
  userId: string;
  jobId: string;
  modelClass: 'L0' | 'L1' | 'L2' | 'L3';
  attempt: number;
  /** Place of the call in the story of its job: no two calls share one, also where stage and attempt come again. */
  ordinal: number;
  stage: string;
  gateway: string;
  model: string;
  priceVersion: string;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  microCredits: number;
  billable: boolean;
  failureClass: EntryClass | null;
  /** Of a call that failed: what the route is at fault for (`RouteFault`), and how long it asks to be left alone, milliseconds. */
  fault?: string;
  retryAfterMs?: number;
  /** Of a call that was lost: the most that it can have cost us, micro-credits. */
  atMost?: number;
  at: string;
}>;

/** Takes the charge of an entry back: what it paid for would not apply (BIL-06). The entry itself is never edited. */
export type UsageWaiver = Readonly<{
  entryKey: string;
  userId: string;
  jobId: string;
  failureClass: ChargeClass;
  at: string;
}>;

/** Stream `usage-<userId>`: a ledger that only grows. */
export type UsageRecorded = Event<'UsageRecorded', UsageEntry>;
export type UsageWaived = Event<'UsageWaived', UsageWaiver>;
export type UsageEvent = UsageRecorded | UsageWaived;

export type RecordUsage = Command<'RecordUsage', UsageEntry>;
export type WaiveUsage = Command<'WaiveUsage', UsageWaiver>;
export type UsageCommand = RecordUsage | WaiveUsage;

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const record = ({ data }: RecordUsage): UsageEvent[] => {
  const { inputTokens, cachedTokens, outputTokens, microCredits, entryKey } = data;
  if (![inputTokens, cachedTokens, outputTokens, microCredits].every(isAmount))
    throw new Rejection('USAGE_INVALID', 'Tokens and amounts are non-negative integers.', {
      entry_key: entryKey,
    });
  return [{ type: 'UsageRecorded', data }];
};

/**
 * Keeps no state, so that recording costs the same in the first and in the millionth entry. That an entry is recorded,
 * and waived, once is kept by its key, stored by the event store for ever (ES-03).
 */
export const usage: Decider<null, UsageCommand, UsageEvent> = {
  initialState: () => null,
  evolve: () => null,
  decide: (command) => {
    switch (command.type) {
      case 'RecordUsage':
        return record(command);
      case 'WaiveUsage':
        return [{ type: 'UsageWaived', data: command.data }];
      default:
        return never(command);
    }
  },
};

export const usageStream = (userId: string): string => `usage-${userId}`;

export const usageKey = (entry: Pick<UsageEntry, 'jobId' | 'modelClass' | 'attempt' | 'ordinal'>): string =>
  `${entry.jobId}:${entry.modelClass}:${entry.attempt}:${entry.ordinal}`;
