/** Runs a plan on a package in a temp folder with a real Node, the way the person's machine does. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect } from 'vitest';
import { newMark, RUN_MARK } from '../../../extension/executor/native-runner/processes.ts';
import type { SourceFile } from '../../recipes/recipe.ts';
import { planTests } from '../plan.ts';
import type { TestPlan } from '../test-plan.ts';

export type Recorded = Readonly<Record<string, Readonly<{ call: string; result: string }>>>;

export type Characterised = Readonly<{
  plan: TestPlan;
  /** Cases by id. */
  results: Recorded;
  left: Readonly<Record<string, Readonly<{ call: string; why: string }>>>;
  /** What was recorded of each export. */
  subjects: readonly Readonly<{ name: string; calls: number; returned: number }>[];
  /** Result of the first case whose call reads like this. */
  resultOf: (call: string) => string | undefined;
  /** Puts the package with its tests into another folder. */
  move: () => void;
  /** Runs the locked tests after these files were written; what failed, as text, or null. */
  verify: (changed: readonly SourceFile[], removed?: readonly string[]) => string | null;
  /** The same with `to` in place of `from`, which has to be there, wherever it stands in one file. */
  verifyReplaced: (file: string, from: string, to: string) => string | null;
  dispose: () => void;
}>;

export const project = (files: Readonly<Record<string, string>>): readonly SourceFile[] =>
  Object.entries(files).map(([name, text]) => ({ path: name, text }));

/** A private copy lies in a folder of its own, as those of the executor do. */
const madeRoot = (prefix: string): string => {
  const root = path.join(mkdtempSync(path.join(tmpdir(), prefix)), 'package');
  mkdirSync(root);
  return root;
};

/** Records packages called `sample` that are just their files, or the text of their only module; disposed of after each test. */
export function recorder(): (files: Readonly<Record<string, string>> | string) => Characterised {
  const made: Characterised[] = [];
  afterEach(() => {
    for (const one of made.splice(0)) one.dispose();
  });
  return (files) => {
    const modules = typeof files === 'string' ? { 'index.js': files } : files;
    const one = characterise(
      project({ 'package.json': '{ "name": "sample", "main": "index.js" }', ...modules }),
    );
    made.push(one);
    return one;
  };
}

/** Each planted change of `index.js`, made alone, is noticed by what was recorded of it; without one nothing is. */
export const expectNoticed = (
  tests: Characterised,
  planted: readonly (readonly [from: string, to: string])[],
): void => {
  expect(tests.verify([])).toBeNull();
  for (const [from, to] of planted)
    expect(tests.verifyReplaced('index.js', from, to), `${from} became ${to}`).toContain('differ');
};

/** @param recordMs after so many ms recording is to have ended; absent: it has all the time it needs */
export function characterise(files: readonly SourceFile[], recordMs?: number): Characterised {
  const plan = planTests({ files, targets: [], dependencies: [] });
  let root = madeRoot('iama-characterise-');
  const write = (written: readonly SourceFile[]): void => {
    for (const file of written) {
      const target = path.join(root, file.path);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, file.text);
    }
  };
  const run = (env: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, ['--test-force-exit', '.iama/tests/characterisation.test.mjs'], {
      cwd: root,
      env: { ...env, [RUN_MARK]: newMark() },
      encoding: 'utf8',
      timeout: 300_000,
    });
  write(files);
  write(plan.files);
  const time = recordMs === undefined ? {} : { IAMA_RECORD_MS: String(recordMs) };
  const probed = run({ IAMA_MODE: 'probe', ...time });
  if (probed.status !== 0)
    throw new Error(`recording failed (${probed.status ?? probed.signal}): ${probed.stdout}${probed.stderr}`);
  const recorded: Pick<Characterised, 'results' | 'left' | 'subjects'> = JSON.parse(
    readFileSync(path.join(root, '.iama/tests/snapshots.json'), 'utf8'),
  );
  const verify: Characterised['verify'] = (changed, removed = []) => {
    for (const one of removed) rmSync(path.join(root, one));
    write(changed);
    const verified = run({});
    // Code under test may set the exit code; the report has the last word.
    const passed = verified.status === 0 && /^(?:ℹ|#) fail 0$/m.test(verified.stdout);
    return passed ? null : verified.stdout + verified.stderr;
  };
  return {
    plan,
    ...recorded,
    resultOf: (call) => Object.values(recorded.results).find((one) => one.call === call)?.result,
    move: () => {
      const target = madeRoot('iama-characterise-elsewhere-');
      renameSync(root, target);
      rmSync(path.dirname(root), { recursive: true });
      root = target;
    },
    verify,
    verifyReplaced: (file, from, to) => {
      const text = files.find((one) => one.path === file)?.text ?? '';
      if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
      return verify([{ path: file, text: text.replaceAll(from, () => to) }]);
    },
    dispose: () => rmSync(path.dirname(root), { recursive: true, force: true }),
  };
}
