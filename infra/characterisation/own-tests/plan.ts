/** The package's own tests as the test plan (TST-01, ASSERTION): nothing is generated, and what they do not state is not held. */
import type { Finding, ProjectSources } from '../../recipes/recipe.ts';
import { entriesOf, type PackageLayout } from '../package-layout.ts';
import { type Program, walk } from '../program.ts';
import { findPrograms, loadedBy, pathsOfPrograms } from '../programs/find.ts';
import { reachedShare } from '../reached-share.ts';
import { TEST_FOLDER, type TestPlan, type TestSubject } from '../test-plan.ts';
import { findOwnTests, type OwnTestFile } from './find.ts';

const casesOf = (files: readonly OwnTestFile[]): number => files.reduce((sum, { cases }) => sum + cases, 0);

/** A test that becomes another file cannot be locked. */
const convertedFinding = (path: string): Finding => ({
  code: 'OWN_TESTS_CONVERTED',
  path,
  line: null,
  reason:
    'The test script runs this file, and it would itself be converted. Name with --target what is to be converted, or move it to test/.',
});

/** What compares and runs, in a test: a source that loads it, and that nothing but tests loads, states what the tests do. */
const OF_TESTS =
  /^(?:node:)?(?:assert|test)(?:\/|$)|^(?:chai|should|expect(?:\.js)?|must|power-assert|sinon|supertest|tap|tape|ava|mocha|vitest|uvu|nock)(?:\/|$)|^@jest\//;

const helperFinding = (path: string, states: boolean): Finding => ({
  code: states ? 'OWN_TESTS_CONVERTED' : 'TEST_HELPER_CONVERTED',
  path,
  line: null,
  reason: states
    ? 'Only tests load this file, which compares for them, and it would itself be converted. Name with --target what is to be converted, or move it to test/.'
    : 'No entry of the package leads to this file, and tests load it: where it is part of what they state, nothing locks it, since it is itself converted.',
});

/** Sources that tests load and that no entry and no program leads to: parts of the package that are loaded by their path, or helpers of the tests. */
function convertedHelpers(
  tests: readonly string[],
  entries: readonly string[],
  modules: readonly string[],
  program: Program,
): readonly Finding[] {
  const own = pathsOfPrograms(entries, program);
  const loaded = pathsOfPrograms(tests, program);
  return modules
    .filter((path) => loaded.has(path) && !own.has(path))
    .map((path) => {
      let states = false;
      const source = program.file(path);
      if (source !== undefined)
        walk(source, (node) => {
          states ||= OF_TESTS.test(loadedBy(node) ?? '');
        });
      return helperFinding(path, states);
    });
}

/** What tests load and nothing of the package does: who changes it changes what they state. The manifest belongs to the package. */
function helpersOf(
  tests: readonly string[],
  ofPackage: readonly string[],
  program: Program,
): readonly string[] {
  const own = pathsOfPrograms(ofPackage, program);
  return [...pathsOfPrograms(tests, program)]
    .filter((path) => !own.has(path) && !tests.includes(path) && path !== 'package.json')
    .sort();
}

/**
 * Tests that start the package as a process are not seen to lead anywhere; the coverage of the baseline tells what they reach.
 *
 * @returns a plan with `totalCases` 0 where the package ships no tests, or where these would not stay as they are
 */
export function planOwnTests(sources: ProjectSources, layout: PackageLayout, program: Program): TestPlan {
  const found = findOwnTests(sources, layout, program);
  const testFiles = new Set(found.map(({ path }) => path));
  const modules = layout.sources.filter((path) => !testFiles.has(path));
  const converted = found.map(({ path }) => path).filter((path) => layout.sources.includes(path));
  const programs = findPrograms(sources).programs.map(({ script }) => script);
  const entries = [...entriesOf(sources, layout), ...programs];
  const helping = convertedHelpers([...testFiles], entries, modules, program);
  const refused = [
    ...converted.map(convertedFinding),
    ...helping.filter(({ code }) => code === 'OWN_TESTS_CONVERTED'),
  ];
  const totalCases = refused.length > 0 ? 0 : casesOf(found);
  const led = modules.flatMap((module) => {
    const cases = casesOf(
      found.filter(({ reached }) => [...reached].some((node) => program.pathOf(node) === module)),
    );
    return cases === 0 ? [] : [{ module, cases }];
  });
  const all = totalCases === 0 ? [] : modules.map((module) => ({ module, cases: totalCases }));
  const subjects = (led.length > 0 ? led : all).map(
    (one): TestSubject => ({ ...one, exportPath: [], kind: 'asserted' }),
  );
  const reached = new Set(found.flatMap((file) => [...file.reached]));
  const { share, unreached } = reachedShare(modules, program, reached, 'test');
  const helpers = helpersOf([...testFiles], [...entries, ...modules], program);
  const tests = found.filter(({ cases }) => cases > 0).map(({ path, cases }) => ({ path, cases }));
  return {
    mode: 'ASSERTION',
    runner: 'node:test',
    confidence: totalCases === 0 ? 0 : Math.round(share * 100) / 100,
    files: [
      {
        path: `${TEST_FOLDER}/own-tests.json`,
        text: `${JSON.stringify({ schema: 'iama.own-tests/1', tests, helpers }, null, 2)}\n`,
      },
    ],
    subjects,
    modules,
    totalCases,
    uncovered: totalCases === 0 ? refused : [...helping, ...unreached],
  };
}
