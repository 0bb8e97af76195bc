import { createHash } from 'node:crypto';
import { bytesQuery } from '../kernel/query.ts';

/** The plain bytes. Only the job's own artifacts: the store looks them up under the job. */
export const downloadArtifact = bytesQuery({
  contentType: 'application/octet-stream',
  name: 'DownloadArtifact',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/artifacts/:artifact_id',
  summary: 'Content of an artifact',
  async run({ param }, { artifacts }) {
    const artifactId = param('artifact_id');
    const bytes = await artifacts.get({ jobId: param('job_id'), artifactId });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { bytes, sha256, fileName: artifactId };
  },
});
