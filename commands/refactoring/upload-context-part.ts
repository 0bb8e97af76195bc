import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { expectContext } from '../../domain/refactoring/job/decide/setup.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { type ContextPart, contextFiles, refuseSecrets } from './context-files.ts';
import { artifactAnswer, artifactToWire } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

/** Decompressed. What an interruption costs is the part that was under way. */
const PART_LIMIT_BYTES = 8 * 1024 * 1024;

export type UploadContextPart = Command<
  'UploadContextPart',
  { jobId: string; content: ContextPart; at: string }
>;

export const uploadContextPart: CommandFile<UploadContextPart, RefactoringServices> = {
  type: 'UploadContextPart',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/context/parts',
    summary: 'Send some of the sources before the context that names them',
    status: 200,
    content: 'GZIP_JSON',
    bodyLimit: PART_LIMIT_BYTES,
    body: z
      .strictObject({ files: contextFiles, dependencies: contextFiles })
      .refine(({ files, dependencies }) => files.length + dependencies.length > 0, 'must hold a file'),
    answer: artifactAnswer,
    command: ({ body, param, at }) => {
      refuseSecrets([...body.files, ...body.dependencies]);
      return {
        type: 'UploadContextPart',
        data: { jobId: param('job_id'), content: { schema: 'iama.context-part/1', ...body }, at },
      };
    },
  }),
  /** No event is written, because only a context that names the part makes it count; else it expires (DEL-05). */
  async decide({ data }, { store, services }) {
    const { jobId, content, at } = data;
    const { events } = await store.read<JobEvent>(jobStream(jobId));
    expectContext(fold(job, events));
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    const artifact = await services.artifacts.put({ jobId, kind: 'CONTEXT', bytes, now: new Date(at) });
    return { appends: [], answer: { artifact: artifactToWire(artifact) } };
  },
};
