import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';
import { type CountExchange, SharedCounts } from './shared-counts.ts';
import { MAX_STREAMS_PER_USER, streamPlaces } from './stream-places.ts';

const MINUTE = 60_000;
const LIMITED = expect.objectContaining({ code: 'RATE_LIMITED' });
const FULL = expect.objectContaining({ code: 'TOO_MANY_STREAMS' });

/** What processes tell, without a database; `failing`: it is out of reach. */
const board = () => {
  const told = new Map<string, ReadonlyMap<string, number>>();
  const exchange: CountExchange & { failing: boolean; asked: number } = {
    failing: false,
    asked: 0,
    async tell(process, counts, watched) {
      exchange.asked += 1;
      if (exchange.failing) throw new Error('the database went away');
      told.set(process, new Map([...(told.get(process) ?? []), ...counts]));
      const others = [...told].filter(([name]) => name !== process).map(([, known]) => known);
      return new Map(
        watched.map((key) => [key, others.reduce((sum, known) => sum + (known.get(key) ?? 0), 0)]),
      );
    },
    leave: async (process) => void told.delete(process),
  };
  const errors: unknown[] = [];
  let now = 0;
  const process_ = () => {
    const counts = new SharedCounts({ exchange, onError: (error) => errors.push(error), now: () => now });
    counts.start();
    const limit = new RateLimit(16, counts, () => now);
    const take = (times: number): void => {
      for (let time = 0; time < times; time += 1) limit.take('u');
    };
    return { counts, take, places: streamPlaces(counts) };
  };
  return { exchange, errors, process: process_, at: (ms: number) => (now = ms) };
};

describe('requests of a user', () => {
  it('[SEC-15] [OPS-13] are limited at all processes together, beyond it by no more than an eighth each', async () => {
    const { process } = board();
    const [one, two] = [process(), process()];
    one.take(16);
    await one.counts.fresh();
    two.take(2);
    await two.counts.fresh();
    expect(() => two.take(1)).toThrow(LIMITED);
    expect(() => one.take(1)).toThrow(LIMITED);
    await Promise.all([one.counts.stop(), two.counts.stop()]);
  });

  it('[SEC-15] are told at once when a share of the limit was used, and else with others in one go', async () => {
    const { process, exchange } = board();
    const one = process();
    one.take(1);
    await Promise.resolve();
    expect(exchange.asked).toBe(0);
    one.take(7);
    await one.counts.fresh();
    expect(exchange.asked).toBe(1);
    await one.counts.stop();
  });

  it('[SEC-15] are counted anew in the next minute', async () => {
    const { process, at } = board();
    const [one, two] = [process(), process()];
    one.take(16);
    await one.counts.fresh();
    at(MINUTE);
    two.take(16);
    await two.counts.fresh();
    one.take(2);
    await one.counts.fresh();
    expect(() => one.take(1)).toThrow(LIMITED);
    await Promise.all([one.counts.stop(), two.counts.stop()]);
  });

  it('[SEC-15] are limited by each process alone while the database is out of reach, which is reported', async () => {
    const { process, exchange, errors } = board();
    const one = process();
    exchange.failing = true;
    one.take(16);
    await one.counts.fresh();
    expect(errors).not.toEqual([]);
    expect(() => one.take(1)).toThrow(LIMITED);
    exchange.failing = false;
    await one.counts.stop();
  });
});

describe('the places of streams', () => {
  it('[SEC-15] [OPS-13] are never more at two processes than at one', async () => {
    const { process } = board();
    const [one, two] = [process(), process()];
    const held = await Promise.all(Array.from({ length: 15 }, () => one.places.take('u')));
    const wanted = Array.from({ length: 5 }, () => two.places.take('u'));
    await Promise.all(wanted);
    await expect(two.places.take('u')).rejects.toEqual(FULL);
    await expect(one.places.take('u')).rejects.toEqual(FULL);
    await expect(one.places.take('somebody else')).resolves.toBeTypeOf('function');
    for (const release of held) release();
    await one.counts.fresh();
    await expect(two.places.take('u')).resolves.toBeTypeOf('function');
    await Promise.all([one.counts.stop(), two.counts.stop()]);
  });

  it('[SEC-15] [OPS-13] at most one process gives the last to whoever asks both at once', async () => {
    const { process } = board();
    const [one, two] = [process(), process()];
    await Promise.all(Array.from({ length: MAX_STREAMS_PER_USER - 1 }, () => one.places.take('u')));
    const last = await Promise.allSettled([one.places.take('u'), two.places.take('u')]);
    expect(last.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    await Promise.all([one.counts.stop(), two.counts.stop()]);
  });

  it('[SEC-15] are free again when a process stops', async () => {
    const { process } = board();
    const [one, two] = [process(), process()];
    await Promise.all(Array.from({ length: MAX_STREAMS_PER_USER }, () => one.places.take('u')));
    await expect(two.places.take('u')).rejects.toEqual(FULL);
    await one.counts.stop();
    await expect(two.places.take('u')).resolves.toBeTypeOf('function');
    await two.counts.stop();
  });
});
