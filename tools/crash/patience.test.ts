import { describe, expect, it } from 'vitest';
import { patience } from './patience.ts';

const MINUTE = 60_000;

describe('the patience with a play', () => {
  it('ends with the whole, however often something moves', () => {
    let now = 0;
    const waiting = patience(() => now);
    for (; now <= 40 * MINUTE; now += MINUTE) {
      expect([now, waiting.isOver()]).toEqual([now, false]);
      waiting.moved();
    }
    expect(waiting.isOver()).toBe(true);
  });

  it('ends with a step that takes too long, and begins anew with the next one', () => {
    let now = 0;
    const waiting = patience(() => now);
    now = 4 * MINUTE;
    waiting.moved();
    now = 8 * MINUTE;
    expect(waiting.isOver()).toBe(false);
    now += 1;
    expect(waiting.isOver()).toBe(true);
  });
});
