import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const PLACES = pathToFileURL(path.join(import.meta.dirname, 'places.mjs')).href;

/** What these texts become where home and the folder for what is temporary are these. */
function named(texts: readonly string[], HOME: string, TMPDIR: string): readonly string[] {
  const program = `
    const { withoutPlaces } = await import(${JSON.stringify(PLACES)});
    process.stdout.write(JSON.stringify(${JSON.stringify(texts)}.map(withoutPlaces)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { HOME, TMPDIR, IAMA_RUN: 'run7' },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

it('[TST-01] a folder of this machine is named where it stands whole, and a longer name that begins like it stays', () => {
  const longer = ['/tmp/xyz', '/tmp/x-1', '/tmp/x_', '/tmp/x.bak', '/roots', '/tmp/xé', '/TMP/XY'];
  expect(named(longer, '/root', '/tmp/x')).toEqual(longer);
  const whole = [
    '/tmp/x',
    'file:///tmp/x/a.js',
    `open '/tmp/x'`,
    'In /tmp/x.',
    '/tmp/xy:/tmp/x',
    '/root/x',
    '/TMP/X/A',
  ];
  expect(named(whole, '/root', '/tmp/x')).toEqual([
    ...[
      '<temp>',
      'file://<temp>/a.js',
      `open '<temp>'`,
      'In <temp>.',
      '/tmp/xy:<temp>',
      '<home>/x',
      '<TEMP>/A',
    ],
  ]);
});

it('[TST-01] what was made for the run is named within a longer name as well', () => {
  expect(named(['a-run7b'], '/root', '/tmp')).toEqual(['a-<run>b']);
});
