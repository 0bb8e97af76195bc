import { never } from '../../kernel/never.ts';
import type { JobCommand } from './commands.ts';
import { recordPatch, recordPatchFailure, startAttempt } from './decide/attempts.ts';
import { acceptDelivery, applyDelivery, revertDelivery } from './decide/delivery.ts';
import {
  abandonJob,
  cancelJob,
  expireGrace,
  forceTerminate,
  missHeartbeat,
  recordFailedCall,
  reportInfraFailure,
  resumeHeartbeat,
} from './decide/ends.ts';
import { claimExecution, timeOutExecution } from './decide/executions.ts';
import {
  completeRecovery,
  confirmDeepFix,
  confirmEscalation,
  continueRepair,
  declineEscalation,
  openIntervention,
  reportBudgetReached,
  retryStronger,
  runInterventionTests,
  timeOutEscalation,
  timeOutIntervention,
} from './decide/gates.ts';
import { recordProposals, recordScopeAnalysis, refuseJob, selectProposal } from './decide/proposals.ts';
import { reportExecution } from './decide/reports.ts';
import { attachContext, requestJob, startJob } from './decide/setup.ts';
import { approveSpec, recordSpecDraft, reopenSpec, reviseSpec } from './decide/specification.ts';
import { timeOutStage } from './decide/stages.ts';
import { overrideBaseline, recordTestPlan } from './decide/tests.ts';
import { decideTimeout } from './decide/timeouts.ts';
import type { JobEvent } from './events.ts';
import type { JobState } from './state.ts';

/** What a command makes happen; throws `Rejection` (codes: `rejections.ts`). The rules stand in `decide/`, by phase. */
export const decide = (command: JobCommand, state: JobState): JobEvent[] => {
  switch (command.type) {
    case 'RequestJob':
      return requestJob(command, state);
    case 'AttachContext':
      return attachContext(command, state);
    case 'StartJob':
      return startJob(command, state);
    case 'RecordScopeAnalysis':
      return recordScopeAnalysis(command, state);
    case 'RecordProposals':
      return recordProposals(command, state);
    case 'RefuseJob':
      return refuseJob(command, state);
    case 'SelectProposal':
      return selectProposal(command, state);
    case 'RecordSpecDraft':
      return recordSpecDraft(command, state);
    case 'ReviseSpec':
      return reviseSpec(command, state);
    case 'ApproveSpec':
      return approveSpec(command, state);
    case 'ReopenSpec':
      return reopenSpec(command, state);
    case 'RecordTestPlan':
      return recordTestPlan(command, state);
    case 'OverrideBaseline':
      return overrideBaseline(command, state);
    case 'DecideTimeout':
      return decideTimeout(command, state);
    case 'StartAttempt':
      return startAttempt(command, state);
    case 'RecordPatch':
      return recordPatch(command, state);
    case 'RecordPatchFailure':
      return recordPatchFailure(command, state);
    case 'ReportBudgetReached':
      return reportBudgetReached(command, state);
    case 'ConfirmEscalation':
      return confirmEscalation(command, state);
    case 'DeclineEscalation':
      return declineEscalation(command, state);
    case 'TimeOutEscalation':
      return timeOutEscalation(command, state);
    case 'ConfirmDeepFix':
      return confirmDeepFix(command, state);
    case 'OpenIntervention':
      return openIntervention(command, state);
    case 'RunInterventionTests':
      return runInterventionTests(command, state);
    case 'ContinueRepair':
      return continueRepair(command, state);
    case 'TimeOutIntervention':
      return timeOutIntervention(command, state);
    case 'RetryStronger':
      return retryStronger(command, state);
    case 'CompleteRecovery':
      return completeRecovery(command, state);
    case 'ClaimExecution':
      return claimExecution(command, state);
    case 'ReportExecution':
      return reportExecution(command, state);
    case 'TimeOutExecution':
      return timeOutExecution(command, state);
    case 'TimeOutStage':
      return timeOutStage(command, state);
    case 'AcceptDelivery':
      return acceptDelivery(command, state);
    case 'ApplyDelivery':
      return applyDelivery(command, state);
    case 'RevertDelivery':
      return revertDelivery(command, state);
    case 'AbandonJob':
      return abandonJob(command, state);
    case 'CancelJob':
      return cancelJob(command, state);
    case 'ForceTerminate':
      return forceTerminate(command, state);
    case 'ReportHeartbeatMissed':
      return missHeartbeat(command, state);
    case 'ReportHeartbeatResumed':
      return resumeHeartbeat(command, state);
    case 'ExpireGrace':
      return expireGrace(command, state);
    case 'ReportInfraFailure':
      return reportInfraFailure(command, state);
    case 'RecordFailedCall':
      return recordFailedCall(command, state);
    default:
      return never(command);
  }
};
