import { afterAll, describe, expect, it } from 'vitest';
import { contextOf, question } from './testing/package.ts';
import { RecipeThreads } from './threads.ts';

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

  it('[SEC-17] turns a broken question into an error, not into an end of the process', async () => {
    const broken = { ...question('PATCH'), context: null };
    await expect(threads.run(JSON.parse(JSON.stringify(broken)), unaborted)).rejects.toThrow(
      'the recipe failed',
    );
    expect(await threads.run(refusal, unaborted)).toMatchObject({ status: 'REFUSED' });
  }, 60_000);
});
