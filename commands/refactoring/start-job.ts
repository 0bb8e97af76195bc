import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import type { Command } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream, statusOf } from '../../domain/refactoring/job/job.ts';
import { TEST_MODES } from '../../domain/refactoring/job/values.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { type JobCommandOf, jobNotFound } from './job-command.ts';
import { jobAnswer, workspacePath } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

const body = z.strictObject({
  preflight: z.strictObject({
    vcs: z.enum(['GIT', 'NONE']),
    head_commit: z.string().max(100).nullable(),
    dirty_paths: z.array(workspacePath).max(10_000),
    choice: z.enum(['CLEAN', 'SAFE_MODE']),
  }),
  fast_track: z.boolean().default(false),
  pre_authorised: z
    .array(z.enum(['L2', 'L3']))
    .max(2)
    .default([]),
  test_mode: z
    .enum(TEST_MODES)
    .exactOptional()
    .describe(
      'How the tests are made: ASSERTION takes the project’s own; left out: as the code lets them be made',
    ),
});

type Known = JobCommandOf<'StartJob'>['data'];
/** What the person says; all else of the start is read where it is decided. */
export type SendStart = Command<'StartJob', Omit<Known, 'consentAt' | 'entitlement' | 'hold'>>;

/**
 * Halts, consent, terms and today's slots are read when it is decided, and the slot is claimed in the same append: of two
 * starts for the last slot one loses, is decided again, and is then denied (BIL-02, BIL-03, ES-02).
 */
export const startJob: CommandFile<SendStart, Pick<RefactoringServices, 'accounts' | 'rules'>> = {
  type: 'StartJob',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/start',
    summary:
      'Start the job: consent, entitlement, today’s quota and the preflight answer are decided together',
    status: 200,
    bodyLimit: 2 * 1024 * 1024,
    body,
    answer: jobAnswer,
    command: ({ body, param, at }) => ({
      type: 'StartJob',
      data: {
        jobId: param('job_id'),
        preflight: {
          vcs: body.preflight.vcs,
          headCommit: body.preflight.head_commit,
          dirtyPaths: body.preflight.dirty_paths,
          choice: body.preflight.choice,
        },
        fastTrack: body.fast_track,
        preAuthorised: body.pre_authorised,
        ...(body.test_mode === undefined ? {} : { testMode: body.test_mode }),
        at,
      },
    }),
  }),
  async decide(command, { store, services }) {
    const { jobId, preAuthorised = [], at } = command.data;
    const streamName = jobStream(jobId);
    const { events, currentStreamVersion } = await store.read<JobEvent>(streamName);
    const before = fold(job, events);
    if (before.status === 'NONE') throw jobNotFound();
    const { accounts } = services;
    const [{ entitlement, claim }, consentAt] = await Promise.all([
      accounts.offerJobSlot(before.ownerId, preAuthorised, at),
      accounts.consentOf(before.ownerId),
      services.rules.requireSpending(before.ownerId),
    ]);
    const startWith = (hold: number) =>
      job.decide({ ...command, data: { ...command.data, consentAt, entitlement, hold } }, before);
    // The job's own reasons to refuse come before those of the account.
    if (startWith(0).length === 0)
      return { appends: [], answer: { job_id: jobId, status: statusOf(before) } };
    const contextBytes = before.status === 'PENDING' ? (before.context?.artifact.size ?? 0) : 0;
    const { append: claimed, hold } = claim(jobId, contextBytes);
    const decided = startWith(hold);
    const started = { streamName, events: decided, expectedStreamVersion: currentStreamVersion };
    const status = statusOf(decided.reduce(job.evolve, before));
    return {
      appends: [started, claimed],
      answer: { job_id: jobId, status },
    };
  },
};
