import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restOfRound } from './sequencer-cadence.ts';

/** Milliseconds until the next round, by a clock of its own. */
const restAfter = async (events: number, tookMs: number): Promise<number> => {
  const began = Date.now();
  const rest = restOfRound(events, tookMs).then(() => Date.now() - began);
  await vi.advanceTimersByTimeAsync(100);
  return rest;
};

describe('when the next round of numbering begins', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('[ES-05] at once after a round that the disk held up: what gathered meanwhile does not wait on top of it', async () => {
    for (const tookMs of [5.5, 6, 35]) expect(await restAfter(500, tookMs)).toBe(0);
    expect(await restAfter(1, 2)).toBe(0);
  });

  it('[ES-05] 6 ms after the last one began where much arrives, so that rounds are few and large', async () => {
    expect(await restAfter(3, 0)).toBe(6);
    expect(await restAfter(1_000, 2)).toBe(4);
  });

  it('[ES-05] 2 ms after one that found one or two events, which should not wait', async () => {
    expect(await restAfter(1, 0)).toBe(2);
    expect(await restAfter(2, 1)).toBe(1);
  });
});
