import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { pause } from './pause.ts';

const MINUTE_MS = 60_000;
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('a pause', () => {
  it('[ES-10] ends early and in peace when it is called off, and leaves no timer that keeps the process', async () => {
    // Many, as tests of other files in this process begin and end timers of their own meanwhile.
    const many = 50;
    const before = timers();
    const stopping = new AbortController();
    const resting = Array.from({ length: many }, () => pause(MINUTE_MS, stopping.signal));
    expect(timers()).toBe(before + many);
    stopping.abort(new Error('whatever the reason'));
    await Promise.all(resting);
    await pause(MINUTE_MS, stopping.signal);
    expect(timers()).toBeLessThan(before + many / 2);
  });

  it('[ES-10] lasts as long as was said', async () => {
    // Beside another timer of the same turn, as Node counts from the beginning of the turn, which may be a while ago.
    const over: string[] = [];
    const named = (name: string) => () => over.push(name);
    const { signal } = new AbortController();
    await Promise.all([
      pause(60, signal).then(named('longer')),
      sleep(40).then(named('timer')),
      pause(20, signal).then(named('shorter')),
    ]);
    expect(over).toEqual(['shorter', 'timer', 'longer']);
  });

  it('[ES-10] does not take another failure for its end: a loop around it would spin', async () => {
    await expect(pause(1, {} as AbortSignal)).rejects.toThrow(/AbortSignal/);
  });
});
