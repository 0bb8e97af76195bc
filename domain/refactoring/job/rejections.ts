import type { Json } from '../../kernel/message.ts';
import { Rejection } from '../../kernel/rejection.ts';
import type { JobCommand } from './commands.ts';
import type { InStatus, JobState } from './state.ts';

/** Every code that the job rejects with, and what kind of refusal it is; the HTTP status follows from the kind. */
export const JOB_REJECTIONS = {
  JOB_NOT_FOUND: 'NOT_FOUND',
  JOB_EXISTS: 'CONFLICT',
  JOB_ENDED: 'CONFLICT',
  JOB_STATE_CONFLICT: 'CONFLICT',
  CONTEXT_REQUIRED: 'CONFLICT',
  CONSENT_REQUIRED: 'FORBIDDEN',
  PREFLIGHT_REQUIRED: 'INVALID',
  DIRTY_WORKSPACE_CHOICE_REQUIRED: 'CONFLICT',
  ENTITLEMENT_DENIED: 'FORBIDDEN',
  PROPOSAL_NOT_FOUND: 'NOT_FOUND',
  PROPOSAL_ALREADY_SELECTED: 'CONFLICT',
  PROPOSAL_NOT_SELECTED: 'CONFLICT',
  CONDITION_NOT_ACCEPTED: 'CONFLICT',
  SPEC_REVISION_CONFLICT: 'CONFLICT',
  SPEC_HASH_MISMATCH: 'CONFLICT',
  ATTEMPT_OPEN: 'CONFLICT',
  ATTEMPT_NOT_OPEN: 'CONFLICT',
  STRICT_ERRORS_REMAIN: 'INVALID',
  NOTHING_PROVEN: 'INVALID',
  EXECUTION_OPEN: 'CONFLICT',
  EXECUTION_NOT_OPEN: 'CONFLICT',
  EXECUTION_NOT_CLAIMED: 'CONFLICT',
  EXECUTION_ALREADY_CLAIMED: 'CONFLICT',
  EXECUTION_KIND_MISMATCH: 'INVALID',
  DEADLINE_NOT_REACHED: 'CONFLICT',
  STAGE_NOT_RUNNING: 'CONFLICT',
  NO_TIMEOUT: 'CONFLICT',
  NOTHING_TO_QUARANTINE: 'INVALID',
  NOT_IN_GRACE: 'CONFLICT',
  DELIVERY_STATE_CONFLICT: 'CONFLICT',
  SELECTION_UNKNOWN: 'INVALID',
  UNCOVERED_NOT_ACKNOWLEDGED: 'CONFLICT',
  ARTIFACT_KIND_MISMATCH: 'INVALID',
} as const satisfies Readonly<Record<string, 'NOT_FOUND' | 'CONFLICT' | 'FORBIDDEN' | 'INVALID'>>;

export type JobRejectionCode = keyof typeof JOB_REJECTIONS;

export const reject = (
  code: JobRejectionCode,
  message: string,
  data: { readonly [key: string]: Json } = {},
): never => {
  throw new Rejection(code, message, data);
};

/** The state, if its status is one that the command may meet; else the rejection that fits. */
export const expectStatus = <S extends JobState['status']>(
  state: JobState,
  command: Pick<JobCommand, 'type'>,
  ...allowed: readonly S[]
): InStatus<S> => {
  if (isIn(state, allowed)) return state;
  if (state.status === 'NONE') return reject('JOB_NOT_FOUND', 'There is no such job.');
  const data = { status: state.status, command: command.type, allowed };
  if (state.status === 'FAILED' || state.status === 'DELIVERED')
    return reject('JOB_ENDED', 'The job has ended.', data);
  return reject('JOB_STATE_CONFLICT', `The job is in ${state.status}, where this is not possible.`, data);
};

const isIn = <S extends JobState['status']>(state: JobState, allowed: readonly S[]): state is InStatus<S> =>
  allowed.some((status) => status === state.status);
