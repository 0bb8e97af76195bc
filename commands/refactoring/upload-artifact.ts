import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { expectUpload } from '../../domain/refactoring/job/decide/executions.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { artifactAnswer, artifactKind, artifactToWire } from './schemas.ts';
import type { RefactoringServices } from './services.ts';
import { requireTaskToken } from './task-token.ts';

const UPLOAD_LIMIT_BYTES = 64 * 1024 * 1024;

/** Content that a later report names. The same content again is the same artifact; without a report it expires (DEL-05). */
export type UploadArtifact = Command<
  'UploadArtifact',
  { jobId: string; executionId: string; kind: ArtifactRef['kind']; bytes: Uint8Array; at: string }
>;

export const uploadArtifact: CommandFile<UploadArtifact, RefactoringServices> = {
  type: 'UploadArtifact',
  access: 'TASK_TOKEN',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/executions/:execution_id/artifacts',
    summary: 'Upload what an execution made, `?kind=` names what it is',
    status: 200,
    content: 'BYTES',
    bodyLimit: UPLOAD_LIMIT_BYTES,
    query: z.object({ kind: artifactKind }),
    body: z.instanceof(Uint8Array),
    answer: artifactAnswer,
    command: async ({ body, param, query, taskToken, at }, { leases }) => {
      const [jobId, executionId] = [param('job_id'), param('execution_id')];
      await requireTaskToken(leases, { executionId, jobId, token: taskToken, at });
      const { kind } = z.object({ kind: artifactKind }).parse(query);
      return { type: 'UploadArtifact', data: { jobId, executionId, kind, bytes: body, at } };
    },
  }),
  /** The job decides before anything is stored; no event is written, because only a report makes the content count. */
  async decide({ data }, { store, services }) {
    const { jobId, executionId, kind, bytes, at } = data;
    const { events } = await store.read<JobEvent>(jobStream(jobId));
    expectUpload(fold(job, events), { executionId, kind });
    const artifact = await services.artifacts.put({ jobId, kind, bytes, now: new Date(at) });
    await services.leases.renew({ executionId, leaseSeconds: services.leaseSeconds, at });
    return { appends: [], answer: { artifact: artifactToWire(artifact) } };
  },
};
