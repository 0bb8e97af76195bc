import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { EXECUTING_STATUSES, type JobStatus } from '../../domain/refactoring/job/values.ts';

const AFTER: { readonly [Type in JobEvent['type']]?: JobStatus } = {
  JobRequested: 'PENDING',
  JobStarted: 'ANALYZING',
  ScopeAnalysed: 'GENERATING_ANALYSIS_REPORT',
  ProposalsGenerated: 'WAITING_STRATEGY',
  JobRefused: 'FAILED',
  SpecDrafted: 'WAITING_SPEC_APPROVAL',
  SpecApproved: 'GENERATING_TESTS',
  SpecReopened: 'WAITING_SPEC_APPROVAL',
  SpecUpdatedDuringExecution: 'WAITING_SPEC_APPROVAL',
  TestPlanGenerated: 'BASELINE_VALIDATION',
  BaselinePassed: 'REFACTORING',
  BaselineFailed: 'BASELINE_VALIDATION_FAILED',
  BaselineRepeated: 'BASELINE_VALIDATION',
  BaselineOverridden: 'REFACTORING',
  // Only from REFACTORING, or from DEEP_FIX_ACTIVE to it.
  PatchGenerated: 'REFACTORING',
  TestsPassed: 'DELIVERED',
  AttemptsExhausted: 'RECOVERY_PENDING',
  EscalationRequested: 'WAITING_ESCALATION_DECISION',
  EscalationDeclined: 'RECOVERY_PENDING',
  InterventionTriggered: 'WAITING_INTERVENTION',
  TestsRepeated: 'REFACTORING',
  InterventionTimedOut: 'FAILED',
  DeepFixConfirmed: 'DEEP_FIX_ACTIVE',
  InterventionOpened: 'USER_INTERVENING',
  RepairContinued: 'REFACTORING',
  RecoveryCompleted: 'FALLBACK_REQUIRED',
  RetriedStronger: 'REFACTORING',
  JobAbandoned: 'FAILED',
  JobCancelled: 'FAILED',
  ClientLost: 'FAILED',
  InfraFailed: 'FAILED',
};

const executing: ReadonlySet<string> = new Set(EXECUTING_STATUSES);

/** The status that an event puts the job in, whatever it was before (spec/40); null: it stays. */
export const statusAfter = (event: JobEvent): JobStatus | null =>
  event.type === 'EscalationConfirmed' ? event.data.resumes : (AFTER[event.type] ?? null);

export const isExecutingStatus = (status: JobStatus): boolean => executing.has(status);
