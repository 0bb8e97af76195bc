/** The programs of a package with the runs to record of each (TST-01, black box). */
import type { Finding, ProjectSources } from '../../recipes/recipe.ts';
import type { PackageLayout } from '../package-layout.ts';
import type { Program } from '../program.ts';
import { filesOfProgram, findPrograms, type InstalledProgram } from './find.ts';
import { type GivenFile, givenFiles, type ProgramRun, planRuns } from './runs.ts';
import { shownCalls, wordsOf } from './words.ts';

export type PlannedProgram = InstalledProgram &
  Readonly<{ files: readonly GivenFile[]; runs: readonly ProgramRun[] }>;

export type PlannedPrograms = Readonly<{ programs: readonly PlannedProgram[]; missing: readonly Finding[] }>;

/** A package with more programs than these would take longer to run than a person waits. */
const MAX_PROGRAMS = 4;

export function planPrograms(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
): PlannedPrograms {
  const { programs, missing } = findPrograms(sources);
  const documents = layout.docs.map(({ text }) => text);
  const left = programs.slice(MAX_PROGRAMS).map(({ name, script }) => ({
    code: 'PROGRAM_NOT_RUN',
    path: script,
    line: null,
    reason: `The package has more than ${MAX_PROGRAMS} programs; ${name} is not run.`,
  }));
  return {
    programs: programs.slice(0, MAX_PROGRAMS).map((one) => {
      const shown = shownCalls(documents, one.name);
      const words = wordsOf(filesOfProgram(one.script, program));
      return { ...one, files: givenFiles(shown, documents), runs: planRuns(one.name, words, shown) };
    }),
    missing: [...missing, ...left],
  };
}
