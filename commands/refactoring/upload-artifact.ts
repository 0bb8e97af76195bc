import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { artifactAnswer, artifactKind, artifactToWire } from './schemas.ts';
import type { RefactoringServices } from './services.ts';
import { requireTaskToken } from './task-token.ts';

const UPLOAD_LIMIT_BYTES = 64 * 1024 * 1024;

/** Stores content that a later report names; without that report it expires unseen, so no event is written here. */
export type UploadArtifact = Command<'UploadArtifact', { jobId: string; artifact: ArtifactRef }>;

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
    body: z.instanceof(Uint8Array),
    answer: artifactAnswer,
    command: async ({ body, param, query, taskToken, at }, { leases, leaseSeconds, artifacts }) => {
      const [jobId, executionId] = [param('job_id'), param('execution_id')];
      await requireTaskToken(leases, { executionId, jobId, token: taskToken, at });
      const { kind } = z.object({ kind: artifactKind }).parse(query);
      const artifact = await artifacts.put({ jobId, kind, bytes: body, now: new Date(at) });
      await leases.renew({ executionId, leaseSeconds, at });
      return { type: 'UploadArtifact', data: { jobId, artifact } };
    },
  }),
  async decide(command) {
    return { appends: [], answer: { artifact: artifactToWire(command.data.artifact) } };
  },
};
