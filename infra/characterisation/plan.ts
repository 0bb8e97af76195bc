/** The test plan of a JavaScript package, computed from its text alone (TST-01). */
import { readFileSync } from 'node:fs';
import type { TestMode } from '../../domain/refactoring/job/values.ts';
import type { Finding, ProjectSources, SourceFile } from '../recipes/recipe.ts';
import { NO_CALLS, type PlannedCalls, planCalls } from './calls.ts';
import { createExportReader, type ExportReader } from './exports.ts';
import { planOwnTests } from './own-tests/plan.ts';
import { layoutOf, type PackageLayout, selectedBy } from './package-layout.ts';
import { probesOf } from './probes.ts';
import { createProgram, type Program } from './program.ts';
import { isConverted, pathsOfPrograms } from './programs/find.ts';
import { type PlannedProgram, planPrograms } from './programs/plan.ts';
import { reachedShare } from './reached-share.ts';
import { renderCases } from './render.ts';
import { type PlannedServer, planServers } from './servers/plan.ts';
import type { Subject } from './subjects.ts';
import { TEST_FOLDER, type TestPlan, type TestSubject } from './test-plan.ts';

const HARNESS = [
  'answers.mjs',
  'confine.mjs',
  'denials.mjs',
  'derive.mjs',
  'disk.mjs',
  'drive-streams.mjs',
  'encode-streams.mjs',
  'encode.mjs',
  'exchange-http2.mjs',
  'exchange.mjs',
  'first-load.mjs',
  'fixed-world.mjs',
  'found.mjs',
  'guards.mjs',
  'intrinsics.mjs',
  'load.mjs',
  'messages.mjs',
  'mount-handlers.mjs',
  'package-data.mjs',
  'places.mjs',
  'program-output.mjs',
  'program-preload.cjs',
  'program-ways.mjs',
  'programs.mjs',
  'reach.mjs',
  'run-all.mjs',
  'run-case.mjs',
  'search.mjs',
  'select.mjs',
  'serve-documented.mjs',
  'serve-export.mjs',
  'serve.mjs',
  'snapshots.mjs',
  'spawn-program.mjs',
  'streams.mjs',
  'stubs.mjs',
  'turns.mjs',
  'watchdog.mjs',
  'ways.mjs',
  'worlds.mjs',
];
/** Below this confidence in what the exports show, programs and servers are what the proof rests on. */
const BLACK_BOX_BELOW = 0.4;
/** Own tests that lead to less than this share of the functions are not taken unless the person asks for it. */
const ASSERTION_FROM = 0.5;

/**
 * Recorded behaviour comes first, since it holds what no test states: the package's own tests are taken where the person
 * asks for them, or where nothing can be recorded and they lead to enough of the code.
 *
 * @param sources the untouched package: code, documentation, its own tests, `package.json`; read as text, never run
 * @param wanted the mode that the person asked for: only that kind of test is made; null: what there is ground for
 * @returns files for `.iama/tests/`, the same for the same sources, and what they cover
 */
export function planTests(sources: ProjectSources, wanted: TestMode | null = null): TestPlan {
  const layout = layoutOf(sources);
  const program = createProgram(
    layout.code,
    sources.files.map((file) => file.path),
  );
  if (wanted === 'ASSERTION') return planOwnTests(sources, layout, program);
  const generated = planGenerated(sources, layout, program, wanted);
  if (wanted !== null || generated.totalCases > 0) return generated;
  const own = planOwnTests(sources, layout, program);
  return own.confidence >= ASSERTION_FROM ? own : generated;
}

function planGenerated(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
  wanted: Exclude<TestMode, 'ASSERTION'> | null,
): TestPlan {
  const reader = createExportReader(program);
  const calls = planCalls(layout, program, reader);
  const { programs, servers, missing } =
    wanted === 'CHARACTERISATION' ? NOTHING_RUN : planOutside(sources, layout, program, reader, calls);
  const run = [...programs, ...servers];
  const { groups, subjects, reached, uncovered } = wanted === 'BLACK_BOX' ? NO_CALLS : calls;
  const counted = [
    ...subjects.map((subject) => ({
      module: subject.module,
      exportPath: subject.path,
      kind: subject.kind,
      cases: groups
        .filter((group) => group.subject === subject)
        .reduce((sum, group) => sum + group.cases.length, 0),
    })),
    ...programs.map((one) => countedRuns(one, 'program')),
    ...servers.map((one) => countedRuns(one, 'server')),
  ];
  const { share, unreached } = reachedShare(layout.sources, program, reached);
  const confidence = Math.round(confidenceOf(subjects, layout, uncovered) * share * 100) / 100;
  const rests = run.length > 0 && (groups.length === 0 || confidence < BLACK_BOX_BELOW);
  const started = run.map(({ script }) => script);
  const ran = pathsOfPrograms(started, program);
  const scripts = started.filter((script) => isConverted(sources, script));
  const modules = [...new Set([...layout.sources, ...scripts.filter(selectedBy(sources))])];
  const cases = renderCases(wanted === 'BLACK_BOX' ? [] : layout.modules, groups, run);
  return {
    mode: wanted ?? (rests ? 'BLACK_BOX' : 'CHARACTERISATION'),
    runner: 'node:test',
    confidence,
    files: generatedFiles(layout, cases, program),
    subjects: counted,
    modules,
    totalCases: counted.reduce((sum, one) => sum + one.cases, 0),
    uncovered: [
      ...uncovered,
      ...missing,
      // What a program or a server runs is reached by its runs; how far, the coverage of the baseline tells.
      ...(groups.length === 0 ? [] : unreached.filter(({ path }) => path === null || !ran.has(path))),
    ],
  };
}

type RunFromOutside = Readonly<{
  programs: readonly PlannedProgram[];
  servers: readonly PlannedServer[];
  missing: readonly Finding[];
}>;

const NOTHING_RUN: RunFromOutside = { programs: [], servers: [], missing: [] };

function planOutside(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
  reader: ExportReader,
  { groups }: PlannedCalls,
): RunFromOutside {
  const { programs, missing } = planPrograms(sources, layout, program);
  const { servers, missing: left } = planServers(sources, layout, program, reader, groups);
  return { programs, servers, missing: [...missing, ...left] };
}

const countedRuns = (
  { script, runs }: PlannedProgram | PlannedServer,
  kind: 'program' | 'server',
): TestSubject => ({ module: script, exportPath: [], kind, cases: runs.length });

function confidenceOf(
  subjects: readonly Subject[],
  layout: PackageLayout,
  findings: readonly Finding[],
): number {
  if (subjects.length === 0) return 0;
  const share = 1 - Math.min(1, findings.length / Math.max(subjects.length, layout.modules.length));
  return share;
}

const template = (name: string): string =>
  readFileSync(new URL(`./harness/${name}`, import.meta.url), 'utf8');

/** Read with this code, not for each plan: after an update the files of another release lie there while this one still runs. */
const WRITTEN: readonly SourceFile[] = [
  { path: `${TEST_FOLDER}/characterisation.test.mjs`, text: template('characterisation.test.mjs') },
  ...HARNESS.map((name) => ({ path: `${TEST_FOLDER}/harness/${name}`, text: template(name) })),
];

function generatedFiles(layout: PackageLayout, cases: string, program: Program): readonly SourceFile[] {
  const probes = layout.sources.flatMap((path) => {
    const source = program.file(path);
    return source === undefined ? [] : [[path, probesOf(source)] as const];
  });
  return [
    { path: `${TEST_FOLDER}/probes.json`, text: `${JSON.stringify(Object.fromEntries(probes))}\n` },
    { path: `${TEST_FOLDER}/cases.mjs`, text: cases },
    ...WRITTEN,
  ];
}
