import { systemCommand } from './job-command.ts';
import { recordFailedCall } from './record-failed-call.ts';
import { timeOutStage } from './time-out-stage.ts';

/**
 * Commands that nobody sends over HTTP: they have no schema, route or access rule of their own, so they share this file; each
 * but one is decided on the job's stream like any other.
 */
export const systemCommands = {
  // The answers of reactors: analysis, specification, tests, patches, recovery.
  RecordScopeAnalysis: systemCommand('RecordScopeAnalysis'),
  RecordProposals: systemCommand('RecordProposals'),
  RefuseJob: systemCommand('RefuseJob'),
  RecordSpecDraft: systemCommand('RecordSpecDraft'),
  RecordTestPlan: systemCommand('RecordTestPlan'),
  RecordPatch: systemCommand('RecordPatch'),
  RecordPatchFailure: systemCommand('RecordPatchFailure'),
  CompleteRecovery: systemCommand('CompleteRecovery'),
  ReportInfraFailure: systemCommand('ReportInfraFailure'),
  // A call of the router that came to nothing.
  RecordFailedCall: recordFailedCall,
  // The steps and deadlines of the job process.
  StartAttempt: systemCommand('StartAttempt'),
  ReportBudgetReached: systemCommand('ReportBudgetReached'),
  TimeOutEscalation: systemCommand('TimeOutEscalation'),
  TimeOutIntervention: systemCommand('TimeOutIntervention'),
  TimeOutStage: timeOutStage,
  TimeOutExecution: systemCommand('TimeOutExecution'),
  ReportHeartbeatMissed: systemCommand('ReportHeartbeatMissed'),
  ReportHeartbeatResumed: systemCommand('ReportHeartbeatResumed'),
  ExpireGrace: systemCommand('ExpireGrace'),
} as const;
