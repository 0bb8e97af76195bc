import type { EventLog, LogRange, StreamAppend, TypesRead } from '../../../domain/kernel/event-store.ts';
import type { Event, Placed, Recorded } from '../../../domain/kernel/message.ts';
import { EventFormUnknown, newestVersion, type Upcasters, upcast } from '../../../domain/kernel/upcasting.ts';
import { lookedAt } from '../ranges.ts';

const hasOneForm = (upcasters: Upcasters, { type, metadata }: Recorded | Placed): boolean =>
  metadata.schemaVersion === 1 && !upcasters.has(type);

/** The event as of today; the very same one where its version is today's. Throws `EventFormUnknown`. */
export const ofToday = <E extends Recorded | Placed>(upcasters: Upcasters, event: E): E => {
  const { type, data, metadata } = event;
  if (hasOneForm(upcasters, event)) return event;
  const read = upcast(upcasters, type, metadata.schemaVersion, data);
  return read === data ? event : { ...event, data: read, stored: data };
};

/** As far as it can be read: what comes before an event that only a later release knows is told, and then nothing. */
const readable = <E extends Placed>(upcasters: Upcasters, events: readonly E[]): readonly E[] => {
  if (events.every((event) => hasOneForm(upcasters, event))) return events;
  const read: E[] = [];
  for (const event of events) {
    try {
      read.push(ofToday(upcasters, event));
    } catch (error) {
      if (read.length > 0 && error instanceof EventFormUnknown) break;
      throw error;
    }
  }
  return read;
};

const readableOf = <E extends Placed>(
  upcasters: Upcasters,
  range: LogRange,
  { events, reached }: TypesRead<E>,
): TypesRead<E> => {
  const read = readable(upcasters, events);
  return read.length < events.length ? lookedAt(range, read) : { events: read, reached };
};

/** Says with each event in which version it is stored. */
export const inTodaysVersion = (
  upcasters: Upcasters,
  appends: readonly StreamAppend[],
): readonly StreamAppend[] =>
  appends.map((append) =>
    append.events.some(({ type }) => upcasters.has(type))
      ? {
          ...append,
          events: append.events.map((event) =>
            upcasters.has(event.type)
              ? { schemaVersion: newestVersion(upcasters, event.type), ...event }
              : event,
          ),
        }
      : append,
  );

/**
 * A log in which every event has today's shape, in whichever version it is stored (ES-08): whoever decides, follows or
 * rebuilds reads through it. An event of a later release ends the reading before it, and throws `EventFormUnknown` where it
 * comes first: whoever follows the log waits there for its successor, and skips nothing.
 */
export const todaysLog = (
  stored: EventLog,
  upcasters: Upcasters,
): Pick<EventLog, 'append' | 'read' | 'readLog' | 'readTypes' | 'readPlaced'> => ({
  append: (appends, options) => stored.append(inTodaysVersion(upcasters, appends), options),
  read: async <E extends Event>(...asked: Parameters<EventLog['read']>) => {
    const { events, ...rest } = await stored.read<E>(...asked);
    return { ...rest, events: events.map((event) => ofToday(upcasters, event)) };
  },
  readLog: async (range) => readable(upcasters, await stored.readLog(range)),
  readTypes: async (types, range) => readableOf(upcasters, range, await stored.readTypes(types, range)),
  readPlaced: async (types, range) => readableOf(upcasters, range, await stored.readPlaced(types, range)),
});
