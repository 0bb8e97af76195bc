import type { JobCommand } from '../../commands.ts';
import type { JobEvent } from '../../events.ts';
import type { ExecutionOutcome } from '../../execution-outcome.ts';
import { type ExecutionKind, TIMEOUT_CHOICES, type Tier } from '../../values.ts';
import { ask, timeoutChoice } from '../ask.ts';
import { AT, artifact, base, edit, JOB, later, outcomes, testFailed, testTimedOut } from '../samples.ts';

/** What the sequence has seen, so that commands often name the right token, attempt or execution. */
export type Seen = Readonly<{
  token: string;
  specHash: string;
  attempt: number;
  executionId: string;
  kind: ExecutionKind;
  fresh: string;
}>;

export const see = (events: readonly JobEvent[]): Seen => {
  let seen: Omit<Seen, 'fresh'> = {
    token: 't0',
    specHash: 's1',
    attempt: 0,
    executionId: 'none',
    kind: 'TEST',
  };
  for (const { type, data } of events) {
    if (type === 'SpecDrafted' || type === 'SpecRevised' || type === 'SpecUpdatedDuringExecution')
      seen = { ...seen, token: data.revisionToken, specHash: data.specHash };
    if (type === 'SpecReopened') seen = { ...seen, token: data.revisionToken };
    if (type === 'AttemptStarted') seen = { ...seen, attempt: data.attempt };
    if (type === 'ExecutionRequested') seen = { ...seen, executionId: data.executionId, kind: data.kind };
  }
  return { ...seen, fresh: `f${events.length}` };
};

type Make = (seen: Seen) => JobCommand;
export const by = { ...base, by: 'ada' };
const far = later(10_000);
const tiers: readonly Tier[] = ['FREE', 'PLUS', 'PRO', 'MAX', 'ENTERPRISE'];
export const reports: readonly ExecutionOutcome[] = [
  ...Object.values(outcomes),
  ...[...'xxxxxxxxyzw'].map((fingerprint) => testFailed(fingerprint)),
  { ...outcomes.rejected, edits: [edit] },
  testTimedOut('slow'),
  { ...outcomes.baselineFailed, failureClass: 'TIMEOUT_EXECUTION' },
];

export const commands: Readonly<Record<JobCommand['type'], readonly Make[]>> = {
  RequestJob: [() => ask.request()],
  AttachContext: [() => ask.attach()],
  StartJob: tiers.flatMap((tier) => [
    () => ask.start(tier),
    () => ask.start(tier, { fastTrack: true }),
    () => ask.start(tier, { preAuthorised: ['L3'] }),
  ]),
  SelectProposal: [() => ask.select('CONSERVATIVE'), () => ask.select('STANDARD')],
  ReviseSpec: [({ token, fresh }) => ask.revise(token, fresh)],
  ApproveSpec: [({ token, specHash }) => ask.approve(token, specHash)],
  ReopenSpec: [
    ({ fresh }) => ({ type: 'ReopenSpec', data: { ...base, reason: 'r', nextRevisionToken: fresh } }),
  ],
  OverrideBaseline: [
    () => ({ type: 'OverrideBaseline', data: { ...by, quarantined: [], mocks: [], why: 'w' } }),
  ],
  DecideTimeout: TIMEOUT_CHOICES.map(
    (choice) =>
      ({ fresh }) =>
        timeoutChoice(choice, fresh),
  ),
  ConfirmEscalation: [() => ({ type: 'ConfirmEscalation', data: by })],
  DeclineEscalation: [() => ({ type: 'DeclineEscalation', data: by })],
  ConfirmDeepFix: (['L1', 'L2', 'L3'] as const).map((modelClass) => () => ({
    type: 'ConfirmDeepFix',
    data: { ...by, modelClass },
  })),
  OpenIntervention: [() => ({ type: 'OpenIntervention', data: by })],
  ContinueRepair: [() => ({ type: 'ContinueRepair', data: by })],
  RunInterventionTests: [
    ({ fresh }) => ({
      type: 'RunInterventionTests',
      data: { ...by, executionId: fresh, patch: artifact('PATCH') },
    }),
  ],
  RetryStronger: (['L2', 'L3'] as const).map((modelClass) => () => ({
    type: 'RetryStronger',
    data: { ...by, modelClass },
  })),
  AbandonJob: [() => ({ type: 'AbandonJob', data: by })],
  CancelJob: [() => ({ type: 'CancelJob', data: by })],
  ForceTerminate: [() => ({ type: 'ForceTerminate', data: by })],
  AcceptDelivery: [() => ({ type: 'AcceptDelivery', data: { ...by, selection: 'ALL', unknown: [] } })],
  ApplyDelivery: [({ fresh }) => ({ type: 'ApplyDelivery', data: { ...by, executionId: fresh } })],
  RevertDelivery: [({ fresh }) => ({ type: 'RevertDelivery', data: { ...by, executionId: fresh } })],
  RecordScopeAnalysis: [() => ask.scope()],
  RecordProposals: [() => ask.proposals()],
  RefuseJob: [() => ask.refuse()],
  RecordSpecDraft: [({ fresh }) => ask.draft(fresh)],
  RecordTestPlan: [({ fresh }) => ask.plan(fresh)],
  StartAttempt: [() => ask.attempt()],
  RecordPatch: [({ attempt, fresh }) => ask.patch(attempt, fresh)],
  RecordPatchFailure: (['REFUSED', 'SCHEMA_VIOLATION'] as const).map(
    (kind) =>
      ({ attempt }) =>
        ask.patchFailure(attempt, kind),
  ),
  CompleteRecovery: [
    () => ({ type: 'CompleteRecovery', data: { ...base, partialPatch: null, restored: true } }),
  ],
  TimeOutEscalation: [() => ({ type: 'TimeOutEscalation', data: { jobId: JOB, at: far } })],
  TimeOutIntervention: [() => ({ type: 'TimeOutIntervention', data: { jobId: JOB, at: far } })],
  TimeOutStage: (['ANALYSE', 'SPECIFY', 'PLAN_TESTS', 'PATCH', 'RECOVER'] as const).map(
    (stage) =>
      ({ attempt }) =>
        ask.timeOutStage(stage, attempt),
  ),
  TimeOutExecution: [({ executionId, fresh }) => ask.timeOut(executionId, fresh)],
  ReportHeartbeatMissed: [() => ({ type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } })],
  ReportHeartbeatResumed: [() => ({ type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } })],
  ExpireGrace: [() => ({ type: 'ExpireGrace', data: { jobId: JOB, at: far, graceDeadlineAt: later(300) } })],
  ReportInfraFailure: [() => ({ type: 'ReportInfraFailure', data: { ...base, stage: 's', reason: 'r' } })],
  RecordFailedCall: [() => ask.failedCall()],
  ReportBudgetReached: [() => ({ type: 'ReportBudgetReached', data: base })],
  ClaimExecution: [({ executionId }) => ask.claim(executionId)],
  ReportExecution: reports.map(
    (outcome) =>
      ({ executionId }) =>
        ask.report(executionId, outcome),
  ),
};

/** Reports about another kind of work than was asked for are tried too, but would block most walks. */
export const fitReports = (seen: Seen): readonly Make[] =>
  reports.flatMap((outcome) =>
    outcome.kind === seen.kind ? [() => ask.report(seen.executionId, outcome)] : [],
  );
