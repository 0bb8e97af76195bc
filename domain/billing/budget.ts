import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { credits, isMovement } from './credits.ts';
import type { CallPrice } from './prices.ts';

/**
 * What the calls of one job may cost; stream `budget-<jobId>` (BIL-08). The limit is what the account holds for the job, or
 * the cap that the person set below it; nothing is held for jobs of a tier that draws no credits (BIL-03), so that a limit of ours
 * stands there in its place. A call is reserved at the most that it can cost before it is dispatched, so that none can exceed the
 * limit. Amounts in micro-credits.
 */
type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { jobId: string; userId: string; at: string }
>;

/**
 * What a job may spend of which nothing is held: nobody pays for it, so it is what one may cost us. Five times the least hold (BIL-04),
 * which is US$0.50.
 */
export const UNHELD_LIMIT = credits(50);

const WARNINGS = [75, 90] as const;
export type Warning = (typeof WARNINGS)[number];

/** `cap` null: the hold alone counts. */
export type BudgetCapSet = In<'BudgetCapSet', { cap: number | null }>;
/**
 * What is asked of whom, so that the log knows of a call whose process dies before it tells what came of it (BIL-05). `price` absent: none
 * was published for the model, and nobody knows what the call costs.
 */
export type CallToBe = Readonly<{
  stage: 'ANALYSE' | 'SPECIFY' | 'PLAN_TESTS' | 'PATCH' | 'REPAIR';
  modelClass: 'L0' | 'L1' | 'L2' | 'L3';
  gateway: string;
  model: string;
  attempt: number;
  ordinal: number;
  price?: CallPrice;
}>;

/** `hold`: of the account at that moment; null: the tier of the job draws no credits. */
export type CallReserved = In<
  'CallReserved',
  { callKey: string; atMost: number; hold: number | null; call?: CallToBe }
>;
export type CallSettled = In<'CallSettled', { callKey: string; microCredits: number }>;
export type BudgetWarned = In<'BudgetWarned', { threshold: Warning; spent: number; limit: number }>;
/** The call was not dispatched: the job asks (`WAITING_ESCALATION_DECISION`, reason BUDGET). */
export type BudgetReached = In<
  'BudgetReached',
  { callKey: string; atMost: number; hold: number | null; left: number; limit: number }
>;
export type BudgetEvent = BudgetCapSet | CallReserved | CallSettled | BudgetWarned | BudgetReached;

type To<Type extends string, Data extends Record<string, unknown>> = Command<
  Type,
  Data & { jobId: string; userId: string; at: string }
>;
export type SetBudgetCap = To<'SetBudgetCap', { cap: number | null }>;
/** `hold` is read from the account when it is decided; null: the tier of the job draws no credits. */
export type ReserveCall = To<
  'ReserveCall',
  { callKey: string; atMost: number; hold: number | null; call?: CallToBe }
>;
/** What the call cost; 0 where there was no answer. */
export type SettleCall = To<'SettleCall', { callKey: string; microCredits: number }>;
export type BudgetCommand = SetBudgetCap | ReserveCall | SettleCall;

export type BudgetState = Readonly<{
  cap: number | null;
  /** As the last call found it; null: the tier of the job draws no credits. */
  hold: number | null;
  spent: number;
  /** Calls that may be under way, with the most that each can cost. */
  reserved: Readonly<Record<string, number>>;
  /** The most that the call can cost which was not made last; 0: none since. */
  refused: number;
  warned: readonly Warning[];
}>;

export const limitOf = ({ hold, cap }: Pick<BudgetState, 'hold' | 'cap'>): number =>
  Math.min(hold ?? UNHELD_LIMIT, cap ?? Number.POSITIVE_INFINITY);

export const reservedOf = ({ reserved }: BudgetState): number =>
  Object.values(reserved).reduce((sum, atMost) => sum + atMost, 0);

/** What a further call may cost; below 0 after the limit fell under what is spent. */
export const leftOf = (state: BudgetState): number => limitOf(state) - state.spent - reservedOf(state);

/** By how much the limit has to rise for the call that was not made. */
export const missingOf = (state: BudgetState): number => Math.max(0, state.refused - leftOf(state));

/** The thresholds that what is spent has come to. */
const crossed = (state: BudgetState): readonly Warning[] => {
  const limit = limitOf(state);
  return limit === 0 ? [] : WARNINGS.filter((threshold) => state.spent * 100 >= limit * threshold);
};

/** A new limit warns anew, but not of what was true before under a lower one. */
const limited = (state: BudgetState): BudgetState => ({
  ...state,
  warned: state.warned.filter((threshold) => crossed(state).includes(threshold)),
});

const evolve = (state: BudgetState, event: BudgetEvent): BudgetState => {
  switch (event.type) {
    case 'BudgetCapSet':
      return limited({ ...state, cap: event.data.cap });
    case 'CallReserved': {
      const { callKey, atMost, hold } = event.data;
      return limited({ ...state, hold, reserved: { ...state.reserved, [callKey]: atMost }, refused: 0 });
    }
    case 'CallSettled': {
      const { callKey, microCredits } = event.data;
      const { [callKey]: _settled, ...reserved } = state.reserved;
      return { ...state, reserved, spent: state.spent + microCredits };
    }
    case 'BudgetWarned':
      return { ...state, warned: [...state.warned, event.data.threshold] };
    case 'BudgetReached':
      return limited({ ...state, hold: event.data.hold, refused: event.data.atMost });
    default:
      return never(event);
  }
};

const expectAmount = (value: number): void => {
  if (value !== 0 && !isMovement(value))
    throw new Rejection('AMOUNT_INVALID', 'Amounts are non-negative integers of micro-credits.');
};

const reserve = ({ data }: ReserveCall, state: BudgetState): BudgetEvent[] => {
  expectAmount(data.atMost);
  // One that was settled and comes again is dispatched again, and costs again.
  if (Object.hasOwn(state.reserved, data.callKey)) return [];
  const now = { ...state, hold: data.hold };
  const left = leftOf(now);
  const { call: _notMade, ...reached } = data;
  // What has no price takes nothing of the budget, also of one that is overdrawn.
  if (data.atMost > Math.max(0, left))
    return [{ type: 'BudgetReached', data: { ...reached, left, limit: limitOf(now) } }];
  return [{ type: 'CallReserved', data }];
};

const act = (command: BudgetCommand, state: BudgetState): BudgetEvent[] => {
  switch (command.type) {
    case 'SetBudgetCap':
      if (command.data.cap !== null) expectAmount(command.data.cap);
      return command.data.cap === state.cap ? [] : [{ type: 'BudgetCapSet', data: command.data }];
    case 'ReserveCall':
      return reserve(command, state);
    case 'SettleCall':
      expectAmount(command.data.microCredits);
      return Object.hasOwn(state.reserved, command.data.callKey)
        ? [{ type: 'CallSettled', data: command.data }]
        : [];
    default:
      return never(command);
  }
};

const decide = (command: BudgetCommand, state: BudgetState): BudgetEvent[] => {
  const { jobId, userId, at } = command.data;
  const events = act(command, state);
  const after = events.reduce(evolve, state);
  const limit = limitOf(after);
  const warnings = crossed(after)
    .filter((threshold) => !after.warned.includes(threshold))
    .map((threshold): BudgetWarned => {
      const { spent } = after;
      return { type: 'BudgetWarned', data: { jobId, userId, threshold, spent, limit, at } };
    });
  return [...events, ...warnings];
};

export const budget: Decider<BudgetState, BudgetCommand, BudgetEvent> = {
  initialState: () => ({ cap: null, hold: 0, spent: 0, reserved: {}, refused: 0, warned: [] }),
  evolve,
  decide,
};

export const budgetStream = (jobId: string): string => `budget-${jobId}`;
