import { createHash } from 'node:crypto';
import { z } from 'zod';
import { patchFile } from '../../domain/patching/patch-file.ts';
import type { BytesQuery } from '../kernel/query.ts';
import { deliveredContent } from './delivered-content.ts';
import { jobEvents } from './job-view.ts';

/** DEL-01: the whole delivery for people who would rather use `git apply`. */
export const downloadPatch: BytesQuery = {
  kind: 'BYTES',
  contentType: 'text/x-diff; charset=utf-8',
  name: 'DownloadPatch',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/delivery/patch',
  summary: 'The delivered change as a patch for `git apply`',
  query: z.object({}),
  async run({ param }, { store, artifacts }) {
    const jobId = param('job_id');
    const { content } = await deliveredContent(artifacts, jobId, await jobEvents(store, jobId));
    const bytes = new TextEncoder().encode(patchFile(content));
    return {
      bytes,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      fileName: `${jobId}.patch`,
    };
  },
};
