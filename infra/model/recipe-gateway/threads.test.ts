import { afterAll, describe, expect, it } from 'vitest';
import { RECIPE_LIMITS } from './limits.ts';
import { contextOf, question } from './testing/package.ts';
import { RecipeThreads } from './threads.ts';

const ENDLESS = new URL('./testing/endless.ts', import.meta.url);

const threads = new RecipeThreads(1);
afterAll(() => threads.close());

const big = question('PATCH', {
  context: contextOf([
    { path: 'package.json', text: '{"name": "many", "main": "m0.js"}' },
    ...Array.from({ length: 60 }, (_, index) => ({
      path: `m${index}.js`,
      text: `${index < 59 ? `require('./m${index + 1}');` : ''}exports.f${index} = function (a, b) { var c = a + b; return [c, a].map(function (d) { return d * 2; }); };\n`,
    })),
  ]),
});
const unaborted = new AbortController().signal;
const refusal = question('ANALYSE', { goal: 'FREE_TEXT' });
/** Answered at once by the endless one; its stage has time enough to start a thread on a busy machine. */
const quick = question('REPAIR', { goal: 'FREE_TEXT' });

describe('threads of recipes', () => {
  it('[LLM-03] stops within a second of the signal and answers the next question', async () => {
    const stop = new AbortController();
    const running = threads.run(big, stop.signal);
    setTimeout(() => stop.abort(new Error('cancelled')), 300);
    const aborted = performance.now() + 300;
    await expect(running).rejects.toThrow('cancelled');
    expect(performance.now() - aborted).toBeLessThan(1_000);
    expect(await threads.run(refusal, unaborted)).toMatchObject({ status: 'REFUSED' });
  }, 60_000);

  it('[LLM-03] does not begin what was stopped while it waited its turn', async () => {
    const stop = new AbortController();
    const first = threads.run(refusal, unaborted);
    const second = threads.run(big, stop.signal);
    stop.abort(new Error('too late'));
    await expect(second).rejects.toThrow('too late');
    expect(await first).toMatchObject({ status: 'REFUSED' });
    expect(await threads.run(refusal, unaborted)).toMatchObject({ status: 'REFUSED' });
  }, 60_000);

  it('[JOB-05] leaves the event loop free while a recipe runs', async () => {
    const stop = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    const running = threads.run(big, stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 600));
    clearInterval(timer);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(ticks).toBeGreaterThan(15);
  }, 60_000);

  it('[JOB-09] ends recipes that never end, so that others get their turn', async () => {
    const limits = { ...RECIPE_LIMITS, ANALYSE: 300, PATCH: 500 };
    const two = new RecipeThreads(2, { limits, script: ENDLESS });
    try {
      const began = performance.now();
      const endless = Promise.allSettled(
        [question('ANALYSE'), question('PATCH')].map((one) => two.run(one, unaborted)),
      );
      const waiting = two.run(quick, unaborted);
      expect(await waiting).toBe('answered');
      expect(await endless).toMatchObject([
        { reason: { code: 'RECIPE_TIMEOUT', data: { stage: 'ANALYSE', limitMs: 300 } } },
        { reason: { code: 'RECIPE_TIMEOUT', data: { stage: 'PATCH', limitMs: 500 } } },
      ]);
      expect(performance.now() - began).toBeLessThan(10_000);
      expect(await Promise.all([1, 2, 3].map(() => two.run(quick, unaborted)))).toHaveLength(3);
    } finally {
      await two.close();
    }
  }, 60_000);

  it('[JOB-09] ends a real recipe that takes longer than its stage may', async () => {
    const hasty = new RecipeThreads(1, { limits: { ...RECIPE_LIMITS, PATCH: 200 } });
    try {
      await expect(hasty.run(big, unaborted)).rejects.toMatchObject({ code: 'RECIPE_TIMEOUT' });
      expect(await hasty.run(refusal, unaborted)).toMatchObject({ status: 'REFUSED' });
    } finally {
      await hasty.close();
    }
  }, 60_000);

  it('[JOB-09] tells that a recipe ran out of memory, and goes on with another thread', async () => {
    const small = new RecipeThreads(1, { memoryMb: 64, script: ENDLESS });
    try {
      await expect(small.run(question('PLAN_TESTS'), unaborted)).rejects.toMatchObject({
        code: 'RECIPE_OUT_OF_MEMORY',
      });
      expect(await small.run(refusal, unaborted)).toBe('answered');
    } finally {
      await small.close();
    }
  }, 60_000);

  it('[JOB-09] forgets a thread that ended while it rested', async () => {
    const limits = { ...RECIPE_LIMITS, ANALYSE: 5_000 };
    const mortal = new RecipeThreads(1, { limits, script: ENDLESS });
    try {
      expect(await mortal.run(question('SPECIFY'), unaborted)).toBe('last words');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await mortal.run(refusal, unaborted)).toBe('answered');
    } finally {
      await mortal.close();
    }
  }, 60_000);

  it('[SEC-17] turns a broken question into an error, not into an end of the process', async () => {
    const broken = { ...question('PATCH'), context: null };
    await expect(threads.run(JSON.parse(JSON.stringify(broken)), unaborted)).rejects.toThrow(
      'the recipe failed',
    );
    expect(await threads.run(refusal, unaborted)).toMatchObject({ status: 'REFUSED' });
  }, 60_000);
});
