import { describe, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { budgetQuestion } from './budget-gate.ts';

const CREDIT = 1_000_000;
const of = { path: { job_id: 'job-1' } };
const asks = { job_id: 'job-1', escalation: { reason: 'BUDGET', to_class: 'L1' } } as const;

/** `held` null: of a tier that draws no credits. */
type Budget = Readonly<{ cap: number | null; held: number | null; missing: number }>;

/** What is sent after the question, for one of its keys; `refuses`: the answer to a raise. */
const answered = async (key: string, { cap, held, missing }: Budget, refuses?: ApiProblem) => {
  const sent: unknown[] = [];
  const call = async (name: string, request: unknown): Promise<unknown> => {
    const most = held === null ? 50 * CREDIT : null;
    const limit = Math.min(held ?? 50 * CREDIT, cap ?? 50 * CREDIT);
    const settlement = held === null ? { status: 'NONE', held: 0 } : { status: 'HELD', held };
    if (name === 'GetJobUsage')
      return { settlement, budget: { cap, limit, most, spent: 2 * CREDIT, reserved: 0, missing } };
    if (name === 'RaiseHold' && refuses !== undefined) throw refuses;
    sent.push([name, request]);
    return {};
  };
  const client = { call } as unknown as Client;
  const question = await budgetQuestion(client, asks);
  if (question === null) throw new Error('a question expected');
  await question.ways[key]?.take(client, of);
  return { question, sent };
};
const raised = (micro_credits: number) => ['RaiseHold', { ...of, body: { micro_credits } }];
const capped = (micro_credits: number) => ['SetBudgetCap', { ...of, body: { micro_credits } }];

describe('the question whether a job may spend more', () => {
  it('[BIL-08] [EXE-07] is asked only where the budget is what stops it', async () => {
    const client = { call: () => Promise.reject(new Error('nothing to ask')) } as unknown as Client;
    expect(await budgetQuestion(client, { ...asks, escalation: null })).toBeNull();
    const stronger = { ...asks, escalation: { reason: 'PHASE', to_class: 'L3' } } as const;
    expect(await budgetQuestion(client, stronger)).toBeNull();
  });

  it('[BIL-08] [EXE-07] spends nothing with --yes', async () => {
    const { question, sent } = await answered('n', { cap: 3 * CREDIT, held: 10 * CREDIT, missing: CREDIT });
    expect(question.safe).toBe('n');
    expect(question.text).toContain('2 of 3 credits');
    expect(sent).toEqual([['DeclineEscalation', of]]);
  });

  it('[BIL-08] [EXE-07] raises what is missing, of the cap, of what is set aside, or of both, and goes on', async () => {
    const confirmed = ['ConfirmEscalation', of];
    const below = { cap: 3 * CREDIT, held: 10 * CREDIT, missing: CREDIT };
    expect((await answered('y', below)).sent).toEqual([capped(4 * CREDIT), confirmed]);
    const none = { cap: null, held: 10 * CREDIT, missing: CREDIT };
    expect((await answered('y', none)).sent).toEqual([raised(CREDIT), confirmed]);
    const both = { cap: 9 * CREDIT, held: 10 * CREDIT, missing: 3 * CREDIT };
    expect((await answered('y', both)).sent).toEqual([raised(2 * CREDIT), capped(12 * CREDIT), confirmed]);
  });

  it('[BIL-08] [BIL-03] [EXE-07] lifts the cap alone where the tier draws no credits', async () => {
    const { question, sent } = await answered('y', { cap: 3 * CREDIT, held: null, missing: CREDIT });
    expect(question.text).toContain('2 of 3 credits');
    expect(sent).toEqual([capped(4 * CREDIT), ['ConfirmEscalation', of]]);
  });

  it('[BIL-08] [BIL-03] [EXE-07] offers nothing that a tier that draws no credits would not let be', async () => {
    const { question, sent } = await answered('n', { cap: null, held: null, missing: CREDIT });
    expect(question.text).toContain('2 of 50 credits are used, and no job of this plan may use more.');
    expect(Object.keys(question.ways)).toEqual(['n']);
    expect(sent).toEqual([['DeclineEscalation', of]]);
    const lifted = await answered('y', { cap: 3 * CREDIT, held: null, missing: 47 * CREDIT });
    expect(lifted.sent).toEqual([capped(50 * CREDIT), ['ConfirmEscalation', of]]);
    const beyond = await answered('y', { cap: 3 * CREDIT, held: null, missing: 47 * CREDIT + 1 });
    expect([Object.keys(beyond.question.ways), beyond.sent]).toEqual([['n'], []]);
  });

  it('[BIL-08] [EXE-07] leaves the job waiting where there are no more credits, and says so', async () => {
    const budget = { cap: null, held: CREDIT, missing: CREDIT };
    const none = new ApiProblem(409, { code: 'CREDITS_INSUFFICIENT', detail: 'Fewer are left.' });
    await expect(answered('y', budget, none)).rejects.toMatchObject({
      code: 'CREDITS_INSUFFICIENT',
      exitCode: 5,
    });
    const other = new ApiProblem(500, { code: 'INTERNAL' });
    await expect(answered('y', budget, other)).rejects.toBe(other);
  });
});
