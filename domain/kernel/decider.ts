import type { Command, Event } from './message.ts';

/**
 * A decider: the whole behaviour of one aggregate as three pure functions (J. Chassaing, "Functional Event Sourcing
 * Decider"). Assignable to emmett's `Decider`. `decide` throws a `Rejection` when a rule is broken; an empty array
 * means that the command changes nothing (a repetition).
 */
export type Decider<State, C extends Command, E extends Event> = Readonly<{
  initialState: () => State;
  evolve: (state: State, event: E) => State;
  decide: (command: C, state: State) => E[];
  /**
   * Of one whose streams grow without end: its state is JSON, and may be taken from a snapshot of the same form. It follows
   * from the code of `evolve`, so that no state of another release is believed (`infra/snapshots/account-form.test.ts`).
   */
  form?: string;
}>;

/** Folds events, oldest first. */
export const fold = <State, E extends Event>(
  decider: Pick<Decider<State, never, E>, 'initialState' | 'evolve'>,
  events: Iterable<E>,
): State => {
  let state = decider.initialState();
  for (const event of events) state = decider.evolve(state, event);
  return state;
};
