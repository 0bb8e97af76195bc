import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const WATCHDOG = pathToFileURL(path.join(import.meta.dirname, 'watchdog.mjs')).href;

/** Each case that was taken, with how often it was begun and what was told of it; all of them stand still at `stalled`. */
function told(stalled: 'take' | 'done' | 'outcome'): Record<string, { begun: number; outcomes: unknown[] }> {
  const program = `
    const { runWatched } = await import(${JSON.stringify(WATCHDOG)});
    const cell = new Int32Array(new SharedArrayBuffer(4));
    let stalls = 3;
    const stall = (where) => { if (where === '${stalled}' && stalls-- > 0) Atomics.wait(cell, 0, 0, 400); };
    const told = {};
    let next = 0;
    const item = (id, timeout) => ({ id, timeout, prepare() {
      told[id].begun += 1;
      const outcome = () => { stall('outcome'); return id; };
      return { start() {}, waits: () => false, outcome, abandon() {}, forget() {} };
    } });
    await runWatched(
      () => {
        if (next === 20) return null;
        told[next] = { begun: 0, outcomes: [] };
        stall('take');
        return item(next++, 100);
      },
      ({ id, timeout }, outcome) => {
        stall('done');
        if (outcome === null && timeout === 100) return item(id, 2000);
        told[id].outcomes.push(outcome);
        return null;
      },
    );
    process.stdout.write(JSON.stringify(told), () => process.exit());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

it.each(['take', 'done', 'outcome'] as const)(
  '[TST-01] a machine that stands still in the "%s" of some cases loses none, and tells each once',
  { timeout: 60_000 },
  (stalled) => {
    const all = told(stalled);
    expect(Object.entries(all).map(([id, { outcomes }]) => [id, outcomes])).toEqual(
      Array.from({ length: 20 }, (_, id) => [String(id), [id]]),
    );
    if (stalled !== 'outcome')
      expect(Object.values(all).map(({ begun }) => begun)).toEqual(Array(20).fill(1));
  },
);

it('[TST-01] what is to be tried anew after its outcome is tried before the next, and no other is begun twice', () => {
  const program = `
    const { runWatched } = await import(${JSON.stringify(WATCHDOG)});
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const begun = [];
    const told = [];
    let next = 0;
    const item = (id, tries) => ({ id, tries, timeout: 400, prepare() {
      begun.push(id);
      const outcome = () => { if (id === 3 && tries < 2) Atomics.wait(cell, 0, 0, 150); return tries; };
      return { start() {}, waits: () => false, outcome, abandon() {}, forget() {} };
    } });
    await runWatched(
      () => (next === 6 ? null : item(next++, 0)),
      ({ id, tries }, outcome) => {
        if (id === 3 && tries < 2) return item(id, tries + 1);
        told.push([id, outcome]);
        return null;
      },
    );
    process.stdout.write(JSON.stringify({ begun, told }), () => process.exit());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  const { begun, told } = JSON.parse(stdout);
  expect(told).toEqual([0, 1, 2, 3, 4, 5].map((id) => [id, id === 3 ? 2 : 0]));
  expect(begun).toEqual([0, 1, 2, 3, 3, 3, 4, 5]);
});

it('[TST-01] takes the next cases after the same ones were told, however long each took', () => {
  const ran = (slow: readonly number[]): readonly string[] => {
    const program = `
    const { runWatched } = await import(${JSON.stringify(WATCHDOG)});
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const all = [];
    let next = 0;
    await runWatched(
      () => {
        if (next === 30) return null;
        all.push('take ' + next);
        const id = next++;
        return { id, timeout: 200, prepare() {
          const outcome = () => { if (${JSON.stringify(slow)}.includes(id)) Atomics.wait(cell, 0, 0, 60); };
          return { start() {}, waits: () => false, outcome, abandon() {}, forget() {} };
        } };
      },
      ({ id }) => { all.push('told ' + id); return null; },
    );
    process.stdout.write(JSON.stringify(all), () => process.exit());`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  };
  expect(ran([2, 9, 10])).toEqual(ran([]));
});
