/**
 * Characterisation of this package: what its exports did before it was refactored.
 * `IAMA_MODE=probe` tries all inputs and writes the cases worth keeping; `record` writes the results of the cases in
 * `IAMA_SNAPSHOTS_IN` (all without it); otherwise results are compared with `snapshots.json`.
 * `IAMA_RECORD_MS`: after so many ms this process is ended; what could not be begun well before that is told, and the rest recorded.
 * `IAMA_SNAPSHOTS_OUT` where results go; `IAMA_MODULES` JSON of moved modules, legacy path to new path.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

process.env.TZ = 'UTC';

const { default: plan } = await import('./cases.mjs');
const { foundGroups } = await import('./harness/found.mjs');
const { exercisedPrograms, runPrograms } = await import('./harness/programs.mjs');
const { runAll } = await import('./harness/run-all.mjs');
const { selectCases } = await import('./harness/select.mjs');
const { formatSnapshots, parseSnapshots, subjectsOf } = await import('./harness/snapshots.mjs');

const here = path.dirname(fileURLToPath(import.meta.url));
const packageRoot = path.resolve(here, '..', '..');
const snapshotPath = path.join(here, 'snapshots.json');
const mode = process.env.IAMA_MODE ?? 'verify';
const comparing = mode === 'verify';
const out = process.env.IAMA_SNAPSHOTS_OUT ?? (comparing ? undefined : snapshotPath);
const chosenPath = comparing ? snapshotPath : process.env.IAMA_SNAPSHOTS_IN;
const moved = process.env.IAMA_MODULES === undefined ? {} : JSON.parse(process.env.IAMA_MODULES);
const MAX_SHOWN = 5;
const NEWS = /^(?:rejections:|surface:globals$)/;
/** Kept from before the package loads, which may change them. */
const { deepEqual, fail, ok } = assert;

const recorded = chosenPath === undefined ? null : parseSnapshots(fs.readFileSync(chosenPath, 'utf8'));
const groups = [...plan.groups, ...(recorded === null ? [] : foundGroups(recorded.results))];
const only = recorded === null ? null : new Set(recorded.results.keys());
const hasMs = Number(process.env.IAMA_RECORD_MS ?? Number.POSITIVE_INFINITY);
const now = performance.now.bind(performance);
/** Programs may still be waited for, and leave some of the time to calls. */
const PROGRAMS_SHARE = groups.length > 0 ? 0.6 : 0.75;
const SHARE = 0.8;
const MAX_LOAD_MS = 60_000;
const LOAD_SHARE = 0.2;
const isOver = (share) => () => now() > hasMs * share;
const place = { packageRoot, moved, only, dropSlow: !comparing };
// Before anything of the package is loaded here.
const programs = await runPrograms(plan.programs, {
  ...place,
  before: recorded?.results ?? null,
  timeout: comparing ? 20_000 : 8_000,
  select: mode === 'probe',
  isOver: isOver(PROGRAMS_SHARE),
});
// What says how this run is made is not there for the package: it has other values when results are compared.
for (const name of Object.keys(process.env))
  if (name === 'NODE_V8_COVERAGE' || (name.startsWith('IAMA_') && name !== 'IAMA_RUN'))
    delete process.env[name];
const actual = await runAll(
  { modules: plan.modules, groups },
  {
    ...place,
    timeout: comparing ? 5_000 : 1_000,
    isOver: isOver(SHARE),
    loadTimeout: Math.min(MAX_LOAD_MS, hasMs * LOAD_SHARE),
    unloaded: new Set(plan.modules.filter((one) => recorded?.left.get(`surface:${one}`)?.why === 'TIMEOUT')),
    probes: mode === 'probe' ? JSON.parse(fs.readFileSync(path.join(here, 'probes.json'), 'utf8')) : null,
  },
);
if (mode === 'probe') {
  const kept = selectCases([...groups, ...actual.found], actual.results, actual.ways);
  for (const id of actual.results.keys()) if (!id.includes(':') && !kept.has(id)) actual.results.delete(id);
}
for (const [id, entry] of programs.results) actual.results.set(id, entry);
for (const [id, entry] of programs.left) actual.left.set(id, entry);
if (out !== undefined) {
  const subjects = [
    ...subjectsOf(groups, actual.results),
    ...exercisedPrograms(plan.programs, actual.results),
  ];
  fs.writeFileSync(out, formatSnapshots(actual.results, actual.left, subjects));
}

const brief = (text) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Two texts from a little before the place where they part. */
function parting(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = at > 200 ? at - 100 : 0;
  return [one, other].map((text) => (from > 0 ? '…' : '') + brief(text.slice(from)));
}

function difference(id) {
  const expected = recorded.results.get(id);
  const got = actual.results.get(id)?.result ?? `not finished (${actual.left.get(id)?.why ?? 'missing'})`;
  if (expected === undefined || expected.result === got) return null;
  const [before, now] = parting(expected.result, got);
  return `${expected.call}\n    before: ${before}\n    now:    ${now}`;
}

function check(name, ids) {
  test(name, () => {
    const differences = ids.map(difference).filter((one) => one !== null);
    if (differences.length === 0) return;
    const more = differences.length > MAX_SHOWN ? `\n  and ${differences.length - MAX_SHOWN} more` : '';
    fail(
      `${differences.length} of ${ids.length} differ\n  ${differences.slice(0, MAX_SHOWN).join('\n  ')}${more}`,
    );
  });
}

if (!comparing) {
  const endless = plan.modules.filter((one) => actual.left.get(`surface:${one}`)?.why === 'TIMEOUT');
  const why = endless.length > 0 ? `: loading ${endless.join(', ')} does not end` : '';
  test('records behaviour', () => ok(actual.results.size > 0, `nothing could be recorded${why}`));
} else {
  const planned = new Set();
  for (const group of groups) {
    const ids = group.cases.map((one) => one.id).filter((id) => recorded.results.has(id));
    for (const id of ids) planned.add(id);
    if (group.category === 'examples') {
      for (const id of ids) {
        const { call, result } = recorded.results.get(id);
        check(brief(`${call} ${result}`).slice(0, 160), [id]);
      }
    } else if (ids.length > 0) {
      check(`${group.name}: ${group.category} (${ids.length})`, ids);
    }
  }
  for (const { runs } of plan.programs) {
    for (const { id, call } of runs.filter((one) => recorded.results.has(one.id))) {
      planned.add(id);
      check(call, [id]);
    }
  }
  const others = [...recorded.results.keys()].filter((id) => !planned.has(id));
  if (others.length > 0) check(`exports (${others.length})`, others);
  test('nothing is rejected without being handled, and no global is changed, that was not before', () => {
    const added = [...actual.results].filter(([id]) => NEWS.test(id) && !recorded.results.has(id));
    deepEqual(added, []);
  });
}
