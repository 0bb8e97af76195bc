import type { Decider } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Event } from '../../domain/kernel/message.ts';

/**
 * A stream folded as it is at the moment of the question, in any process: each time only what is new is read, which is
 * mostly nothing. For small streams that are asked often and change seldom.
 */
export const liveState = <State, E extends Event>(
  store: Pick<StreamStore, 'read'>,
  decider: Pick<Decider<State, never, E>, 'initialState' | 'evolve'>,
  streamName: string,
): (() => Promise<State>) => {
  let known = { version: 0n, state: decider.initialState() };
  return async () => {
    const before = known;
    const { events } = await store.read<E>(streamName, { from: before.version + 1n });
    const now = {
      version: before.version + BigInt(events.length),
      state: events.reduce<State>(decider.evolve, before.state),
    };
    // Another question may have read further meanwhile.
    if (now.version > known.version) known = now;
    return now.state;
  };
};
