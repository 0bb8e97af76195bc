import { pathOfPart } from '../../characterisation/package-requests.ts';
import type { ProjectSources, RecipeOptions, RecipeResult } from '../recipe.ts';
import { activeSteps, StepLog } from './convert.ts';
import { ownDeclarations } from './project-files/write.ts';
import { changesOf, convertStructure } from './restructure.ts';
import { annotate } from './types/annotate.ts';
import { documentedPrograms } from './types/documented-programs.ts';

export { analyse, type ProjectAnalysis } from './analysis/analyse.ts';

/**
 * JavaScript to TypeScript for Node packages. The emitted JavaScript lands next to its source under the old name, so
 * every path that a consumer can load stays true. What cannot be proved the same is left alone or refused, with a reason.
 */
export function transform(sources: ProjectSources, options: RecipeOptions): RecipeResult {
  const structure = convertStructure(sources, options);
  if (!('converted' in structure)) return { status: 'REFUSED', reasons: structure };
  const { converted } = structure;
  const log = new StepLog();
  const texts = new Map<string, string>();
  const files = [
    ...converted.modules.map((module) => ({ path: module.to, text: module.text })),
    ...converted.json,
  ];
  const known = new Set(files.map((file) => file.path));
  let types = { annotatedPositions: 0, anyPositions: 0, strictErrors: [] as RecipeReportErrors };
  const added = [];
  if (activeSteps(options).has('ANNOTATE')) {
    const { project, selection } = structure;
    const declarations = ownDeclarations(project, selection.modules).length === 0;
    const { name, moduleType } = project.manifest;
    const [main] = project.entryPaths;
    const entry = converted.modules.find((module) => module.from === main)?.to;
    // Where the package has modules of both systems, its entry may be of either.
    const isModule =
      converted.moduleSystem.system === 'ESM' ||
      selection.modules.some(({ path, goal }) => path === main && goal === 'module');
    const partFile = (part: string): string | null => {
      const asked = pathOfPart(part, project.manifest.json['exports']);
      const path = asked === null ? null : project.resolve('package.json', `./${asked}`);
      return converted.modules.some((module) => module.from === path) ? path : null;
    };
    const subject = { packageName: name, isModule, partFile };
    const annotated = annotate({
      files,
      dependencies: sources.dependencies,
      moduleSystem: moduleType === 'module' ? 'ESM' : converted.moduleSystem.system,
      declarations,
      ...(declarations && entry !== undefined
        ? { usage: { entry, programs: documentedPrograms(sources.files, subject) } }
        : {}),
    });
    for (const file of annotated.files) {
      if (known.has(file.path)) texts.set(file.path, file.text);
      else added.push(file);
    }
    types = { ...annotated, strictErrors: annotated.strictErrors };
    log.add('ANNOTATE', annotated.annotatedPositions, annotated.left);
  }
  const { changes, left } = changesOf(structure, options, texts, added);
  if (activeSteps(options).has('PROJECT_FILES')) {
    log.add('PROJECT_FILES', changes.filter((change) => change.kind === 'WRITE').length - added.length, left);
  }
  return {
    status: 'CHANGED',
    changes,
    report: {
      moduleSystem: converted.moduleSystem.system,
      moduleSystemReason: converted.moduleSystem.reason,
      movesToEsm: converted.moduleSystem.moves,
      steps: [...converted.steps, ...log.steps],
      accepted: structure.selection.accepted,
      types: {
        annotatedPositions: types.annotatedPositions,
        anyPositions: types.anyPositions,
        strictErrors: types.strictErrors,
      },
    },
  };
}

type RecipeReportErrors = Extract<RecipeResult, { status: 'CHANGED' }>['report']['types']['strictErrors'];
