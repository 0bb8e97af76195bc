import type { BudgetWarned } from '../../domain/billing/budget.ts';
import type { Event, Json, Positioned } from '../../domain/kernel/message.ts';

/** What the stream of a job tells of its budget (BIL-08). Amounts in micro-credits. */
export type BudgetMessage = Readonly<{ name: 'budget_warning'; data: { readonly [key: string]: Json } }>;

const isBudgetWarned = (event: Event): event is BudgetWarned => event.type === 'BudgetWarned';

/** The job that an event that is told of a budget is about; null: not told. */
export const budgetedJobOf = (event: Positioned): string | null =>
  isBudgetWarned(event) ? event.data.jobId : null;

/** What clients are told of one event: how much of what the job may spend is used. */
export const budgetMessagesOf = (event: Positioned): readonly BudgetMessage[] => {
  if (!isBudgetWarned(event)) return [];
  const { jobId, threshold, spent, limit, at } = event.data;
  return [{ name: 'budget_warning', data: { job_id: jobId, threshold, spent, limit, at } }];
};
