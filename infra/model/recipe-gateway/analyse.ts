import type { Json } from '../../../domain/kernel/message.ts';
import { recipeProposals } from '../../../domain/refactoring/proposals.ts';
import { transform } from '../../recipes/javascript-to-typescript/recipe.ts';
import type { Strategy } from '../../recipes/recipe.ts';
import { figuresOf, outlookOf } from './figures.ts';
import { asJson, type RecipeQuestion, refusal, sourcesOf } from './question.ts';

const STRATEGIES: readonly Strategy[] = ['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE'];

/** Stage ANALYSE: a dry run of each strategy, the figures of what it would touch, and proposals made of both (SPC-01). */
export const analyse = (question: RecipeQuestion): Json => {
  const sources = sourcesOf(question);
  const outlooks = STRATEGIES.map((strategy) => outlookOf(sources, strategy));
  if (outlooks.every(({ refused }) => refused.length > 0)) {
    const result = transform(sources, { strategy: 'CONSERVATIVE', disabledSteps: ['ANNOTATE'] });
    return result.status === 'REFUSED' ? refusal(...result.reasons) : refusal();
  }
  const touched = new Set(outlooks.flatMap(({ filesTouched }) => filesTouched));
  const figures = figuresOf(sources, touched);
  const left = new Set(outlooks.flatMap((outlook) => outlook.left));
  const notes = [
    ...[...left].slice(0, 20),
    ...(left.size > 20 ? [`${left.size - 20} further places stay as they are.`] : []),
  ];
  return asJson({
    status: 'ANALYSED',
    analysis: { figures, outlooks },
    proposals: recipeProposals(figures, outlooks),
    notes: notes.map((note) => note.slice(0, 2_000)),
  });
};
