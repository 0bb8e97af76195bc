import { never } from '../../../domain/kernel/never.ts';
import type { ClientHeartbeatReceived } from '../../../domain/refactoring/client/heartbeat.ts';
import type { JobEvent } from '../../../domain/refactoring/job/events.ts';
import type {
  ArtifactRef,
  Condition,
  ModelClass,
  Proposal,
  ResumedStatus,
  Specification,
  TestMode,
} from '../../../domain/refactoring/job/values.ts';
import type { Assignment, PastAttempt } from '../effects.ts';

/** Events that tell nothing to the process are left out, so that it is not woken for them. */
export type ProcessEvent =
  | Exclude<
      JobEvent,
      {
        type:
          | 'ModelCalled'
          | 'PatchEditsReported'
          | 'DeliveryAccepted'
          | 'DeliveryApplied'
          | 'DeliveryReverted'
          | 'RevertBlocked';
      }
    >
  | ClientHeartbeatReceived;

/** What is to be done next by our side; kept, so that it can be asked for again after a grace (JOB-05). */
export type Work =
  | Readonly<{ kind: 'START_ATTEMPT' }>
  | Readonly<{ kind: 'ANALYSE' | 'SPECIFY' | 'PLAN_TESTS' | 'RECOVER' }>
  | Readonly<{ kind: 'PATCH'; attempt: number; modelClass: ModelClass }>;

/** Where the job is, as far as clients matter: EXECUTING needs a heartbeat, PARKED waits for a person (JOB-05). */
export type Mode = 'NEW' | 'EXECUTING' | 'PARKED' | 'INTERVENING' | 'ENDED';

export type JobProcessState = Readonly<{
  mode: Mode;
  grace: boolean;
  work: Work | null;
  goal: Assignment['goal'];
  goalText: string;
  entitlement: Assignment['entitlement'] | null;
  context: ArtifactRef | null;
  /** The person's choice of how tests are made; null: as the code lets them be made. */
  testMode: TestMode | null;
  analysis: ArtifactRef | null;
  proposals: readonly Proposal[];
  proposal: Proposal | null;
  /** Conditions of the proposal, which the person accepted. */
  accepted: readonly Condition[];
  specification: Specification | null;
  /** Attempts of the running cycle; a new cycle learns nothing from the old one. */
  past: readonly PastAttempt[];
  /** What the person's machine was asked for last. */
  execution: Readonly<{ executionId: string; timeoutSeconds: number }> | null;
}>;

export const initialState = (): JobProcessState => ({
  mode: 'NEW',
  grace: false,
  work: null,
  goal: 'FREE_TEXT',
  goalText: '',
  entitlement: null,
  context: null,
  testMode: null,
  analysis: null,
  proposals: [],
  proposal: null,
  accepted: [],
  specification: null,
  past: [],
  execution: null,
});

const executing = (state: JobProcessState, work: Work | null): JobProcessState => ({
  ...state,
  mode: 'EXECUTING',
  work,
});
/** A job that waits for a person needs no client: its grace ends. */
const parked = (state: JobProcessState, mode: 'PARKED' | 'INTERVENING' = 'PARKED'): JobProcessState => ({
  ...state,
  mode,
  grace: false,
  work: null,
});
const ended = (state: JobProcessState): JobProcessState => ({
  ...state,
  mode: 'ENDED',
  grace: false,
  work: null,
});

/** What a job asks for that may spend more, by where it goes on. */
const WORK_OF: Readonly<Record<ResumedStatus, Work>> = {
  ANALYZING: { kind: 'ANALYSE' },
  GENERATING_ANALYSIS_REPORT: { kind: 'ANALYSE' },
  WAITING_STRATEGY: { kind: 'SPECIFY' },
  GENERATING_TESTS: { kind: 'PLAN_TESTS' },
  REFACTORING: { kind: 'START_ATTEMPT' },
};

/** The record of an attempt with something added; a new record where the attempt is not known yet. */
const noted = (
  past: readonly PastAttempt[],
  attempt: number,
  change: Partial<PastAttempt>,
): readonly PastAttempt[] => {
  const known = past.find((one) => one.attempt === attempt);
  const fresh: PastAttempt = { attempt, modelClass: 'L0', patch: null, report: null, rejection: null };
  return [...past.filter((one) => one !== known), { ...(known ?? fresh), ...change }];
};

export const evolve = (state: JobProcessState, event: ProcessEvent): JobProcessState => {
  switch (event.type) {
    case 'JobRequested':
      return { ...state, goal: event.data.goal, goalText: event.data.goalText, mode: 'PARKED' };
    case 'ContextAttached':
      return { ...state, context: event.data.context };
    case 'JobStarted': {
      const { entitlement, testMode = null } = event.data;
      return executing({ ...state, entitlement, testMode }, { kind: 'ANALYSE' });
    }
    case 'ProposalsGenerated': {
      const { analysis, proposals } = event.data;
      return parked({ ...state, analysis, proposals });
    }
    case 'ProposalSelected': {
      const proposal = state.proposals.find(({ proposalId }) => proposalId === event.data.proposalId);
      // The other two have served.
      const { accepted = [] } = event.data;
      return { ...state, proposals: [], proposal: proposal ?? null, accepted, work: { kind: 'SPECIFY' } };
    }
    case 'SpecDrafted':
    case 'SpecRevised':
    case 'SpecUpdatedDuringExecution':
      return parked({ ...state, specification: event.data.specification, past: [] });
    case 'SpecReopened':
      return parked({ ...state, past: [] });
    case 'SpecApproved':
      return executing(state, { kind: 'PLAN_TESTS' });
    case 'TestPlanGenerated':
      return { ...state, work: null };
    case 'BaselinePassed':
    case 'BaselineOverridden':
    case 'RepairContinued':
    case 'RetriedStronger':
      return executing(state, { kind: 'START_ATTEMPT' });
    case 'EscalationConfirmed': {
      const { resumes } = event.data;
      const resumed = executing(state, WORK_OF[resumes]);
      return resumes === 'WAITING_STRATEGY' ? { ...resumed, mode: 'PARKED' } : resumed;
    }
    case 'AttemptStarted': {
      const { attempt, modelClass } = event.data;
      const past = noted(state.past, attempt, { modelClass });
      return executing({ ...state, past }, { kind: 'PATCH', attempt, modelClass });
    }
    case 'PatchGenerated': {
      const { attempt, patch } = event.data;
      return { ...state, work: null, past: noted(state.past, attempt, { patch }) };
    }
    case 'TestsFailed':
    case 'PatchRejected': {
      // A try of the person is no attempt of the repair loop.
      if (state.mode === 'INTERVENING') return state;
      const change =
        event.type === 'TestsFailed' ? { report: event.data.report } : { rejection: event.data.reason };
      const past = noted(state.past, event.data.attempt, change);
      return executing({ ...state, past }, { kind: 'START_ATTEMPT' });
    }
    case 'DeepFixConfirmed':
      return executing({ ...state, past: [] }, null);
    // The machine of the person is at work, with what was made before.
    case 'BaselineRepeated':
    case 'TestsRepeated':
      return executing(state, null);
    case 'AttemptsExhausted':
    case 'EscalationDeclined':
      return executing(state, { kind: 'RECOVER' });
    case 'BaselineFailed':
    case 'EscalationRequested':
    case 'InterventionTriggered':
    case 'RecoveryCompleted':
    case 'TestsPassed':
      return parked(state);
    case 'InterventionOpened':
      return parked(state, 'INTERVENING');
    case 'ClientHeartbeatMissed':
      return { ...state, grace: true };
    case 'ClientHeartbeatResumed':
      return { ...state, grace: false };
    case 'JobRefused':
    case 'InterventionTimedOut':
    case 'JobAbandoned':
    case 'JobCancelled':
    case 'ClientLost':
    case 'InfraFailed':
      return ended(state);
    case 'ExecutionRequested': {
      const { executionId, timeoutSeconds } = event.data;
      return { ...state, execution: { executionId, timeoutSeconds } };
    }
    case 'ExecutionReported':
    case 'ExecutionTimedOut':
      return { ...state, execution: null };
    case 'ScopeAnalysed':
    case 'StageTimedOut':
    case 'ExecutionClaimed':
    case 'ClientHeartbeatReceived':
      return state;
    default:
      return never(event);
  }
};
