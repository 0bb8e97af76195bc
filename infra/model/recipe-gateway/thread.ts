import { parentPort } from 'node:worker_threads';
import { answer } from './answer.ts';
import type { RecipeQuestion } from './question.ts';

/** Body of a worker thread: one question in, one answer out. */
parentPort?.on('message', (question: RecipeQuestion) => {
  try {
    parentPort?.postMessage({ output: answer(question) });
  } catch (error) {
    parentPort?.postMessage({
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
