/** A copy of a package in a temporary folder with the tests of its plan recorded on it, to try changes on. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SourceFile } from '../../recipes/recipe.ts';
import { shuffled } from '../order.ts';
import { layoutOf } from '../package-layout.ts';
import { planTests } from '../plan.ts';

type Snapshots = Readonly<{
  schema: string;
  results: Readonly<Record<string, Readonly<{ call: string; result: string }>>>;
  left: Readonly<Record<string, unknown>>;
}>;

export type RecordedCopy = Readonly<{
  /** The package's own modules. */
  modules: readonly SourceFile[];
  /** Cases that are locked. */
  cases: number;
  /** Whether the recorded tests pass with this text in place of a module. */
  passesWith: (module: SourceFile, text: string) => boolean;
  dispose: () => void;
}>;

const TESTS = '.iama/tests';
/** So many cases are tried first: most changes are noticed by them, and a process that runs few cases is quick. */
const FIRST_LOOK = 150;
const MAX_RECORDING_MS = 240_000;
const MAX_ATTEMPTS = 4;

const sourcesOf = (root: string): readonly SourceFile[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => path.relative(root, path.join(one.parentPath, one.name)).split(path.sep).join('/'))
    .filter((name) => /\.(?:[cm]?js|json|md|markdown)$/i.test(name))
    .sort()
    .map((name) => ({ path: name, text: readFileSync(path.join(root, name), 'utf8') }));

/** Lays what the package depends on beside it, as links to where the original finds it. */
function linkDependencies(from: string, root: string): void {
  const manifest: { dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const found = findPackageJSON(name, pathToFileURL(path.join(from, 'package.json')));
    if (found === undefined) throw new Error(`${name} is not installed for ${from}`);
    const target = path.join(root, 'node_modules', name);
    mkdirSync(path.dirname(target), { recursive: true });
    symlinkSync(path.dirname(found), target);
  }
}

/** Without the cases that the run which wrote `file` gave another result for. */
function sameIn(snapshots: Snapshots, file: string): Snapshots {
  const other: Snapshots = JSON.parse(readFileSync(file, 'utf8'));
  const same = Object.entries(snapshots.results).filter(
    ([id, { result }]) => other.results[id]?.result === result,
  );
  return { ...snapshots, results: Object.fromEntries(same) };
}

/**
 * @param all record every input that is tried, not only those that were found worth keeping: tells inputs that were never
 *   made from inputs that were made and left out
 * @throws {Error} when nothing can be recorded on the package as it is
 */
export function recordedCopy(folder: string, all = false): RecordedCopy {
  const root = mkdtempSync(path.join(tmpdir(), 'iama-mutants-'));
  const snapshotFile = path.join(root, TESTS, 'snapshots.json');
  const read = (): Snapshots => JSON.parse(readFileSync(snapshotFile, 'utf8'));
  const write = (snapshots: Snapshots): void => writeFileSync(snapshotFile, JSON.stringify(snapshots));
  const run = (env: Readonly<Record<string, string>>, timeout: number): boolean =>
    spawnSync(process.execPath, [`${TESTS}/characterisation.test.mjs`], {
      cwd: root,
      env,
      timeout,
      killSignal: 'SIGKILL',
      stdio: 'ignore',
    }).status === 0;

  cpSync(folder, root, {
    recursive: true,
    filter: (one) => !/[\\/](?:\.git|node_modules)(?:[\\/]|$)/.test(one.slice(folder.length)),
  });
  linkDependencies(folder, root);
  const files = sourcesOf(root);
  const sources = { files, targets: [], dependencies: [] };
  for (const file of planTests(sources).files) {
    mkdirSync(path.dirname(path.join(root, file.path)), { recursive: true });
    writeFileSync(path.join(root, file.path), file.text);
  }
  if (!run({ IAMA_MODE: 'probe' }, MAX_RECORDING_MS))
    throw new Error(`nothing could be recorded of ${folder}`);
  const chosen = path.join(root, 'chosen.json');
  cpSync(snapshotFile, chosen);
  const recording = all ? { IAMA_MODE: 'record' } : { IAMA_MODE: 'record', IAMA_SNAPSHOTS_IN: chosen };
  run(recording, MAX_RECORDING_MS);
  let kept = read();
  const again = path.join(root, 'again.json');
  let limit = 0;
  for (let attempt = 0; limit === 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw new Error(`what was recorded of ${folder} does not repeat`);
    const began = performance.now();
    const passed = run({ IAMA_SNAPSHOTS_OUT: again }, MAX_RECORDING_MS);
    kept = sameIn(kept, again);
    write(kept);
    if (passed) limit = Math.ceil(10_000 + 4 * (performance.now() - began));
  }
  const entries = Object.entries(kept.results);
  const surfaces = entries.filter(([id]) => id.includes(':'));
  let few: Snapshots = {
    ...kept,
    results: Object.fromEntries([...surfaces, ...shuffled(entries, 'first look').slice(0, FIRST_LOOK)]),
  };
  write(few);
  // What an earlier case leaves behind in the package may be missing here.
  if (!run({ IAMA_SNAPSHOTS_OUT: again }, limit)) {
    few = sameIn(few, again);
    write(few);
    if (!run({}, limit)) few = { ...few, results: {} };
  }
  const own = new Set(layoutOf(sources).sources);
  return {
    modules: files.filter((file) => own.has(file.path)),
    cases: entries.length,
    passesWith: (module, text) => {
      writeFileSync(path.join(root, module.path), text);
      try {
        return [few, kept].every((snapshots) => {
          write(snapshots);
          return run({}, limit);
        });
      } finally {
        writeFileSync(path.join(root, module.path), module.text);
      }
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
