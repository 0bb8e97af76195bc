import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { isMovement } from './credits.ts';

/**
 * What the calls of one job may cost; stream `budget-<jobId>` (BIL-08). The limit is the hold, or the cap that the person
 * set below it. A call is reserved at the most that it can cost before it is dispatched, so that none can exceed the limit.
 * Amounts in micro-credits.
 */
type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { jobId: string; at: string }
>;

export const WARNINGS = [75, 90] as const;
export type Warning = (typeof WARNINGS)[number];

export type BudgetOpened = In<'BudgetOpened', { hold: number; cap: number | null }>;
export type BudgetCapSet = In<'BudgetCapSet', { cap: number | null; by: string }>;
export type BudgetRaised = In<'BudgetRaised', { raiseId: string; microCredits: number }>;
export type CallReserved = In<'CallReserved', { callKey: string; atMost: number }>;
export type CallSettled = In<'CallSettled', { callKey: string; microCredits: number }>;
export type BudgetWarned = In<'BudgetWarned', { threshold: Warning; spent: number; limit: number }>;
/** The call was not dispatched: the job asks (`WAITING_ESCALATION_DECISION`, reason BUDGET). */
export type BudgetReached = In<
  'BudgetReached',
  { callKey: string; atMost: number; left: number; limit: number }
>;
export type BudgetEvent =
  | BudgetOpened
  | BudgetCapSet
  | BudgetRaised
  | CallReserved
  | CallSettled
  | BudgetWarned
  | BudgetReached;

type To<Type extends string, Data extends Record<string, unknown>> = Command<
  Type,
  Data & { jobId: string; at: string }
>;
export type OpenBudget = To<'OpenBudget', { hold: number; cap: number | null }>;
/** `cap` null: the hold alone counts. */
export type SetBudgetCap = To<'SetBudgetCap', { cap: number | null; by: string }>;
/** After the hold was raised by as much. */
export type RaiseBudget = To<'RaiseBudget', { raiseId: string; microCredits: number }>;
export type ReserveCall = To<'ReserveCall', { callKey: string; atMost: number }>;
/** What the call cost; 0 where it is not charged. */
export type SettleCall = To<'SettleCall', { callKey: string; microCredits: number }>;
export type BudgetCommand = OpenBudget | SetBudgetCap | RaiseBudget | ReserveCall | SettleCall;

export type BudgetState =
  | Readonly<{ status: 'NONE' }>
  | Readonly<{
      status: 'OPEN';
      hold: number;
      cap: number | null;
      raises: readonly string[];
      spent: number;
      /** Calls that may be under way, with the most that each can cost. */
      reserved: Readonly<Record<string, number>>;
      settled: readonly string[];
      warned: readonly Warning[];
    }>;
type Open = Extract<BudgetState, { status: 'OPEN' }>;

export const limitOf = ({ hold, cap }: Pick<Open, 'hold' | 'cap'>): number =>
  cap === null ? hold : Math.min(hold, cap);

/** What a further call may cost; below 0 after the cap was lowered under what is spent. */
export const leftOf = (state: Open): number =>
  limitOf(state) - state.spent - Object.values(state.reserved).reduce((sum, atMost) => sum + atMost, 0);

const reached = ({ spent, ...rest }: Open): readonly Warning[] =>
  WARNINGS.filter((threshold) => spent * 100 >= limitOf(rest) * threshold);

/** A new limit warns anew, but not of what was true before under a lower one. */
const limited = (state: Open): Open => ({
  ...state,
  warned: state.warned.filter((threshold) => reached(state).includes(threshold)),
});

const evolve = (state: BudgetState, event: BudgetEvent): BudgetState => {
  if (event.type === 'BudgetOpened') {
    const { hold, cap } = event.data;
    return { status: 'OPEN', hold, cap, raises: [], spent: 0, reserved: {}, settled: [], warned: [] };
  }
  if (state.status === 'NONE') return state;
  switch (event.type) {
    case 'BudgetCapSet':
      return limited({ ...state, cap: event.data.cap });
    case 'BudgetRaised': {
      const { raiseId, microCredits } = event.data;
      return limited({ ...state, hold: state.hold + microCredits, raises: [...state.raises, raiseId] });
    }
    case 'CallReserved': {
      const { callKey, atMost } = event.data;
      return { ...state, reserved: { ...state.reserved, [callKey]: atMost } };
    }
    case 'CallSettled': {
      const { callKey, microCredits } = event.data;
      const { [callKey]: _settled, ...reserved } = state.reserved;
      return { ...state, reserved, spent: state.spent + microCredits, settled: [...state.settled, callKey] };
    }
    case 'BudgetWarned':
      return { ...state, warned: [...state.warned, event.data.threshold] };
    case 'BudgetReached':
      return state;
    default:
      return never(event);
  }
};

const expectAmount = (value: number): void => {
  if (value !== 0 && !isMovement(value))
    throw new Rejection('AMOUNT_INVALID', 'Amounts are non-negative integers of micro-credits.');
};

const warnings = (jobId: string, at: string, state: BudgetState): BudgetEvent[] => {
  if (state.status === 'NONE' || limitOf(state) === 0) return [];
  return reached(state)
    .filter((threshold) => !state.warned.includes(threshold))
    .map((threshold) => ({
      type: 'BudgetWarned',
      data: { jobId, threshold, spent: state.spent, limit: limitOf(state), at },
    }));
};

const reserve = ({ data }: ReserveCall, state: Open): BudgetEvent[] => {
  expectAmount(data.atMost);
  if (Object.hasOwn(state.reserved, data.callKey) || state.settled.includes(data.callKey)) return [];
  const left = leftOf(state);
  if (data.atMost > left) return [{ type: 'BudgetReached', data: { ...data, left, limit: limitOf(state) } }];
  return [{ type: 'CallReserved', data }];
};

const act = (command: Exclude<BudgetCommand, OpenBudget>, state: Open): BudgetEvent[] => {
  switch (command.type) {
    case 'SetBudgetCap':
      if (command.data.cap !== null) expectAmount(command.data.cap);
      return command.data.cap === state.cap ? [] : [{ type: 'BudgetCapSet', data: command.data }];
    case 'RaiseBudget':
      expectAmount(command.data.microCredits);
      return state.raises.includes(command.data.raiseId)
        ? []
        : [{ type: 'BudgetRaised', data: command.data }];
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
  const { jobId, at } = command.data;
  if (command.type === 'OpenBudget') {
    expectAmount(command.data.hold);
    if (command.data.cap !== null) expectAmount(command.data.cap);
    return state.status === 'NONE' ? [{ type: 'BudgetOpened', data: command.data }] : [];
  }
  if (state.status === 'NONE') throw new Rejection('BUDGET_NOT_OPEN', 'This job has no budget.');
  const events = act(command, state);
  return [...events, ...warnings(jobId, at, events.reduce(evolve, state))];
};

export const budget: Decider<BudgetState, BudgetCommand, BudgetEvent> = {
  initialState: () => ({ status: 'NONE' }),
  evolve,
  decide,
};

export const budgetStream = (jobId: string): string => `budget-${jobId}`;
