import { never } from '../../kernel/never.ts';
import type { JobEvent } from './events.ts';
import { evolveDelivery } from './evolve/delivery.ts';
import { evolveEscalation } from './evolve/escalation.ts';
import { evolveExecution } from './evolve/executions.ts';
import { evolveRepair } from './evolve/repair.ts';
import {
  change,
  freshCounters,
  isExecuting,
  isPlanned,
  isSpecified,
  isStarted,
  isTested,
  plannedOf,
  specifiedOf,
  startedOf,
} from './layers.ts';
import type { JobState, Specified, SpecRevision, Started, StateWith } from './state.ts';
import { type Coverage, type FailureClass, type KeptBaseline, toAcknowledge } from './values.ts';

const revisionOf = (data: SpecRevision): SpecRevision => ({
  revision: data.revision,
  revisionToken: data.revisionToken,
  specHash: data.specHash,
});

const withGrace = (state: StateWith<Started>, grace: Started['grace']): JobState =>
  change<StateWith<Started>>(state, { grace });

const fail = (state: JobState, failureClass: FailureClass): JobState =>
  state.status === 'NONE'
    ? state
    : {
        status: 'FAILED',
        jobId: state.jobId,
        ownerId: state.ownerId,
        goal: state.goal,
        failureClass,
        reported: 'reported' in state ? state.reported : [],
      };

/** Back to the approval of the specification: counters and fingerprint start anew (SPC-02). */
const toApproval = (state: JobState, spec: SpecRevision): JobState =>
  isSpecified(state)
    ? {
        ...specifiedOf(state),
        status: 'WAITING_SPEC_APPROVAL',
        spec,
        counters: freshCounters(state.counters.last, state.preAuthorised),
      }
    : state;

const draft = (state: JobState, spec: SpecRevision): JobState =>
  state.status === 'WAITING_STRATEGY' && state.chosen !== null
    ? {
        ...startedOf(state),
        status: 'WAITING_SPEC_APPROVAL',
        strategy: state.chosen.strategy,
        spec,
        counters: freshCounters(-1, state.preAuthorised),
      }
    : state;

/** The repair loop begins, guarded by what the baseline recorded but for the tests that were set aside. */
const guard = (
  state: JobState,
  baseline: KeptBaseline,
  {
    quarantined = [],
    coverage = null,
  }: Readonly<{ quarantined?: readonly string[]; coverage?: Coverage | null }>,
): JobState =>
  isPlanned(state)
    ? {
        ...plannedOf(state),
        status: 'REFACTORING',
        baseline,
        quarantined,
        uncovered: coverage === null ? 0 : toAcknowledge(state.mode, coverage),
        attempt: null,
        execution: null,
      }
    : state;

const step = (state: JobState, event: JobEvent): JobState => {
  switch (event.type) {
    case 'JobRequested': {
      const { jobId, ownerId, goal } = event.data;
      return { status: 'PENDING', jobId, ownerId, goal, context: null };
    }
    case 'ContextAttached': {
      const { context } = event.data;
      return state.status === 'PENDING' ? { ...state, context: { artifact: context } } : state;
    }
    case 'JobStarted': {
      if (state.status !== 'PENDING' || state.context === null) return state;
      return {
        status: 'ANALYZING',
        jobId: state.jobId,
        ownerId: state.ownerId,
        goal: state.goal,
        context: state.context,
        entitlement: event.data.entitlement,
        fastTrack: event.data.fastTrack,
        preAuthorised: event.data.preAuthorised ?? [],
        grace: null,
        infraTrouble: false,
        late: false,
        reported: [],
      };
    }
    case 'ScopeAnalysed':
      return isStarted(state) ? { ...startedOf(state), status: 'GENERATING_ANALYSIS_REPORT' } : state;
    case 'ProposalsGenerated':
      return isStarted(state)
        ? { ...startedOf(state), status: 'WAITING_STRATEGY', proposals: event.data.proposals, chosen: null }
        : state;
    case 'JobRefused':
      return fail(state, 'REFUSED');
    case 'ProposalSelected': {
      if (state.status !== 'WAITING_STRATEGY') return state;
      const chosen = state.proposals.find(({ proposalId }) => proposalId === event.data.proposalId) ?? null;
      return { ...state, chosen };
    }
    case 'SpecDrafted':
      return draft(state, revisionOf(event.data));
    case 'SpecRevised':
      return isSpecified(state)
        ? change<StateWith<Specified>>(state, { spec: revisionOf(event.data) })
        : state;
    case 'SpecApproved':
      return isSpecified(state) ? { ...specifiedOf(state), status: 'GENERATING_TESTS' } : state;
    case 'SpecReopened':
      return isSpecified(state)
        ? toApproval(state, { ...state.spec, revisionToken: event.data.revisionToken })
        : state;
    case 'SpecUpdatedDuringExecution':
      return toApproval(state, revisionOf(event.data));
    case 'TestPlanGenerated':
      return isSpecified(state)
        ? {
            ...specifiedOf(state),
            status: 'BASELINE_VALIDATION',
            plan: event.data.plan,
            mode: event.data.mode,
            execution: null,
          }
        : state;
    case 'BaselinePassed': {
      const { report, lockedHashes, tests, coverage } = event.data;
      return guard(state, { report, lockedHashes, tests }, { coverage });
    }
    case 'BaselineFailed': {
      const { report, lockedHashes = null, tests = 0, timedOut = null } = event.data;
      return isPlanned(state)
        ? {
            ...plannedOf(state),
            status: 'BASELINE_VALIDATION_FAILED',
            failed: { report, lockedHashes, tests },
            timedOut,
          }
        : state;
    }
    case 'BaselineRepeated':
      return isPlanned(state)
        ? { ...plannedOf(state), status: 'BASELINE_VALIDATION', execution: null }
        : state;
    case 'BaselineOverridden': {
      const { kept, quarantined } = event.data;
      // Who overrides a baseline says so already, with a reason.
      return guard(state, kept, { quarantined });
    }
    case 'AttemptStarted':
    case 'PatchGenerated':
    case 'PatchRejected':
    case 'TestsFailed':
    case 'AttemptsExhausted':
    case 'InterventionTriggered':
    case 'TestsRepeated':
    case 'DeepFixConfirmed':
    case 'InterventionOpened':
    case 'RepairContinued':
    case 'RecoveryCompleted':
    case 'RetriedStronger':
      return isTested(state) ? evolveRepair(state, event) : state;
    case 'EscalationRequested':
    case 'EscalationConfirmed':
    case 'EscalationDeclined':
      return evolveEscalation(state, event);
    case 'InterventionTimedOut':
      return fail(state, 'INTERVENTION_TIMEOUT');
    case 'JobAbandoned':
      return fail(state, 'ABANDONED');
    case 'JobCancelled':
    case 'ClientLost':
    case 'InfraFailed':
      return fail(state, event.data.failureClass);
    case 'ClientHeartbeatMissed':
      return isStarted(state) ? withGrace(state, { deadlineAt: event.data.graceDeadlineAt }) : state;
    case 'ClientHeartbeatResumed':
      return isStarted(state) ? withGrace(state, null) : state;
    case 'ExecutionRequested':
    case 'ExecutionClaimed':
    case 'ExecutionReported':
    case 'ExecutionTimedOut':
      return evolveExecution(state, event);
    case 'PatchEditsReported':
      return state;
    case 'StageTimedOut':
      return isStarted(state) ? change<StateWith<Started>>(state, { late: true }) : state;
    case 'ModelCalled': {
      if (!isStarted(state)) return state;
      const { outcome } = event.data.call;
      if (outcome === 'INFRA_FAILURE') return change<StateWith<Started>>(state, { infraTrouble: true });
      return outcome === 'SUCCESS' ? change<StateWith<Started>>(state, { infraTrouble: false }) : state;
    }
    case 'TestsPassed':
    case 'DeliveryAccepted':
    case 'DeliveryApplied':
    case 'DeliveryReverted':
    case 'RevertBlocked':
      return evolveDelivery(state, event);
    default:
      return never(event);
  }
};

/**
 * The state after one more event. A job that waits for a person needs no client, so its grace ends (JOB-05); other work
 * than before has its whole time (JOB-09).
 */
export const evolve = (state: JobState, event: JobEvent): JobState => {
  const next = step(state, event);
  if (!isStarted(next)) return next;
  const grace = isExecuting(next) ? next.grace : null;
  const late = next.late && next.status === state.status && event.type !== 'AttemptStarted';
  return grace === next.grace && late === next.late
    ? next
    : change<StateWith<Started>>(next, { grace, late });
};
