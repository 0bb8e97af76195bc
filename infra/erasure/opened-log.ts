import type { EventLog, LogRange } from '../../domain/kernel/event-store.ts';
import type { Event, Placed, Recorded } from '../../domain/kernel/message.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import { PERSONAL_FIELDS } from './personal-fields.ts';

type Reader = Pick<EventLog, 'read' | 'readLog' | 'readTypes' | 'readPlaced'>;

/** For whoever shows events to people: with personal texts as they were written, or erased. Nothing read so may be stored. */
export const openedLog = <L extends Reader>(log: L, texts: PersonalTexts): L => {
  const opened = <E extends Recorded | Placed>(events: readonly E[]): readonly E[] => {
    const personal = events.filter(({ type }) => PERSONAL_FIELDS.has(type));
    if (personal.length === 0) return events;
    const before = personal.map(({ data }) => data);
    const after = texts.open(before);
    if (after === before) return events;
    const read = new Map(personal.map((event, index) => [event, after[index]]));
    return events.map((event) => {
      const data = read.get(event);
      return data === undefined ? event : { ...event, data, stored: event.stored ?? event.data };
    });
  };
  return {
    ...log,
    read: async <E extends Event>(...asked: Parameters<Reader['read']>) => {
      const { events, ...rest } = await log.read<E>(...asked);
      return { ...rest, events: opened(events) };
    },
    readLog: async (range: LogRange) => opened(await log.readLog(range)),
    readTypes: async (types: readonly string[], range: LogRange) => {
      const { events, reached } = await log.readTypes(types, range);
      return { events: opened(events), reached };
    },
    readPlaced: async (types: readonly string[], range: LogRange) => {
      const { events, reached } = await log.readPlaced(types, range);
      return { events: opened(events), reached };
    },
  };
};
