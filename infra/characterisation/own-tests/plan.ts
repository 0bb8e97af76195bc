/** The package's own tests as the test plan (TST-01, ASSERTION): nothing is generated, and what they do not state is not held. */
import type { ProjectSources } from '../../recipes/recipe.ts';
import type { PackageLayout } from '../package-layout.ts';
import type { Program } from '../program.ts';
import { reachedShare } from '../reached-share.ts';
import { TEST_FOLDER, type TestPlan, type TestSubject } from '../test-plan.ts';
import { findOwnTests } from './find.ts';

/** @returns a plan with `totalCases` 0 where no test of the package leads to its code */
export function planOwnTests(sources: ProjectSources, layout: PackageLayout, program: Program): TestPlan {
  const found = findOwnTests(sources, layout, program);
  const testFiles = new Set(found.map(({ path }) => path));
  const modules = layout.sources.filter((path) => !testFiles.has(path));
  const subjects: TestSubject[] = modules.flatMap((module) => {
    const cases = found
      .filter(({ reached }) => [...reached].some((node) => program.pathOf(node) === module))
      .reduce((sum, file) => sum + file.cases, 0);
    return cases === 0 ? [] : [{ module, exportPath: [], kind: 'asserted' as const, cases }];
  });
  const reached = new Set(found.flatMap((file) => [...file.reached]));
  const { share, unreached } = reachedShare(modules, program, reached, 'test');
  const tests = found.filter(({ cases }) => cases > 0).map(({ path, cases }) => ({ path, cases }));
  return {
    mode: 'ASSERTION',
    runner: 'node:test',
    confidence: subjects.length === 0 ? 0 : Math.round(share * 100) / 100,
    files: [
      {
        path: `${TEST_FOLDER}/own-tests.json`,
        text: `${JSON.stringify({ schema: 'iama.own-tests/1', tests }, null, 2)}\n`,
      },
    ],
    subjects,
    modules,
    totalCases: subjects.length === 0 ? 0 : tests.reduce((sum, { cases }) => sum + cases, 0),
    uncovered: unreached,
  };
}
