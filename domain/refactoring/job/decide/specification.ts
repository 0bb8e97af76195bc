import type { ApproveSpec, RecordSpecDraft, ReopenSpec, ReviseSpec } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { JobState, SpecRevision } from '../state.ts';
import { modelCalled } from './model-called.ts';

/** SPC-02: who writes must have seen the newest revision. */
const expectToken = (spec: SpecRevision, revisionToken: string): void => {
  if (spec.revisionToken !== revisionToken)
    reject('SPEC_REVISION_CONFLICT', 'The specification has changed since you read it.', { current: spec });
};

/** Fast-track approves at once; the approval is recorded like any other (SPC-03). */
export const recordSpecDraft = (command: RecordSpecDraft, state: JobState): JobEvent[] => {
  const { chosen, ownerId, fastTrack } = expectStatus(state, command, 'WAITING_STRATEGY');
  if (chosen === null) return reject('PROPOSAL_NOT_SELECTED', 'No proposal has been chosen yet.');
  const { call, ...draft } = command.data;
  const { jobId, at, specHash } = draft;
  const revision = 1;
  const drafted: JobEvent[] = [
    modelCalled(command, ownerId, call),
    { type: 'SpecDrafted', data: { ...draft, revision } },
  ];
  return fastTrack
    ? [...drafted, { type: 'SpecApproved', data: { jobId, at, revision, specHash, implicit: true } }]
    : drafted;
};

/** While the job executes, a new revision stops the work in flight and asks for approval again. */
export const reviseSpec = (command: ReviseSpec, state: JobState): JobEvent[] => {
  const { status, spec } = expectStatus(
    state,
    command,
    'WAITING_SPEC_APPROVAL',
    'GENERATING_TESTS',
    'BASELINE_VALIDATION',
    'REFACTORING',
    'DEEP_FIX_ACTIVE',
    'RECOVERY_PENDING',
  );
  const { jobId, at, revisionToken, nextRevisionToken, specification, specHash } = command.data;
  expectToken(spec, revisionToken);
  return [
    {
      type: status === 'WAITING_SPEC_APPROVAL' ? 'SpecRevised' : 'SpecUpdatedDuringExecution',
      data: {
        jobId,
        at,
        revision: spec.revision + 1,
        revisionToken: nextRevisionToken,
        specHash,
        specification,
      },
    },
  ];
};

/** Binds the approval to what was shown: token and hash must both be the current ones. */
export const approveSpec = (command: ApproveSpec, state: JobState): JobEvent[] => {
  const { spec } = expectStatus(state, command, 'WAITING_SPEC_APPROVAL');
  const { jobId, at, revisionToken, specHash } = command.data;
  expectToken(spec, revisionToken);
  if (spec.specHash !== specHash)
    return reject('SPEC_HASH_MISMATCH', 'The approval is for another text than the current one.', {
      current: spec,
    });
  return [{ type: 'SpecApproved', data: { jobId, at, revision: spec.revision, specHash, implicit: false } }];
};

export const reopenSpec = (command: ReopenSpec, state: JobState): JobEvent[] => {
  expectStatus(state, command, 'BASELINE_VALIDATION_FAILED', 'FALLBACK_REQUIRED');
  const { jobId, at, reason, nextRevisionToken } = command.data;
  return [{ type: 'SpecReopened', data: { jobId, at, reason, revisionToken: nextRevisionToken } }];
};
