import { describe, expect, it } from 'vitest';
import { lineOf, Tally, type VarianceLine } from './variance.ts';

const of = { jobId: null, userId: null, reference: 'r', unit: 'USD' };
const NOW = new Date('2026-11-22T10:00:00.000Z');
const minutesAgo = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

describe('the tally of a reconciliation', () => {
  const waiting = (tally: Tally, minutes: number) =>
    tally.booking(of, 5, 0, 'UNEXPLAINED_FEE', minutesAgo(minutes));

  it('[BIL-15] waits a quarter of an hour for what one side tells of, and no moment longer', () => {
    const tally = new Tally(() => undefined, NOW);
    expect(waiting(tally, 15)).toMatchObject({ reason: 'UNEXPLAINED_FEE', dueAt: null });
    expect(waiting(tally, 14)).toMatchObject({ reason: 'PENDING', dueAt: minutesAgo(-1) });
  });

  it('[BIL-15] says until when the last of what is pending is due, in whatever order it comes', () => {
    for (const ages of [
      [1, 10, 5],
      [10, 5, 1],
    ]) {
      const tally = new Tally(() => undefined, NOW);
      for (const age of ages) tally.tell([waiting(tally, age)]);
      expect(tally).toMatchObject({ pending: 3, unexplained: 0, pendingUntil: minutesAgo(-14) });
    }
  });

  it('[BIL-15] adds up both signs apart, each unit for itself', () => {
    const told: VarianceLine[] = [];
    const tally = new Tally((line) => told.push(line), NOW);
    tally.tell([]);
    tally.tell([lineOf(of, 5, 2, 'UNEXPLAINED_FEE'), lineOf(of, 0, 7, 'UNEXPLAINED_PAYMENT')]);
    tally.tell([lineOf({ ...of, unit: 'MICRO_CREDIT' }, 4, 3, 'ABOVE_HOLD')]);
    expect(tally).toMatchObject({ matched: 1, unexplained: 2, pending: 0, pendingUntil: null });
    expect(tally.variances).toEqual({ MICRO_CREDIT: { over: 0, under: -1 }, USD: { over: 7, under: -3 } });
    expect(told).toHaveLength(3);
  });
});
