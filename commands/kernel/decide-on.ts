import type { Decider } from '../../domain/kernel/decider.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { Command, Event } from '../../domain/kernel/message.ts';

/** Folds one stream, decides, and names the append that must meet the version that was read. */
export const decideOn = async <State, C extends Command, E extends Event>(
  store: StreamStore,
  decider: Decider<State, C, E>,
  streamName: string,
  command: C,
): Promise<Readonly<{ before: State; after: State; append: StreamAppend }>> => {
  const { state: before, version } = await foldStream(store, decider, streamName);
  const decided = decider.decide(command, before);
  return {
    before,
    after: decided.reduce(decider.evolve, before),
    append: { streamName, events: decided, expectedStreamVersion: version },
  };
};

/** The same for a stream that cannot exist yet (its id was made for this command): nothing to read. */
export const decideOnNew = <State, C extends Command, E extends Event>(
  decider: Decider<State, C, E>,
  streamName: string,
  command: C,
): Readonly<{ after: State; append: StreamAppend }> => {
  const initial = decider.initialState();
  const decided = decider.decide(command, initial);
  return {
    after: decided.reduce(decider.evolve, initial),
    append: { streamName, events: decided, expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
  };
};
