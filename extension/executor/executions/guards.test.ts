import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHome } from '../home/home.ts';
import { toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import { executeTest } from './test.ts';
import {
  conversion,
  expectOutcome,
  LEGACY,
  type Scene,
  sceneOf,
  TEST_PLAN,
  TYPED,
  writeFiles,
} from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let scene: Scene;

const baseline = async () => {
  scene.artifacts.set('TEST_PLAN', TEST_PLAN);
  return expectOutcome(await executeBaseline(scene.context('BASELINE')), 'BASELINE', 'PASSED');
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-guards-'));
  await writeFiles(join(folder, 'project'), LEGACY);
  scene = await sceneOf(await openHome({ IAMA_HOME: join(folder, 'home') }), join(folder, 'project'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what the server sends', () => {
  it('[EXE-06] cannot write outside of the folder of the tests, in no execution', async () => {
    const { locked_hashes: locked } = await baseline();
    const before = await readdir(folder);
    const away = `../../../${folder.slice(tmpdir().length + 1)}/escaped.txt`;
    const plan = JSON.parse(new TextDecoder().decode(TEST_PLAN));
    scene.artifacts.set('TEST_PLAN', toBytes({ ...plan, files: [{ path: away, text: 'x' }, ...plan.files] }));
    scene.artifacts.set('PATCH', toBytes(conversion(TYPED)));
    await expect(executeTest(scene.context('TEST', { locked }))).rejects.toThrow('below .iama/tests');
    await expect(executeBaseline(scene.context('BASELINE'))).rejects.toThrow('below .iama/tests');
    expect(await readdir(folder)).toEqual(before);
  });
});
