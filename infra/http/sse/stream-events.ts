import type { StreamStore } from '../../../domain/kernel/event-store.ts';
import type { Positioned, Recorded } from '../../../domain/kernel/message.ts';

/** Positions of the log: exclusive, inclusive. */
export type Span = Readonly<{ after: bigint; to: bigint }>;

type Store = Pick<StreamStore, 'read'>;

/** First step back from the end of a stream; each further one is twice as long. */
const FIRST_STEP = 32n;

const isAfter = ({ metadata }: Recorded, position: bigint): boolean =>
  metadata.globalPosition === null || metadata.globalPosition > position;

const isWithin = (event: Recorded, span: Span): event is Positioned =>
  event.metadata.globalPosition !== null && event.metadata.globalPosition <= span.to;

/**
 * A version from which on reading misses nothing after the position; null: there is nothing after it. Positions rise with
 * versions, so growing steps back from the end find it: what is read is at most twice what was missed.
 */
const firstVersion = async (store: Store, streamName: string, after: bigint): Promise<bigint | null> => {
  if (after === 0n) return 1n;
  // Nobody has that many versions: only the current one is told.
  const { currentStreamVersion: last } = await store.read(streamName, { from: 2n ** 62n, maxCount: 1 });
  if (last === 0n) return null;
  for (let back = 0n; back < last; back = back === 0n ? FIRST_STEP : back * 2n) {
    const [event] = (await store.read(streamName, { from: last - back, maxCount: 1 })).events;
    if (event === undefined || isAfter(event, after)) continue;
    return back === 0n ? null : last - back + 1n;
  }
  return 1n;
};

/** Events of one stream within the span, read `page` at a time. */
export async function* eventsOf(
  store: Store,
  streamName: string,
  span: Span,
  page: number,
): AsyncGenerator<Positioned> {
  const first = await firstVersion(store, streamName, span.after);
  if (first === null) return;
  for (let from = first; ; from += BigInt(page)) {
    const { events } = await store.read(streamName, { from, maxCount: page });
    for (const event of events) {
      if (!isWithin(event, span)) return;
      if (isAfter(event, span.after)) yield event;
    }
    if (events.length < page) return;
  }
}

/** Sources that are asked at the same time for their first event: the other requests need connections too. */
const AT_ONCE = 4;

type Head = Readonly<{ event: Positioned; source: AsyncIterator<Positioned> }>;

const placeOf = (heads: readonly Head[], position: bigint): number => {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const head = heads[middle];
    if (head !== undefined && head.event.metadata.globalPosition < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Ordered sources as one, ordered by position. */
export async function* merged(sources: readonly AsyncIterator<Positioned>[]): AsyncGenerator<Positioned> {
  const heads: Head[] = [];
  const add = async (source: AsyncIterator<Positioned>): Promise<void> => {
    const next = await source.next();
    if (next.done === true) return;
    const event = next.value;
    heads.splice(placeOf(heads, event.metadata.globalPosition), 0, { event, source });
  };
  for (let index = 0; index < sources.length; index += AT_ONCE)
    await Promise.all(sources.slice(index, index + AT_ONCE).map(add));
  for (let head = heads.shift(); head !== undefined; head = heads.shift()) {
    yield head.event;
    await add(head.source);
  }
}
