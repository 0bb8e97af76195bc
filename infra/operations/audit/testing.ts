import { randomUUID } from 'node:crypto';
import type { Actor, Event } from '../../../domain/kernel/message.ts';
import { openMemoryEventLog } from '../../event-store/memory/memory-event-log.ts';

/** A log in memory that events are written to by whom the test says. */
export const writtenLog = () => {
  const log = openMemoryEventLog();
  return {
    log,
    async write(
      streamName: string,
      events: readonly Event[],
      {
        actor = { type: 'system', id: 'test' },
        correlationId = randomUUID(),
      }: Readonly<{
        actor?: Actor;
        correlationId?: string;
      }> = {},
    ): Promise<void> {
      const id = randomUUID();
      const context = { commandId: id, correlationId, causationId: id, actor };
      await log.append([{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], { context });
    },
  };
};

/** A log of one stream, each of the decisions in an append of its own. */
export const logOf = async (streamName: string, decisions: readonly (readonly Event[])[]) => {
  const { log, write } = writtenLog();
  for (const events of decisions) if (events.length > 0) await write(streamName, events);
  return log;
};
