import type { JobCommand } from '../../../../domain/refactoring/job/commands.ts';
import type { ContextAttached, JobEvent, ModelCalled } from '../../../../domain/refactoring/job/events.ts';
import type { JobState } from '../../../../domain/refactoring/job/job.ts';
import { reportOf } from './job-report-source.ts';
import { among, type Found, known, NOT_KEPT, type Sources, unknown, type Written } from './source.ts';

type Job = Written<JobState, JobEvent>;
type Asked = Found<JobCommand>;

const ALONE = unknown('a model was called and nothing was written with it: no command of today does that');

/** The execution that was asked for along with it. */
const askedWith = ({ rest }: Job): string => among(rest, 'ExecutionRequested')?.executionId ?? NOT_KEPT;

const CAME_TO_NOTHING: ReadonlySet<string> = new Set([
  'INFRA_FAILURE',
  'REFUSED',
  'STOPPED',
  'HALTED',
  'LOST',
]);

/** A model was called; what it led to stands beside it. */
const answered = ({ data: { jobId, at, call } }: ModelCalled, written: Job): Asked => {
  const { rest } = written;
  if (rest.length === 1 && CAME_TO_NOTHING.has(call.outcome))
    return known({ type: 'RecordFailedCall', data: { jobId, at, call } });
  const proposals = among(rest, 'ProposalsGenerated');
  if (proposals !== null) return known({ type: 'RecordProposals', data: { ...proposals, call } });
  const refused = among(rest, 'JobRefused');
  if (refused !== null) return known({ type: 'RefuseJob', data: { ...refused, call } });
  const drafted = among(rest, 'SpecDrafted');
  if (drafted !== null) {
    const { revision: _revision, ...draft } = drafted;
    return known({ type: 'RecordSpecDraft', data: { ...draft, call } });
  }
  const executionId = askedWith(written);
  const plan = among(rest, 'TestPlanGenerated');
  if (plan !== null) return known({ type: 'RecordTestPlan', data: { ...plan, call, executionId } });
  const patch = among(rest, 'PatchGenerated');
  if (patch !== null) {
    const { modelClass: _modelClass, ...made } = patch;
    return known({ type: 'RecordPatch', data: { ...made, call, executionId } });
  }
  const rejected = among(rest, 'PatchRejected');
  if (rejected !== null) {
    const { attempt, failureClass, reason } = rejected;
    return failureClass === 'REFUSED' || failureClass === 'SCHEMA_VIOLATION'
      ? known({ type: 'RecordPatchFailure', data: { jobId, at, call, attempt, failureClass, reason } })
      : ALONE;
  }
  const failed = among(rest, 'InfraFailed');
  if (failed === null) return ALONE;
  const { failureClass: _failureClass, ...failure } = failed;
  return known({ type: 'ReportInfraFailure', data: { ...failure, call } });
};

const attached = ({ data: { baseManifest, ...rest } }: ContextAttached): Asked =>
  baseManifest === null
    ? unknown('the event is older than manifests')
    : known({ type: 'AttachContext', data: { ...rest, baseManifest } });

/** The newest token, which whoever wrote or approved must have shown. */
const tokenOf = (state: JobState): string => ('spec' in state ? state.spec.revisionToken : NOT_KEPT);

const attemptOf = (state: JobState): number | null =>
  'attempt' in state && typeof state.attempt === 'object' ? (state.attempt?.number ?? null) : null;

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** The job: what a person sent, what reactors reported, and what ran out of time. */
export const JOB_SOURCES: Sources<JobState, JobCommand, JobEvent> = {
  JobRequested: ({ data }) => known({ type: 'RequestJob', data }),
  ContextAttached: attached,
  JobStarted: ({ data: { ownerId: _ownerId, ...data } }) => known({ type: 'StartJob', data }),
  ScopeAnalysed: ({ data }) => known({ type: 'RecordScopeAnalysis', data }),
  ModelCalled: answered,
  ProposalsGenerated: 'FOLLOWS',
  // A refusal follows the call that led to it; alone it stands where the job was to spend no more, in older logs unasked.
  JobRefused: ({ data: { jobId, at }, metadata }, { state }) =>
    state.status === 'WAITING_ESCALATION_DECISION'
      ? known({ type: 'DeclineEscalation', data: { jobId, at, by: metadata.actor.id } })
      : known({ type: 'ReportBudgetReached', data: { jobId, at } }),
  ProposalSelected: ({ data: { strategy: _strategy, ...data } }) => known({ type: 'SelectProposal', data }),
  SpecDrafted: 'FOLLOWS',
  SpecRevised: ({ data: { revision: _revision, revisionToken: nextRevisionToken, ...data } }, { state }) =>
    known({ type: 'ReviseSpec', data: { ...data, nextRevisionToken, revisionToken: tokenOf(state) } }),
  SpecUpdatedDuringExecution: (
    { data: { revision: _revision, revisionToken: nextRevisionToken, ...data } },
    { state },
  ) => known({ type: 'ReviseSpec', data: { ...data, nextRevisionToken, revisionToken: tokenOf(state) } }),
  SpecApproved: ({ data: { jobId, at, specHash } }, { state }) =>
    known({ type: 'ApproveSpec', data: { jobId, at, specHash, revisionToken: tokenOf(state) } }),
  SpecReopened: ({ data: { revisionToken: nextRevisionToken, ...data } }) =>
    known({ type: 'ReopenSpec', data: { ...data, nextRevisionToken } }),
  TestPlanGenerated: 'FOLLOWS',
  BaselinePassed: 'FOLLOWS',
  BaselineFailed: 'FOLLOWS',
  BaselineRepeated: ({ data: { jobId, at, by } }, written) =>
    known({
      type: 'DecideTimeout',
      data: { jobId, at, by, choice: 'increase_timeout', executionId: askedWith(written) },
    }),
  // Going on after a time-out writes the same event, with reasons of its own.
  BaselineOverridden: ({ data: { kept: _kept, ...data } }) => known({ type: 'OverrideBaseline', data }),
  AttemptStarted: ({ data: { jobId, at } }) => known({ type: 'StartAttempt', data: { jobId, at } }),
  PatchGenerated: 'FOLLOWS',
  PatchRejected: 'FOLLOWS',
  TestsPassed: 'FOLLOWS',
  TestsFailed: 'FOLLOWS',
  AttemptsExhausted: ({ data: { jobId, at } }) => known({ type: 'StartAttempt', data: { jobId, at } }),
  PatchEditsReported: 'FOLLOWS',
  EscalationRequested: ({ data: { jobId, at, reason } }) =>
    known({ type: reason === 'BUDGET' ? 'ReportBudgetReached' : 'StartAttempt', data: { jobId, at } }),
  EscalationConfirmed: ({ data: { jobId, at, by } }) =>
    known({ type: 'ConfirmEscalation', data: { jobId, at, by } }),
  EscalationDeclined: ({ data: { jobId, at, by, timedOut } }) =>
    timedOut
      ? known({ type: 'TimeOutEscalation', data: { jobId, at } })
      : known({ type: 'DeclineEscalation', data: { jobId, at, by } }),
  InterventionTriggered: 'FOLLOWS',
  TestsRepeated: ({ data: { jobId, at, by, choice } }, written) =>
    known({ type: 'DecideTimeout', data: { jobId, at, by, choice, executionId: askedWith(written) } }),
  InterventionTimedOut: ({ data: { jobId, at } }) =>
    known({ type: 'TimeOutIntervention', data: { jobId, at } }),
  DeepFixConfirmed: ({ data }) => known({ type: 'ConfirmDeepFix', data }),
  InterventionOpened: ({ data }) => known({ type: 'OpenIntervention', data }),
  RepairContinued: ({ data }) => known({ type: 'ContinueRepair', data }),
  RecoveryCompleted: ({ data }) => known({ type: 'CompleteRecovery', data }),
  RetriedStronger: ({ data }) => known({ type: 'RetryStronger', data }),
  JobAbandoned: ({ data }) => known({ type: 'AbandonJob', data }),
  JobCancelled: ({ data: { failureClass: _failureClass, forced, ...data } }) =>
    known(
      forced
        ? { type: 'ForceTerminate', data: { jobId: data.jobId, at: data.at, by: data.by } }
        : { type: 'CancelJob', data },
    ),
  ClientHeartbeatMissed: ({ data: { graceDeadlineAt, ...data } }) =>
    known({
      type: 'ReportHeartbeatMissed',
      data: { ...data, graceSeconds: secondsBetween(data.at, graceDeadlineAt) },
    }),
  ClientHeartbeatResumed: ({ data }) => known({ type: 'ReportHeartbeatResumed', data }),
  ClientLost: ({ data: { failureClass: _failureClass, ...data } }) => known({ type: 'ExpireGrace', data }),
  InfraFailed: ({ data: { failureClass: _failureClass, ...data } }, { state }) =>
    data.code === 'STAGE_TIMEOUT' ? timedOut(data, state) : known({ type: 'ReportInfraFailure', data }),
  StageTimedOut: ({ data }) => known({ type: 'TimeOutStage', data }),
  ExecutionRequested: ({ data, metadata }) => {
    const { jobId, at, executionId } = data;
    const asked = { jobId, at, executionId, by: metadata.actor.id };
    switch (data.kind) {
      case 'BASELINE':
        return unknown('no command of today asks for a baseline alone');
      case 'TEST': {
        const patch = data.artifacts.find(({ kind }) => kind === 'PATCH');
        return patch === undefined
          ? unknown('the patch that was tested is not named')
          : known({ type: 'RunInterventionTests', data: { ...asked, patch } });
      }
      case 'APPLY': {
        const waiver = data.retest === 'WAIVED' ? { waiveRetest: true } : {};
        return known({ type: 'ApplyDelivery', data: { ...asked, ...waiver } });
      }
      case 'REVERT':
        return known({ type: 'RevertDelivery', data: asked });
    }
  },
  ExecutionClaimed: ({ data }) => known({ type: 'ClaimExecution', data }),
  ExecutionReported: reportOf,
  ExecutionTimedOut: ({ data: { jobId, at, executionId } }, written) =>
    known({
      type: 'TimeOutExecution',
      data: { jobId, at, executionId, retryExecutionId: askedWith(written) },
    }),
  // What is selected was looked up in the delivered content, and was there.
  DeliveryAccepted: ({ data }) => known({ type: 'AcceptDelivery', data: { ...data, unknown: [] } }),
  DeliveryApplied: 'FOLLOWS',
  DeliveryReverted: 'FOLLOWS',
  RevertBlocked: 'FOLLOWS',
};

const STAGES = ['ANALYSE', 'SPECIFY', 'PLAN_TESTS', 'PATCH', 'RECOVER'] as const;

const timedOut = (
  { jobId, at, stage: name }: Readonly<{ jobId: string; at: string; stage: string }>,
  state: JobState,
): Asked => {
  const stage = STAGES.find((each) => each === name);
  return stage === undefined
    ? unknown('no command of today knows the stage that took too long')
    : known({ type: 'TimeOutStage', data: { jobId, at, stage, attempt: attemptOf(state) } });
};
