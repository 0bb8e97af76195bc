import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { FileHashes, Outcome, SelectionWire } from '../api/wire.ts';
import { executeApply } from './apply.ts';
import { toBytes } from './artifacts.ts';
import { executeTest } from './test.ts';
import {
  baselineOf,
  closeScene,
  conversion,
  expectOutcome,
  LEGACY,
  openScene,
  type Scene,
  TYPED,
  writeFiles,
} from './testing.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const HELPED = `import { plus } from './helper';\n${TYPED.replace('n + n', 'plus(n, n)')}`;
const HELPER = 'export const plus = (a: number, b: number): number => a + b;\n';
const EVERY_FILE = ['index.ts', 'helper.ts', 'tsconfig.json'];

let scene: Scene;
let locked: FileHashes;

beforeAll(async () => {
  scene = await openScene();
  locked = (await baselineOf(scene)).locked_hashes;
  const helper = { op: 'WRITE_FILE', path: 'helper.ts', baseSha256: null, content: HELPER } as const;
  scene.artifacts.set('PATCH', toBytes(conversion(HELPED, [helper])));
  expectOutcome(await executeTest(scene.context('TEST', { locked })), 'TEST', 'PASSED');
});
afterAll(() => closeScene(scene));

const apply = (selection: SelectionWire, retest: 'REQUIRED' | 'WAIVED'): Promise<Outcome> =>
  executeApply(scene.context('APPLY', { selection, locked, retest }));

const wasTested = (): boolean => scene.lines.some((line) => line.startsWith('Testing what you chose'));

it('[DEL-02] [DEL-03] says that a file has changed before it tests a part that cannot be applied', async () => {
  scene.lines.length = 0;
  await writeFile(join(scene.workspace, 'helper.ts'), 'mine');
  expect(await apply({ files: ['helper.ts'], hunks: [] }, 'REQUIRED')).toMatchObject({
    status: 'FAILED',
    code: 'BASE_CONFLICT',
    files: ['helper.ts'],
  });
  expect(wasTested()).toBe(false);
  await rm(join(scene.workspace, 'helper.ts'));
});

it('[DEL-03] refuses a part that needs what was left out, and writes nothing', async () => {
  const before = await readdir(scene.workspace);
  const part = { files: ['index.ts', 'tsconfig.json'], hunks: [] };
  expect(await apply(part, 'REQUIRED')).toMatchObject({
    status: 'FAILED',
    code: 'RETEST_FAILED',
    reason: expect.stringContaining('TS2307'),
  });
  expect(await readdir(scene.workspace)).toEqual(before);
});

it('[DEL-03] [TST-02] tests a part with the locked tests, not with what is left in the workspace', async () => {
  const delivered = scene.artifacts.get('DELIVERY');
  const text = new TextDecoder().decode(delivered);
  scene.artifacts.set('DELIVERY', new TextEncoder().encode(text.replaceAll('a + b', 'a * b')));
  const part = { files: ['index.ts', 'helper.ts'], hunks: [] };
  expect(await apply(part, 'REQUIRED')).toMatchObject({
    code: 'RETEST_FAILED',
    reason: expect.stringContaining('did not pass'),
  });
  scene.artifacts.set('DELIVERY', delivered ?? new Uint8Array());
});

it('[DEL-03] applies a part that passes on its own, with the counts of its tests', async () => {
  const part = { files: ['helper.ts'], hunks: [] };
  expect(await apply(part, 'REQUIRED')).toMatchObject({
    status: 'APPLIED',
    files: [{ path: 'helper.ts' }],
    retest: { total: 5, passed: 5 },
  });
  // Its report was lost: what is written is not tested again, and does not become a failure.
  scene.lines.length = 0;
  expect(await apply(part, 'REQUIRED')).toMatchObject({ status: 'APPLIED', files: [{ path: 'helper.ts' }] });
  expect(wasTested()).toBe(false);
  await rm(join(scene.workspace, 'helper.ts'));
});

it('[DEL-03] does not test the whole a second time, however it was selected, nor what was waived', async () => {
  expect(await apply({ files: ['index.ts'], hunks: [] }, 'WAIVED')).toMatchObject({
    status: 'APPLIED',
    retest: null,
  });
  await rm(join(scene.workspace, 'index.ts'));
  await writeFiles(scene.workspace, LEGACY);
  const whole = await apply({ files: EVERY_FILE, hunks: [] }, 'REQUIRED');
  expect(whole).toMatchObject({ status: 'APPLIED', retest: null });
});
