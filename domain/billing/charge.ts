import type { ChargeClass } from './usage.ts';

/** How a job ended, as far as it matters to what is charged. */
export type JobEnd =
  | 'DELIVERED'
  | 'USER_CANCELLED'
  | 'CLIENT_DISCONNECTED'
  | 'ABANDONED'
  | 'REFUSED'
  | 'INFRA_FAILURE'
  | 'INTERVENTION_TIMEOUT';

/** One model call of the job: what it cost in micro-credits, and why it may not be charged (null: it may). */
export type MeteredCall = Readonly<{ microCredits: number; failureClass: ChargeClass | null }>;

const NEVER_CHARGED: ReadonlySet<ChargeClass> = new Set([
  'INFRA_FAILURE',
  'APPLY_FAILED',
  'SCHEMA_VIOLATION',
  'INTERVENTION_TIMEOUT',
]);

const isBillable = (failureClass: ChargeClass | null): boolean =>
  failureClass === null || !NEVER_CHARGED.has(failureClass);

/** Our failures dominate: where one and the person's going both hold, nothing is charged. */
const classOf = (end: JobEnd): ChargeClass => {
  if (end === 'INFRA_FAILURE' || end === 'INTERVENTION_TIMEOUT') return end;
  return end === 'DELIVERED' ? 'SUCCESS' : 'LOGIC_FAILURE';
};

/**
 * What a job is charged at its end (BIL-06). `committed`: it has reached GENERATING_TESTS, the point of no return; an end
 * before it releases everything, one after it charges what was used and is billable.
 */
export const chargeOf = (
  job: Readonly<{ committed: boolean; end: JobEnd; calls: readonly MeteredCall[] }>,
): Readonly<{ microCredits: number; chargeClass: ChargeClass }> => {
  const chargeClass = classOf(job.end);
  const counts = job.committed && isBillable(chargeClass);
  const billable = counts ? job.calls.filter(({ failureClass }) => isBillable(failureClass)) : [];
  return { microCredits: billable.reduce((sum, { microCredits }) => sum + microCredits, 0), chargeClass };
};
