import type { Reactor } from '../../domain/kernel/reactor.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import type { PackageRecovery } from './effects.ts';
import { patchArtifact } from './patch.schema.ts';
import { jobReactor, putJson, type ReactorTools, readJson } from './question.ts';

/**
 * Packs the newest patch, for a person to look at. Nothing is restored because nothing was touched: until a delivery is
 * applied, all work happens in a shadow copy (EXE-02).
 */
export const packageRecoveryReactor = (tools: ReactorTools): Reactor<PackageRecovery, JobCommand> =>
  jobReactor<PackageRecovery>(
    tools,
    'PackageRecovery',
    async ({ data: { jobId, patch } }, _context, { at }) => {
      const partialPatch = patch === null ? null : await packed(tools, jobId, patch);
      return [{ type: 'CompleteRecovery', data: { jobId, at, partialPatch, restored: true } }];
    },
  );

/** null where the patch has expired: a recovery must not fail for that. */
const packed = async (
  tools: ReactorTools,
  jobId: string,
  patch: ArtifactRef,
): Promise<ArtifactRef | null> => {
  try {
    const { schema, edits } = patchArtifact.parse(await readJson(tools.artifacts, jobId, patch));
    return await putJson(tools, jobId, 'PARTIAL_PATCH', { schema, edits });
  } catch (error) {
    if (isRejection(error) && error.code === 'ARTIFACT_EXPIRED') return null;
    throw error;
  }
};
