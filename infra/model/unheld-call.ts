import { UNHELD_LIMIT } from '../../domain/billing/budget.ts';
import { MICRO } from '../../domain/billing/credits.ts';
import type { CallPrice } from '../../domain/billing/prices.ts';
import type { Json } from '../../domain/kernel/message.ts';
import type { JobContext } from '../../processors/refactoring/model-router.port.ts';
import { codeTokens, contextOverflow } from './context-cap.ts';
import { refusal } from './recipe-gateway/question.ts';

const inCredits = (microCredits: number): string => (microCredits / MICRO).toLocaleString('en-US');

/**
 * The answer in place of a model's where the call could cost more than a job of which nothing is held may spend in all: nobody can raise
 * that limit, so asking the person for more would lead nowhere. It names what to leave out, where that is enough. Null: it could not.
 * `atMost`: of the call with this context, micro-credits.
 */
export const beyondUnheld = (
  context: JobContext,
  { price, atMost }: Readonly<{ price?: CallPrice; atMost: number }>,
): Json | null => {
  if (atMost <= UNHELD_LIMIT) return null;
  const input = price?.input ?? 0;
  // Prices are for 1,000 tokens.
  const affordable = codeTokens(context) - Math.ceil(((atMost - UNHELD_LIMIT) * 1_000) / input);
  const smaller = affordable > 0 ? contextOverflow(context, affordable) : null;
  return (
    smaller ??
    refusal({
      code: 'CALL_BEYOND_LIMIT',
      path: null,
      line: null,
      reason: `One question may cost ${inCredits(atMost)} credits at the model that answers it, and a job of your plan may use ${inCredits(UNHELD_LIMIT)}, however little code there is.`,
    })
  );
};
