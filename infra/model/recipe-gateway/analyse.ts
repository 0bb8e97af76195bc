import type { Json } from '../../../domain/kernel/message.ts';
import { type Edges, recipeProposals } from '../../../domain/refactoring/proposals.ts';
import {
  analyse as analyseProject,
  type ProjectAnalysis,
} from '../../recipes/javascript-to-typescript/recipe.ts';
import type { Strategy } from '../../recipes/recipe.ts';
import { figuresOf, outlookOf } from './figures.ts';
import { asJson, type RecipeQuestion, refusal, sourcesOf } from './question.ts';

const STRATEGIES: readonly Strategy[] = ['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE'];
const MAX_NOTES = 20;

const edgesOf = ({ publicSurface, dependencies, enginesNode }: ProjectAnalysis): Edges => ({
  offers: publicSurface.map(({ path, exports }) => ({
    path,
    names: exports.map(({ name }) => (name === '=' ? 'module.exports' : name)),
  })),
  uses: dependencies.map(({ name, range, typesKnown, usedBy }) => ({
    name,
    range,
    typed: typesKnown,
    usedBy,
  })),
  engines: enginesNode,
});

/** A strategy that only the dry run refuses: its reasons are sentences already. */
const refusedByDryRun = (reason: string) => ({ code: 'NOT_CONVERTIBLE', path: null, line: null, reason });

/**
 * Stage ANALYSE: what the project is, a dry run of each strategy for what it would touch, and proposals made of both
 * (SPC-01). What a strategy would do is taken from the dry run, because a prediction could differ from the deed.
 */
export const analyse = (question: RecipeQuestion): Json => {
  const sources = sourcesOf(question);
  const outlooks = STRATEGIES.map((strategy) => outlookOf(sources, strategy));
  // What conditions would settle is no reason: those that stand all the same are.
  const project = analyseProject(sources, [...new Set(outlooks.flatMap(({ conditions }) => conditions))]);
  if (outlooks.every(({ refused }) => refused.length > 0))
    return project.refusals.length > 0
      ? refusal(...project.refusals)
      : refusal(...outlooks.flatMap(({ refused }) => refused).map(refusedByDryRun));
  const touched = new Set(outlooks.flatMap(({ filesTouched }) => filesTouched));
  const figures = figuresOf(sources, touched);
  const left = new Set(outlooks.flatMap((outlook) => outlook.left));
  const notes = [
    ...[...left].slice(0, MAX_NOTES),
    ...(left.size > MAX_NOTES ? [`${left.size - MAX_NOTES} further places stay as they are.`] : []),
  ];
  const { publicSurface, entryPoints, dependencies, moduleSystems, totals, findings } = project;
  return asJson({
    status: 'ANALYSED',
    analysis: { figures, outlooks, publicSurface, entryPoints, dependencies, moduleSystems, totals },
    proposals: recipeProposals(figures, outlooks, edgesOf(project)),
    notes: notes.map((note) => note.slice(0, 2_000)),
    left: findings,
  });
};
