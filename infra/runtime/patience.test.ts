import { describe, expect, it } from 'vitest';
import { within } from './patience.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('the end of a part', () => {
  const told: string[] = [];
  const report = (level: string, message: string) => void told.push(`${level} ${message}`);

  it('[ES-10] is waited for as long as was said, and told of when it does not come', async () => {
    const startedAt = Date.now();
    expect(await within(30, 'the pool', new Promise(() => undefined), report)).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(told.splice(0)).toEqual(['warn the pool did not end in time']);
  });

  it('[ES-10] keeps nobody when it comes, and its failure is told', async () => {
    // Many, as tests of other files in this process begin and end timers of their own meanwhile.
    const many = 50;
    const before = timers();
    for (let n = 0; n < many; n += 1)
      expect(await within(60_000, 'the pool', Promise.resolve(), report)).toBe(true);
    expect(await within(60_000, 'the pool', Promise.reject(new Error('broken')), report)).toBe(true);
    expect(told.splice(0)).toEqual(['warn the pool failed']);
    // A timer that stayed would keep the process for the whole minute.
    expect(timers()).toBeLessThan(before + many / 2);
  });
});
