import type { Decider } from './decider.ts';
import { fold } from './decider.ts';
import type { StreamStore } from './event-store.ts';
import type { Event, Recorded } from './message.ts';

/** Streams shorter than this are folded whole; longer ones get a snapshot each time they have grown by so much. */
export const SHORT = 128;
const PAGE = 1_000;

type Reached<State> = Readonly<{ state: State; version: bigint; eventId: string }>;
export type Folded<State> = Readonly<{ state: State; version: bigint }>;

/** The state of a decider on a stream, and the version that an append must meet. A long stream is read from its snapshot on. */
export const foldStream = async <State, E extends Event>(
  store: Pick<StreamStore, 'read' | 'snapshots'>,
  decider: Pick<Decider<State, never, E>, 'initialState' | 'evolve' | 'form'>,
  streamName: string,
): Promise<Folded<State>> => {
  const { snapshots } = store;
  const { form, evolve } = decider;
  if (snapshots === undefined || form === undefined) {
    const { events, currentStreamVersion } = await store.read<E>(streamName);
    return { state: fold(decider, events), version: currentStreamVersion };
  }
  const folded = (before: Reached<State>, events: readonly Recorded<E>[]): Reached<State> => {
    const state = events.reduce<State>(evolve, before.state);
    const last = events.at(-1)?.metadata;
    return last === undefined ? before : { state, version: last.streamPosition, eventId: last.messageId };
  };
  const toEnd = async (before: Reached<State>): Promise<Reached<State>> => {
    const { events } = await store.read<E>(streamName, { from: before.version + 1n, maxCount: PAGE });
    const after = folded(before, events);
    return events.length < PAGE ? after : toEnd(after);
  };
  const beginning = await store.read<E>(streamName, { maxCount: SHORT });
  const short = folded({ state: decider.initialState(), version: 0n, eventId: '' }, beginning.events);
  if (beginning.events.length < SHORT) return short;

  const kept = await snapshots.find(streamName, form);
  /** Only of this very history: the event that it ends with stands where it says. */
  const fromSnapshot = async (): Promise<Reached<State> | null> => {
    if (kept === null) return null;
    const { version, eventId } = kept;
    const { events } = await store.read<E>(streamName, { from: version, maxCount: PAGE });
    const [same, ...newer] = events;
    if (same?.metadata.streamPosition !== version || same.metadata.messageId !== eventId) return null;
    const after = folded({ state: kept.state as State, version, eventId }, newer);
    return events.length < PAGE ? after : toEnd(after);
  };
  const known = await fromSnapshot();
  const reached = known ?? (await toEnd(short));
  const grown = reached.version - (known === null || kept === null ? 0n : kept.version);
  if (grown >= SHORT) await snapshots.keep(streamName, form, reached);
  return reached;
};
