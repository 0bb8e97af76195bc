import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { redacted } from './redaction.ts';

/**
 * The kill switch (OPS-04): while spending is halted no job begins and no model is asked, for everybody (`userId` null) or
 * for one person. One stream for all halts, because there are few and every call looks at them.
 */
type Halt = Readonly<{ userId: string | null; reason: string; by: string; at: string }>;

export type SpendingHalted = Event<'SpendingHalted', Halt>;
export type SpendingReleased = Event<'SpendingReleased', Halt>;
export type SpendingEvent = SpendingHalted | SpendingReleased;

type Switch = Readonly<{ halted: boolean; reason: string; by: string; at: string }>;
export type SwitchSpending = Command<'SwitchSpending', Switch>;
export type SwitchUserSpending = Command<'SwitchUserSpending', Switch & { userId: string }>;
export type SpendingCommand = SwitchSpending | SwitchUserSpending;

/** `until` null: it lasts. */
type Period = Readonly<{ halt: Halt; until: string | null }>;

/** All halts that ever were, in the order of their beginning. */
export type SpendingState = readonly Period[];

const lasting = (state: SpendingState, userId: string | null): Period | undefined =>
  state.find(({ halt, until }) => until === null && halt.userId === userId);

const evolve = (state: SpendingState, event: SpendingEvent): SpendingState => {
  switch (event.type) {
    case 'SpendingHalted':
      return [...state, { halt: event.data, until: null }];
    case 'SpendingReleased': {
      const ended = lasting(state, event.data.userId);
      return state.map((each) => (each === ended ? { ...each, until: event.data.at } : each));
    }
    default:
      return never(event);
  }
};

const decide = (command: SpendingCommand, state: SpendingState): SpendingEvent[] => {
  const { halted, by, at } = command.data;
  const userId = command.type === 'SwitchUserSpending' ? command.data.userId : null;
  const reason = userId === null ? redacted(command.data.reason).text : command.data.reason;
  if (halted === (lasting(state, userId) !== undefined)) return [];
  return [{ type: halted ? 'SpendingHalted' : 'SpendingReleased', data: { userId, reason, by, at } }];
};

export const spending: Decider<SpendingState, SpendingCommand, SpendingEvent> = {
  initialState: () => [],
  evolve,
  decide,
};

export const SPENDING_STREAM = 'spending';

const concerns = ({ halt }: Period, userId: string): boolean =>
  halt.userId === null || halt.userId === userId;

/** What lasts now, the oldest first. */
export const haltsNow = (state: SpendingState): readonly Halt[] =>
  state.flatMap(({ halt, until }) => (until === null ? [halt] : []));

export const isHaltedFor = (state: SpendingState, userId: string): boolean =>
  state.some((period) => period.until === null && concerns(period, userId));

/** The reason stays with the operators: it may tell about other people. Throws SPENDING_HALTED. */
export const requireSpending = (state: SpendingState, userId: string): void => {
  if (isHaltedFor(state, userId))
    throw new Rejection('SPENDING_HALTED', 'No work that costs anything begins for now. Try again later.');
};

/** Milliseconds between two instants in which spending was halted for the person; halts that overlap count once. */
export const haltedMs = (state: SpendingState, userId: string, from: string, to: string): number => {
  const end = Date.parse(to);
  let reached = Date.parse(from);
  let total = 0;
  for (const { halt, until } of state.filter((period) => concerns(period, userId))) {
    const begins = Math.max(Date.parse(halt.at), reached);
    const ends = Math.min(until === null ? end : Date.parse(until), end);
    if (ends <= begins) continue;
    total += ends - begins;
    reached = ends;
  }
  return total;
};
