import { describe, expect, it } from 'vitest';
import { recorded } from '../../domain/kernel/history.ts';
import { budgetedJobOf, budgetMessagesOf } from './budget-messages.ts';

const at = '2026-11-20T10:00:00.000Z';
const base = { jobId: 'j', userId: 'u', at };

describe('messages of the budget of a job', () => {
  it('[BIL-08] [JOB-06] are none for its single calls', () => {
    const settled = recorded({ type: 'CallSettled', data: { ...base, callKey: 'c', microCredits: 9 } });
    expect([budgetedJobOf(settled), budgetMessagesOf(settled)]).toEqual([null, []]);
  });

  it('[BIL-08] [JOB-06] say how much of it is used', () => {
    const warned = recorded({ type: 'BudgetWarned', data: { ...base, threshold: 90, spent: 9, limit: 10 } });
    expect(budgetedJobOf(warned)).toBe('j');
    expect(budgetMessagesOf(warned)).toEqual([
      { name: 'budget_warning', data: { job_id: 'j', threshold: 90, spent: 9, limit: 10, at } },
    ]);
  });
});
