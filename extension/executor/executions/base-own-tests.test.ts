import { expect, it, vi } from 'vitest';
import { ownTestsOnBase } from './base-own-tests.ts';
import { closeScene, LEGACY, openScene } from './testing.ts';

vi.setConfig({ testTimeout: 30_000 });

const told = async (testFile: string): Promise<string> => {
  const scene = await openScene({ ...LEGACY, 'test.js': testFile });
  try {
    await ownTestsOnBase(scene.context('BASELINE'));
    return scene.lines.join('\n');
  } finally {
    await closeScene(scene);
  }
};

it('[EXE-04] says of own tests that they prove nothing, and which package would have to be installed', async () => {
  expect(await told("require('@scope/absent/deep');")).toBe(
    "The package's own tests (npm test) need @scope/absent, which is not installed, so they prove nothing; npm install before a job makes them count.",
  );
  expect(await told("require('./absent');")).toContain('do not pass here on the untouched code');
  expect(await told('process.exit(1);')).toContain('do not pass here on the untouched code');
});
