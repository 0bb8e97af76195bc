import type {
  JobStarted,
  ModelCalled,
  SpecApproved,
  TestsPassed,
} from '../../../domain/refactoring/job/events.ts';
import {
  artifact,
  call,
  clean,
  counts,
  entitlement,
} from '../../../domain/refactoring/job/testing/samples.ts';
import type { ModelCall } from '../../../domain/refactoring/job/values.ts';

/** The events by which a job is charged; all happen at `at`. `hold` in micro-credits. */
export const chargedJob = (job: Readonly<{ jobId: string; userId: string; hold: number; at: string }>) => {
  const { jobId, userId: ownerId, hold, at } = job;
  const in_ = { jobId, at };
  const started: JobStarted = {
    type: 'JobStarted',
    data: {
      ...in_,
      ownerId,
      consentAt: at,
      entitlement: entitlement('PLUS'),
      preflight: clean,
      fastTrack: false,
      hold,
    },
  };
  const approved: SpecApproved = {
    type: 'SpecApproved',
    data: { ...in_, revision: 1, specHash: 'h', implicit: false },
  };
  const called = (changes: Partial<ModelCall>): ModelCalled => ({
    type: 'ModelCalled',
    data: { ...in_, ownerId, call: call({ modelClass: 'L1', gateway: 'g', model: 'm', ...changes }) },
  });
  const passed: TestsPassed = {
    type: 'TestsPassed',
    data: {
      ...in_,
      attempt: 1,
      report: artifact('TEST_REPORT'),
      delivery: artifact('DELIVERY'),
      counts,
      strictErrors: 0,
    },
  };
  return { started, approved, called, passed };
};
