import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import type {
  ArtifactKind,
  ArtifactRef,
  ExecutionKind,
  FileHashes,
  Outcome,
  SelectionWire,
} from '../api/wire.ts';
import { type Home, openHome } from '../home/home.ts';
import { collect, sha256 } from '../workspace/collect.ts';
import { toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import type { ExecutionContext } from './execution.ts';
import { timeFromNow } from './limits.ts';

/** A package and the artifacts of one job, in memory: what the server would hand to the executions under test. */
export type Scene = Readonly<{
  home: Home;
  workspace: string;
  artifacts: Map<ArtifactKind, Uint8Array>;
  lines: string[];
  /** Of each of these lines what is shown on this machine alone. */
  shown: string[];
  context: (
    kind: ExecutionKind,
    more?: Readonly<{
      locked?: FileHashes;
      selection?: SelectionWire;
      seconds?: number;
      quarantined?: string[];
      retest?: 'REQUIRED' | 'WAIVED';
    }>,
  ) => ExecutionContext;
}>;

export const writeFiles = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
};

/** The job begins: with the sources as they are now, and the test plan of `LEGACY`. */
export const sceneOf = async (home: Home, workspace: string): Promise<Scene> => {
  const { context } = await collect(workspace, []);
  const artifacts = new Map<ArtifactKind, Uint8Array>([
    ['CONTEXT', toBytes(context)],
    ['TEST_PLAN', TEST_PLAN],
  ]);
  const lines: string[] = [];
  const shown: string[] = [];
  return {
    home,
    workspace,
    artifacts,
    lines,
    shown,
    context: (kind, more = {}) => ({
      home,
      workspace,
      jobId: 'job-1',
      execution: {
        execution_id: randomUUID(),
        kind,
        attempt: 1,
        artifacts: [],
        selection: more.selection ?? null,
        locked_hashes: { ...more.locked },
        timeout_seconds: more.seconds ?? 900,
        quarantined: more.quarantined ?? [],
        retest: more.retest ?? null,
      },
      artifact: async (name) => artifacts.get(name) ?? null,
      upload: async (name, bytes): Promise<ArtifactRef> => {
        artifacts.set(name, bytes);
        const expires_at = '2026-12-04T00:00:00.000Z';
        return {
          artifact_id: randomUUID(),
          kind: name,
          sha256: sha256(bytes),
          size: bytes.length,
          expires_at,
        };
      },
      tell: (line, here) => {
        lines.push(line);
        shown.push(here ?? '');
      },
      signal: new AbortController().signal,
      timeLeft: timeFromNow(more.seconds ?? 900),
    }),
  };
};

/** A generated test that follows the contract of the real ones: probe and record, or compare with what was recorded. */
const CHARACTERISATION = `
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
const load = createRequire(import.meta.url);
const results = {};
for (const input of [0, 1, -1, 'x']) {
  let result;
  try { result = JSON.stringify(load('../../index.js').double(input)) ?? 'undefined'; } catch (error) { result = String(error); }
  results['double-' + JSON.stringify(input)] = { call: 'double(' + JSON.stringify(input) + ')', result };
}
const file = JSON.stringify({ schema: 'iama.snapshots/1', results, left: {} });
if (process.env.IAMA_SNAPSHOTS_OUT) fs.writeFileSync(process.env.IAMA_SNAPSHOTS_OUT, file);
if (process.env.IAMA_MODE !== undefined) {
  test('records', () => assert.ok(Object.keys(results).length > 0));
} else {
  const recorded = JSON.parse(fs.readFileSync(new URL('./snapshots.json', import.meta.url), 'utf8')).results;
  for (const [id, { call, result }] of Object.entries(recorded)) {
    test(call, () => assert.equal(results[id].result, result));
  }
}
`;

export const TEST_PLAN = toBytes({
  schema: 'iama.test-plan/1',
  mode: 'CHARACTERISATION',
  runner: 'node:test',
  files: [{ path: '.iama/tests/characterisation.test.mjs', text: CHARACTERISATION }],
  subjects: [{ module: 'index.js' }],
  modules: ['index.js'],
  confidence: 1,
  uncovered: [],
});

export const LEGACY: Readonly<Record<string, string>> = {
  'package.json': '{"name":"double","version":"1.0.0","main":"index.js","scripts":{"test":"node test.js"}}\n',
  'index.js':
    'var calls = 0;\r\nexports.double = function (n) {\r\n  calls += 1;\r\n  return n + n;\r\n};\r\n',
  'test.js': "require('node:assert').equal(require('./').double(2), 4);\n",
};

export const TYPED =
  'let calls = 0;\nexport function double(n: number): number {\n  calls += 1;\n  return n + n;\n}\n';
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    module: 'commonjs',
    moduleResolution: 'node10',
    ignoreDeprecations: '6.0',
    target: 'es2022',
  },
  files: ['index.ts'],
});

/** The conversion of `LEGACY` with `text` as the new source. */
export const conversion = (text: string, more: PatchSet['edits'] = []): PatchSet => ({
  schema: 'iama.patch/1',
  edits: [
    {
      op: 'RENAME_FILE',
      path: 'index.js',
      baseSha256: sha256(LEGACY['index.js'] ?? ''),
      to: 'index.ts',
      content: text,
    },
    { op: 'WRITE_FILE', path: 'tsconfig.json', baseSha256: null, content: TSCONFIG },
    ...more,
  ],
});

/** The outcome when it has this kind and status; an error that shows what it was instead otherwise. */
export const expectOutcome = <Kind extends Outcome['kind'], Status extends Outcome['status']>(
  outcome: Outcome,
  kind: Kind,
  status: Status,
): Extract<Outcome, { kind: Kind; status: Status }> => {
  if (outcome.kind !== kind || outcome.status !== status) throw new Error(JSON.stringify(outcome));
  return outcome as Extract<Outcome, { kind: Kind; status: Status }>;
};

/** A scene on a fresh copy of the package, in a folder of its own that also holds the home. */
export const openScene = async (files = LEGACY): Promise<Scene> => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-executions-'));
  const workspace = join(folder, 'project');
  await writeFiles(workspace, files);
  return sceneOf(await openHome({ IAMA_HOME: join(folder, 'home') }), workspace);
};

export const closeScene = ({ workspace }: Scene): Promise<void> =>
  rm(dirname(workspace), { recursive: true, force: true });

/** The baseline of the scene as it is. @throws Error that shows the outcome when it did not pass. */
export const baselineOf = async (scene: Scene) =>
  expectOutcome(await executeBaseline(scene.context('BASELINE')), 'BASELINE', 'PASSED');

type Recorded = Readonly<{ locked_hashes: FileHashes; report: Uint8Array }>;

/** A baseline takes seconds and is the same for every fresh copy of a package: the first scene records it for all. */
export const recordedOnce = (): ((scene: Scene) => Promise<FileHashes>) => {
  let recorded: Recorded | null = null;
  return async (scene) => {
    if (recorded === null) {
      const { locked_hashes } = await baselineOf(scene);
      recorded = { locked_hashes, report: scene.artifacts.get('BASELINE_REPORT') ?? new Uint8Array() };
    }
    scene.artifacts.set('BASELINE_REPORT', recorded.report);
    return recorded.locked_hashes;
  };
};
