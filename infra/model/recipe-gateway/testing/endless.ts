import { parentPort } from 'node:worker_threads';
import type { RecipeQuestion } from '../question.ts';

/**
 * Body of a thread for tests: answers a goal without a recipe, ends after a specification, fills the memory to plan tests,
 * else never comes to an end.
 */
parentPort?.on('message', ({ goal, stage }: RecipeQuestion) => {
  if (goal === 'FREE_TEXT') parentPort?.postMessage({ output: 'answered' });
  else if (stage === 'SPECIFY') {
    parentPort?.postMessage({ output: 'last words' });
    process.exit();
  } else if (stage === 'PLAN_TESTS') {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => index));
  } else for (;;);
});
