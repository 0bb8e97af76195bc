import { bounded } from '../bounded.ts';
import type { AttachContext, RequestJob, StartJob } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { InStatus, JobState } from '../state.ts';
import { isEntitled } from '../waterfall.ts';

export const requestJob = ({ data }: RequestJob, state: JobState): JobEvent[] =>
  state.status === 'NONE'
    ? [{ type: 'JobRequested', data }]
    : reject('JOB_EXISTS', 'A job with this id exists already.', { jobId: data.jobId });

/** The job as long as it takes sources. */
export const expectContext = (state: JobState): InStatus<'PENDING'> =>
  expectStatus(state, { type: 'AttachContext' }, 'PENDING');

/** May be repeated until the start; the newest context counts, and the same one again changes nothing. */
export const attachContext = (command: AttachContext, state: JobState): JobEvent[] => {
  const { context } = expectContext(state);
  if (context?.artifact.artifactId === command.data.context.artifactId) return [];
  return [{ type: 'ContextAttached', data: command.data }];
};

/** Answers every gate before anything runs: context, consent (CONSENT), workspace (JOB-04), entitlement (BIL-02). */
export const startJob = (command: StartJob, state: JobState): JobEvent[] => {
  const pending = expectStatus(state, command, 'PENDING');
  const { consentAt, preflight, entitlement, fastTrack, preAuthorised, testMode, ...rest } = command.data;
  if (pending.context === null) return reject('CONTEXT_REQUIRED', 'Send the files of the project first.');
  if (consentAt === null)
    return reject('CONSENT_REQUIRED', 'Agree to the processing of your code before the job starts.');
  if (preflight === null)
    return reject('PREFLIGHT_REQUIRED', 'The state of the workspace must be known before the job starts.');
  if (preflight.dirtyPaths.length > 0 && preflight.choice !== 'SAFE_MODE')
    return reject(
      'DIRTY_WORKSPACE_CHOICE_REQUIRED',
      'Some files have changes that are not committed. Continue in safe mode (only a copy is worked on), or cancel.',
      { dirtyPaths: bounded(preflight.dirtyPaths).items, choices: ['SAFE_MODE', 'CANCEL'] },
    );
  if (fastTrack && !entitlement.fastTrack)
    return reject('ENTITLEMENT_DENIED', 'Fast-track is not part of this plan.', {
      tier: entitlement.tier,
      feature: 'fastTrack',
    });
  const denied = (preAuthorised ?? []).filter((modelClass) => !isEntitled(entitlement, modelClass));
  if (denied.length > 0)
    return reject('ENTITLEMENT_DENIED', 'A model class that you allow is not part of this plan.', {
      tier: entitlement.tier,
      modelClasses: denied,
    });
  const { items: dirtyPaths, rest: omitted } = bounded(preflight.dirtyPaths);
  return [
    {
      type: 'JobStarted',
      data: {
        ...rest,
        ownerId: pending.ownerId,
        consentAt,
        entitlement,
        preflight: { ...preflight, dirtyPaths, ...omitted },
        fastTrack,
        ...(preAuthorised === undefined ? {} : { preAuthorised }),
        ...(testMode === undefined ? {} : { testMode }),
      },
    },
  ];
};
