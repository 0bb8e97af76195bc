import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ExecutionLeases } from './services.ts';

const invalid = (): Rejection =>
  new Rejection('TASK_TOKEN_INVALID', 'This token does not, or no longer, belong to this execution.');

type Holder = Readonly<{ executionId: string; jobId: string; token: string; at: string }>;

/** Throws `Rejection` TASK_TOKEN_INVALID unless the token is of this execution of this job and its lease runs. */
export const requireTaskToken = async (leases: ExecutionLeases, holder: Holder): Promise<void> => {
  if ((await leases.check(holder)) !== 'VALID') throw invalid();
};

/** The same, but a lease that ran out is told apart: a report may come again after it was taken. */
export const taskTokenExpired = async (leases: ExecutionLeases, holder: Holder): Promise<boolean> => {
  const checked = await leases.check(holder);
  if (checked === 'FOREIGN') throw invalid();
  return checked === 'EXPIRED';
};
