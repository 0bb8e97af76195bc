import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import { percentile } from './measure.ts';
import { appendOne } from './workloads.ts';

export type Latency = Readonly<{ p50: number; p99: number; samples: number }>;

/** Follows the log and notes when each stream's first event was in hand. */
const startSubscriber = async (log: EventLog) => {
  const seenAt = new Map<string, number>();
  const stop = new AbortController();
  let position = await log.head();
  const running = (async () => {
    while (!stop.signal.aborted) {
      const events = await log.readLog({ after: position, limit: 1_000 });
      const now = performance.now();
      for (const event of events) seenAt.set(event.metadata.streamName, now);
      position = events.at(-1)?.metadata.globalPosition ?? position;
      if (events.length === 0) await log.waitFor(position, 1_000, stop.signal);
    }
  })();
  return {
    seenAt,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};

/** Runs `work` while a subscriber follows the log. */
export const followed = async <T>(log: EventLog, work: () => Promise<T>): Promise<T> => {
  const subscriber = await startSubscriber(log);
  try {
    return await work();
  } finally {
    await subscriber.stop();
  }
};

const latencies = async (
  acknowledgedAt: ReadonlyMap<string, number>,
  seenAt: ReadonlyMap<string, number>,
): Promise<Latency> => {
  const deadline = performance.now() + 30_000;
  while ([...acknowledgedAt.keys()].some((name) => !seenAt.has(name))) {
    if (performance.now() > deadline) throw new Error('a subscriber did not see every event within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // A subscriber may see an event before its writer hears of the commit: that is no delay.
  const values = [...acknowledgedAt].map(([name, at]) => Math.max(0, (seenAt.get(name) ?? Number.NaN) - at));
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), samples: values.length };
};

/** Milliseconds from acknowledgement to a subscriber, one append at a time with a pause between. */
export const idleLatency = async (writer: EventLog, reader: EventLog, samples: number): Promise<Latency> => {
  const subscriber = await startSubscriber(reader);
  const acknowledgedAt = new Map<string, number>();
  for (let index = 0; index < samples; index++) {
    const name = `idle-${randomUUID()}`;
    await appendOne(writer, name, 0n);
    acknowledgedAt.set(name, performance.now());
    await new Promise((resolve) => setTimeout(resolve, 3 + Math.random() * 5));
  }
  const result = await latencies(acknowledgedAt, subscriber.seenAt);
  await subscriber.stop();
  return result;
};

/** The same while appends arrive at `rate` per second, whether or not the one before was answered. */
export const loadedLatency = async (
  writer: EventLog,
  reader: EventLog,
  rate: number,
  milliseconds: number,
): Promise<Latency> => {
  const subscriber = await startSubscriber(reader);
  const acknowledgedAt = new Map<string, number>();
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let sent = 0; performance.now() - start < milliseconds; ) {
    const due = ((performance.now() - start) / 1_000) * rate;
    for (; sent < due; sent++) {
      const name = `load-${randomUUID()}`;
      pending.push(
        appendOne(writer, name, 0n).then(() => {
          acknowledgedAt.set(name, performance.now());
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  const result = await latencies(acknowledgedAt, subscriber.seenAt);
  await subscriber.stop();
  return result;
};
