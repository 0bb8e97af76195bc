import type { Decider } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Event } from '../../domain/kernel/message.ts';
import { sharing } from '../runtime/sharing.ts';

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
  return sharing(async () => {
    // From the last known event on: a read that finds none asks for the version of the stream besides.
    const { events } = await store.read<E>(streamName, { from: known.version === 0n ? 1n : known.version });
    const fresh = known.version === 0n ? events : events.slice(1);
    known = {
      version: known.version + BigInt(fresh.length),
      state: fresh.reduce<State>(decider.evolve, known.state),
    };
    return known.state;
  });
};
