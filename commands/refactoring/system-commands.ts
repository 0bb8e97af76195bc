import { systemCommand } from './job-command.ts';

/**
 * Commands of the job process and its reactors. They have no schema, route or access rule of their own, so they share
 * this file; each is decided on the job's stream like any other.
 */
export const recordScopeAnalysis = systemCommand('RecordScopeAnalysis');
export const recordProposals = systemCommand('RecordProposals');
export const refuseJob = systemCommand('RefuseJob');
export const recordSpecDraft = systemCommand('RecordSpecDraft');
export const recordTestPlan = systemCommand('RecordTestPlan');
export const startAttempt = systemCommand('StartAttempt');
export const recordPatch = systemCommand('RecordPatch');
export const recordPatchFailure = systemCommand('RecordPatchFailure');
export const completeRecovery = systemCommand('CompleteRecovery');
export const reportBudgetReached = systemCommand('ReportBudgetReached');
export const timeOutEscalation = systemCommand('TimeOutEscalation');
export const timeOutIntervention = systemCommand('TimeOutIntervention');
export const timeOutExecution = systemCommand('TimeOutExecution');
export const reportHeartbeatMissed = systemCommand('ReportHeartbeatMissed');
export const reportHeartbeatResumed = systemCommand('ReportHeartbeatResumed');
export const expireGrace = systemCommand('ExpireGrace');
export const reportInfraFailure = systemCommand('ReportInfraFailure');
