import { expect, it, vi } from 'vitest';
import { ownTestsOnBase } from './base-own-tests.ts';
import { closeScene, LEGACY, openScene } from './testing.ts';

vi.setConfig({ testTimeout: 30_000 });

const told = async (testFile: string, script = 'node test.js'): Promise<string> => {
  const manifest = { ...JSON.parse(LEGACY['package.json'] ?? ''), scripts: { test: script } };
  const files = { ...LEGACY, 'package.json': JSON.stringify(manifest), 'test.js': testFile };
  const scene = await openScene(files);
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

it('[EXE-04] says which runner of own tests is missing, and what is run in its place', async () => {
  const instead = 'so test.js is run in their place.';
  expect(await told('', 'eslint . && mocha test')).toContain(
    `The package's own tests (npm test) need mocha, which is not in node_modules and may come with npm install, ${instead}`,
  );
  expect(await told('', 'npm run unit')).toContain('need a script "unit", which package.json does not have,');
  expect(await told('', 'node test.js | tap-spec')).toContain('need a shell');
  const secret = await told('', 'TOKEN=s3cret mocha');
  expect([secret.includes('need a shell'), secret.includes('s3cret')]).toEqual([true, false]);
  expect(await told('', 'node test.js')).not.toContain('need');
});

it('[EXE-04] says that own tests are not run where nothing can take their place', async () => {
  const { 'test.js': _left, ...files } = LEGACY;
  const scene = await openScene({ ...files, 'package.json': '{"scripts":{"test":"tap"}}' });
  try {
    expect(await ownTestsOnBase(scene.context('BASELINE'))).toBeNull();
    expect(scene.lines).toEqual([
      "The package's own tests (npm test) need tap, which is not in node_modules and may come with npm install, so they are not run.",
    ]);
  } finally {
    await closeScene(scene);
  }
});
