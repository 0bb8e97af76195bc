import { bounded } from '../bounded.ts';
import type { RecordProposals, RecordScopeAnalysis, RefuseJob, SelectProposal } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { JobState } from '../state.ts';
import type { Proposal } from '../values.ts';
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

/** Three of them stand in one event, each with three lists. */
const PROPOSAL_LIST_CHARS = 8_000;

const fitting = (proposal: Proposal): Proposal => {
  const { items: filesTouched, rest } = bounded(proposal.filesTouched, PROPOSAL_LIST_CHARS);
  const { items: breakingSurface } = bounded(proposal.breakingSurface, PROPOSAL_LIST_CHARS);
  const { items: dependencyCompatibility } = bounded(proposal.dependencyCompatibility, PROPOSAL_LIST_CHARS);
  return { ...proposal, filesTouched, breakingSurface, dependencyCompatibility, ...rest };
};

export const recordProposals = (command: RecordProposals, state: JobState): JobEvent[] => {
  const { ownerId } = expectStatus(state, command, 'ANALYZING', 'GENERATING_ANALYSIS_REPORT');
  const { call, ...data } = command.data;
  const proposals = data.proposals.map(fitting);
  return [modelCalled(command, ownerId, call), { type: 'ProposalsGenerated', data: { ...data, proposals } }];
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
  const { items: reasons, rest } = bounded(data.reasons);
  return [modelCalled(command, ownerId, call), { type: 'JobRefused', data: { ...data, reasons, ...rest } }];
};

/** No plan and no setting accepts a condition in the name of the person: each is named in the command itself. */
export const selectProposal = (command: SelectProposal, state: JobState): JobEvent[] => {
  const { proposals, chosen } = expectStatus(state, command, 'WAITING_STRATEGY');
  const { jobId, at, proposalId, accepted = [] } = command.data;
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
  const { strategy, conditions = [] } = proposal;
  const open = conditions.filter((condition) => !accepted.includes(condition));
  if (open.length > 0)
    return reject('CONDITION_NOT_ACCEPTED', 'Accept the conditions of this proposal, or choose another.', {
      proposalId,
      conditions: open,
    });
  const taken = conditions.length === 0 ? {} : { accepted: conditions };
  return [{ type: 'ProposalSelected', data: { jobId, at, proposalId, strategy, ...taken } }];
};
