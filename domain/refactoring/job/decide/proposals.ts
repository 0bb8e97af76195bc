import type { RecordProposals, RecordScopeAnalysis, RefuseJob, SelectProposal } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { JobState } from '../state.ts';
import { modelCalled } from './model-called.ts';

/** The management report exists for ENTERPRISE only (SPC-04). */
export const recordScopeAnalysis = (command: RecordScopeAnalysis, state: JobState): JobEvent[] => {
  const { entitlement } = expectStatus(state, command, 'ANALYZING');
  if (entitlement.tier !== 'ENTERPRISE')
    return reject('ENTITLEMENT_DENIED', 'The analysis report is not part of this plan.', {
      tier: entitlement.tier,
      feature: 'analysisReport',
    });
  return [{ type: 'ScopeAnalysed', data: command.data }];
};

export const recordProposals = (command: RecordProposals, state: JobState): JobEvent[] => {
  const { ownerId } = expectStatus(state, command, 'ANALYZING', 'GENERATING_ANALYSIS_REPORT');
  const { call, ...data } = command.data;
  return [modelCalled(command, ownerId, call), { type: 'ProposalsGenerated', data }];
};

/** The code was read and nothing can be done safely, or nothing can be proven by tests. */
export const refuseJob = (command: RefuseJob, state: JobState): JobEvent[] => {
  const { ownerId } = expectStatus(
    state,
    command,
    'ANALYZING',
    'GENERATING_ANALYSIS_REPORT',
    'GENERATING_TESTS',
  );
  const { call, ...data } = command.data;
  return [modelCalled(command, ownerId, call), { type: 'JobRefused', data }];
};

export const selectProposal = (command: SelectProposal, state: JobState): JobEvent[] => {
  const { proposals, chosen } = expectStatus(state, command, 'WAITING_STRATEGY');
  const { jobId, at, proposalId } = command.data;
  const proposal = proposals.find((candidate) => candidate.proposalId === proposalId);
  if (proposal === undefined)
    return reject('PROPOSAL_NOT_FOUND', 'There is no such proposal.', {
      proposalId,
      proposals: proposals.map((candidate) => candidate.proposalId),
    });
  if (chosen?.proposalId === proposalId) return [];
  if (chosen !== null)
    return reject('PROPOSAL_ALREADY_SELECTED', 'Another proposal was chosen already.', {
      proposalId: chosen.proposalId,
    });
  return [{ type: 'ProposalSelected', data: { jobId, at, proposalId, strategy: proposal.strategy } }];
};
