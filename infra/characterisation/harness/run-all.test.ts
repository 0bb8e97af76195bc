import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = mkdtempSync(path.join(tmpdir(), 'iama-run-all-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Ran = Readonly<{ results: readonly string[]; left: readonly string[]; ms: number }>;

/**
 * Calls what a module exports twice, in a process of its own, as recording does.
 * @param timeout of a call, in ms
 * @param most so many calls are begun before the time for all is over
 * @param isIdle the processor has nothing else to do, so that its time is that of the clock
 */
function ran(source: string, timeout: number, isIdle: boolean, most = 2): Ran {
  writeFileSync(path.join(root, 'index.js'), source);
  const harness = JSON.stringify(pathToFileURL(path.join(import.meta.dirname, 'run-all.mjs')).href);
  const recorder = `
    const clock = process.hrtime.bigint;
    if (${isIdle}) process.threadCpuUsage = () => ({ user: Number(clock() / 1_000n), system: 0 });
    const { runAll } = await import(${harness});
    const cases = ['one', 'two'].map((id) => ({ id, name: 'f', form: 'call', args: () => [] }));
    const group = { name: 'f', module: 'index.js', path: [], category: 'all', keep: 2, cases };
    const options = {
      ...{ packageRoot: ${JSON.stringify(root)}, moved: {}, timeout: ${timeout}, only: null },
      ...{ dropSlow: true, probes: null, loadTimeout: 300, isOver: () => ++begun > ${most} },
    };
    let begun = 0;
    const began = clock();
    const { results, left } = await runAll({ modules: ['index.js'], groups: [group] }, options);
    process.stdout.write(JSON.stringify({
      results: cases.flatMap(({ id }) => results.get(id)?.result ?? []),
      left: [...left.values()].map(({ why }) => why),
      ms: Number((clock() - began) / 1_000_000n),
    }));
    process.exit();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', recorder], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

it('[TST-01] a call that never ends is given up once it has used more processor time than any that is kept', {
  timeout: 120_000,
}, () => {
  const { left, ms } = ran('module.exports = () => { for (;;); };', 15_000, true);
  expect(left).toEqual(['TIMEOUT', 'TIMEOUT']);
  expect(ms).toBeLessThan(15_000);
});

it('[TST-01] a call that takes long though it uses no processor time has its whole time', () => {
  const waits = 'module.exports = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);';
  expect(ran(waits, 1_000, false)).toMatchObject({ results: ['→ "timed-out"', '→ "timed-out"'], left: [] });
});

it('[TST-01] no call is begun when the time for all is over, and that is told', () => {
  expect(ran('module.exports = () => 1;', 1_000, true, 1)).toMatchObject({
    results: ['→ 1'],
    left: ['NO_TIME'],
  });
});

it.each([
  ['a loop', 'for (;;);'],
  ['a chain of ticks before it', 'const t = () => process.nextTick(t); t(); for (;;);'],
  ['a wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
])('[TST-01] loading that does not get past %s ends, is told, and no call is made', (_, stuck) => {
  const { results, left, ms } = ran(`${stuck} module.exports = () => 1;`, 1_000, false);
  expect([results, left]).toEqual([[], ['TIMEOUT', 'MODULE_DOES_NOT_LOAD', 'MODULE_DOES_NOT_LOAD']]);
  expect(ms).toBeLessThan(20_000);
});

it('[TST-01] loading that leaves something endless behind costs no call', () => {
  const { results } = ran(
    'const t = () => process.nextTick(t); t(); module.exports = () => 1;',
    1_000,
    false,
  );
  expect(results).toEqual(['→ 1', '→ 1']);
});

it.each([
  ['throws', "module.exports = () => ({ get then() { throw new Error('read of then') } });"],
  ['never ends', 'module.exports = () => ({ get then() { for (;;); } });'],
])(
  '[TST-01] a result whose "then" %s when it is read costs no other case',
  { timeout: 60_000 },
  (_, source) => {
    const { results, left } = ran(source, 1_000, true);
    expect(results.length + left.length).toBe(2);
  },
);
