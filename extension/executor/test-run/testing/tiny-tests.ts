/** The smallest generated tests that keep the protocol: record to a file, or compare with the recorded results. */
import type { SourceText } from '../place-test-file.ts';

const TEST = `
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

const root = new URL('../../', import.meta.url);
const subject = createRequire(new URL('package.json', root))('./index.js');
const snapshots = new URL('snapshots.json', import.meta.url);
const recording = process.env.IAMA_MODE !== undefined;
const inputs = [-1, 0, 1, 2];
const results = {};
for (const input of inputs) results['id' + input] = { call: 'sign(' + input + ')', result: String(subject(input)) };
const subjects = [{ name: 'sign', calls: inputs.length, returned: Object.values(results).filter((one) => one.result !== 'undefined').length }];
const left = { slow: { call: 'sign(slow)', why: 'TIMEOUT' } };
const out = process.env.IAMA_SNAPSHOTS_OUT;
if (out !== undefined) fs.writeFileSync(out, JSON.stringify({ schema: 'iama.snapshots/1', results, left, subjects }));
if (recording) {
  test('records', () => {});
} else {
  const expected = JSON.parse(fs.readFileSync(snapshots, 'utf8')).results;
  for (const [id, entry] of Object.entries(expected)) test(entry.call, () => assert.equal(results[id].result, entry.result));
}
`;

export const tinyTests: readonly SourceText[] = [
  { path: '.iama/tests/characterisation.test.mjs', text: TEST },
];
