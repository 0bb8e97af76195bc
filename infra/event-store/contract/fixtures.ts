import { createHash, randomUUID } from 'node:crypto';
import type { EventLog, NewEvent, StreamStore } from '../../../domain/kernel/event-store.ts';
import type { Json, MessageContext, Positioned } from '../../../domain/kernel/message.ts';

/** An open log under test. `settle` returns once everything appended so far has its position. */
export type Subject = Readonly<{
  log: EventLog;
  settle: () => Promise<void>;
  close: () => Promise<void>;
}>;

export type OpenSubject = () => Promise<Subject>;

export const contextOf = (overrides: Partial<MessageContext> = {}): MessageContext => ({
  commandId: randomUUID(),
  correlationId: randomUUID(),
  causationId: randomUUID(),
  actor: { type: 'user', id: 'u-1' },
  requestId: 'req-1',
  ...overrides,
});

export const streamName = (): string => `job-${randomUUID()}`;

export const noted = (note: Json, type = 'Noted'): NewEvent => ({ type, data: { note } });

/** Appends so many events at once, for tests to which it does not matter what they say. */
export const appendNotes = async (
  log: StreamStore,
  count: number,
  stream = 'notes',
  type = 'Noted',
): Promise<void> => {
  const events = Array.from({ length: count }, (_, n) => noted(`note ${n}`, type));
  await log.append([{ streamName: stream, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], {
    context: contextOf(),
  });
};

export const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** The whole log, read in ranges of `limit`. */
export const readAll = async (log: EventLog, limit = 100): Promise<Positioned[]> => {
  const all: Positioned[] = [];
  for (;;) {
    const range = await log.readLog({ after: all.at(-1)?.metadata.globalPosition ?? 0n, limit });
    if (range.length === 0) return all;
    all.push(...range);
  }
};

/** Resolves once the log holds at least `count` events. */
export const headReaches = async (log: EventLog, count: bigint, timeoutMs = 10_000): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while ((await log.head()) < count) {
    if (Date.now() > deadline) throw new Error(`the log stands at ${await log.head()}, not at ${count}`);
    await log.waitFor(count - 1n, 50);
  }
};
