import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNHELD_LIMIT } from '../../domain/billing/budget.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import type { Tier } from '../../domain/refactoring/job/values.ts';
import type { Gateway } from './gateway.ts';
import { ask, EMPTY, failures, gateway, ledger } from './testing/router-questions.ts';
import { beyondUnheld } from './unheld-call.ts';

/** US$3 in and US$15 out per million tokens. */
const PRICE = { version: 'v1', input: 300_000, cached: 30_000, output: 1_500_000 };
const L1: RouteTable = { ...RECIPES_ONLY, L1: [{ gateway: 'g', model: 'm' }] };
/** As many tokens as there are, rounded up to whole ones of four bytes. */
const files = (...tokens: readonly number[]) =>
  tokens.map((count, index) => ({ path: `${index}.js`, text: 'x'.repeat(count * 4) }));

const reading = (outputTokens: number): Gateway & { asked: string[] } => ({
  ...gateway('g', {}),
  tokensAtMost: ({ context }) => ({
    inputTokens: context.files.reduce((sum, { text }) => sum + text.length / 4, 1_000),
    outputTokens,
  }),
});
const answering = async (tier: Tier, model: Gateway, ...tokens: readonly number[]) => {
  const budget = ledger();
  const context = { ...EMPTY, files: files(...tokens) };
  const asked = { stage: 'ANALYSE', modelClass: 'L1', context } as const;
  const prices = { version: 'v1', models: { m: PRICE } };
  const parts = { budget, prices, failedCalls: failures() };
  const answer = await ask(at.analysing(tier), [model], asked, L1, new AbortController().signal, parts);
  return { answer, reserved: budget.told.filter(([what]) => what === 'reserve').length };
};

describe('a call that could cost more than a job on FREE may ever spend', () => {
  it('[BIL-03] [BIL-08] [CTX-05] is refused at once with what to leave out, because nobody can raise that limit', async () => {
    const model = reading(30_000);
    // 45 credits of output leave 5 for 16,666 tokens, 1,000 of which are no code.
    const { answer, reserved } = await answering('FREE', model, 9_000, 7_000);
    expect(answer).toMatchObject({
      call: { gateway: 'router', model: 'unheld-limit', outcome: 'REFUSED', inputTokens: 0 },
      output: {
        status: 'REFUSED',
        reasons: [
          { code: 'CONTEXT_OVERFLOW', reason: expect.stringContaining('at most 15,666 at once') },
          { code: 'CONTEXT_OVERFLOW', path: '0.js' },
        ],
      },
    });
    expect([model.asked, reserved]).toEqual([[], 0]);
  });

  it('[BIL-03] [BIL-08] is refused as such where no code is small enough', async () => {
    const { answer } = await answering('FREE', reading(40_000), 10);
    expect(answer.output).toMatchObject({
      status: 'REFUSED',
      reasons: [{ code: 'CALL_BEYOND_LIMIT', path: null, reason: expect.stringContaining('60.303') }],
    });
  });

  it('[BIL-08] is made where it fits to the last token, and where credits are held for the job', async () => {
    for (const [tier, tokens] of [
      ['FREE', 15_666],
      ['PLUS', 16_000],
    ] as const) {
      const model = reading(30_000);
      expect((await answering(tier, model, tokens)).answer).toMatchObject({ call: { outcome: 'SUCCESS' } });
      expect(model.asked).toEqual(['m']);
    }
  });

  it('[LLM-04] [BIL-08] goes to another route that it can afford', async () => {
    const both = { ...L1, L1: [...L1.L1, { gateway: 'recipe', model: 'recipes' }] };
    const [model, recipe] = [
      reading(40_000),
      { ...gateway('recipe', {}), tokensAtMost: () => ({ inputTokens: 0, outputTokens: 0 }) },
    ];
    const prices = { version: 'v1', models: { m: PRICE } };
    const parts = { budget: ledger(), prices, failedCalls: failures() };
    const { signal } = new AbortController();
    const asked = { stage: 'ANALYSE', modelClass: 'L1' } as const;
    const { call } = await ask(at.analysing(), [model, recipe], asked, both, signal, parts);
    expect(call).toMatchObject({ gateway: 'recipe', ordinal: 1 });
  });

  it('[BIL-08] whatever prices and sizes: what is left after the advice can be afforded', () => {
    const amount = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
        amount,
        amount,
        fc.integer({ min: 0, max: 60_000 }),
        (sizes, input, output, outputTokens) => {
          const context = { ...EMPTY, files: files(...sizes.map((size) => size * 100)) };
          const all = sizes.reduce((sum, size) => sum + size * 100, 0);
          const costs = (tokens: number) => Math.floor((tokens * input + outputTokens * output) / 1_000);
          const price = { version: 'v', input, cached: 0, output };
          const refused = beyondUnheld(context, { price, atMost: costs(all) });
          expect(refused === null).toBe(costs(all) <= UNHELD_LIMIT);
          if (refused === null) return;
          const { reasons } = refused as { reasons: { code: string; path: string | null; reason: string }[] };
          const left = context.files.filter(({ path }) => !reasons.some((one) => one.path === path));
          const advised = left.reduce((sum, { text }) => sum + text.length / 4, 0);
          if (reasons[0]?.code === 'CONTEXT_OVERFLOW')
            expect(costs(advised)).toBeLessThanOrEqual(UNHELD_LIMIT);
          else expect(costs(1)).toBeGreaterThan(UNHELD_LIMIT);
        },
      ),
    );
  });
});
