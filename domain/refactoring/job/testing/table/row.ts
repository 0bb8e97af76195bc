import type { JobCommand } from '../../commands.ts';
import type { JobEvent } from '../../events.ts';
import type { JobStatus } from '../../values.ts';
import { ask } from '../ask.ts';
import { why } from '../given.ts';
import * as at from '../journey.ts';
import { AT, artifact, base, JOB, later, outcomes, testTimedOut } from '../samples.ts';

/** A row of the table of spec/40: where the job is, what happens, where it is then (JOB-01). */
export type Row = readonly [
  name: string,
  journey: () => at.Journey,
  from: JobStatus | null,
  command: JobCommand,
  events: readonly JobEvent['type'][],
  to: JobStatus,
];

export const claimed = (journey: at.Journey, executionId: string): at.Journey => {
  journey.does(ask.claim(executionId));
  return journey;
};

export const testing = (journey: at.Journey, attempt: number): at.Journey => {
  journey.does(ask.attempt());
  journey.does(ask.patch(attempt));
  return claimed(journey, `e-${attempt}`);
};

export const interveningTest = (): at.Journey => {
  const journey = at.intervening();
  journey.does({
    type: 'RunInterventionTests',
    data: { ...why, executionId: 'mine', patch: artifact('PATCH') },
  });
  return claimed(journey, 'mine');
};

export const timedOutBaseline = (): at.Journey => {
  const journey = at.baseline();
  journey.claimAndReport('e-baseline', { ...outcomes.baselineFailed, failureClass: 'TIMEOUT_EXECUTION' });
  return journey;
};

export const lateOnce = (): at.Journey => {
  const journey = testing(at.refactoring(), 0);
  journey.does(ask.report('e-0', testTimedOut('slow')));
  return journey;
};

export const lateTwice = (): at.Journey => {
  const journey = lateOnce();
  journey.claimAndReport('e-0-2', testTimedOut('slow'));
  return journey;
};

export const selected = (fastTrack: boolean): at.Journey => {
  const journey = at.waitingStrategy('PRO', { fastTrack });
  journey.does(ask.select());
  return journey;
};

export const reported = (): at.Journey => {
  const journey = at.analysing('ENTERPRISE');
  journey.does(ask.scope());
  return journey;
};

export const budgetReached: JobCommand = { type: 'ReportBudgetReached', data: base };

/** It asks whether it may spend more. */
export const outOfBudget = (journey: at.Journey): at.Journey => {
  journey.does(budgetReached);
  return journey;
};

export const inGrace = (journey: at.Journey): at.Journey => {
  journey.does({ type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } });
  return journey;
};

export const accepted = (): at.Journey => {
  const journey = at.delivered();
  journey.does({ type: 'AcceptDelivery', data: { ...why, selection: 'ALL', unknown: [] } });
  return journey;
};

export const open = (journey: at.Journey, kind: 'ApplyDelivery' | 'RevertDelivery'): at.Journey => {
  journey.does({ type: kind, data: { ...why, executionId: 'e-open' } });
  return claimed(journey, 'e-open');
};

export const expired = { jobId: JOB, at: later(300), graceDeadlineAt: later(300) };
export const cancel: JobCommand = { type: 'CancelJob', data: why };
export const infra: JobCommand = {
  type: 'ReportInfraFailure',
  data: { ...base, stage: 'PATCH', reason: 'gone' },
};
