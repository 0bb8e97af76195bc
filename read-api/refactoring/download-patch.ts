import { createHash } from 'node:crypto';
import { patchFile } from '../../domain/patching/patch-file.ts';
import { type BytesAnswer, bytesQuery, type ReadServices } from '../kernel/query.ts';
import { deliveredContent } from './delivered-content.ts';
import { jobEvents } from './job-view.ts';

const patchOf = async (
  jobId: string,
  { store, artifacts }: Pick<ReadServices, 'store' | 'artifacts'>,
): Promise<BytesAnswer> => {
  const { content } = await deliveredContent(artifacts, jobId, await jobEvents(store, jobId));
  const bytes = new TextEncoder().encode(patchFile(content));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), fileName: `${jobId}.patch` };
};

/** DEL-01: the whole delivery for people who would rather use `git apply`. */
export const downloadPatch = bytesQuery({
  contentType: 'text/x-diff; charset=utf-8',
  name: 'DownloadPatch',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/delivery/patch',
  summary: 'The delivered change as a patch for `git apply`',
  run: ({ param }, services) => patchOf(param('job_id'), services),
});
