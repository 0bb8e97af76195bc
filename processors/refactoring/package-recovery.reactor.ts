import type { Reactor } from '../../domain/kernel/reactor.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import { jobContext } from './context.schema.ts';
import type { PackageRecovery } from './effects.ts';
import { partialDiff } from './partial-diff.ts';
import { patchArtifact } from './patch.schema.ts';
import { jobReactor, type ReactorTools, readJson } from './question.ts';

/**
 * Packs the newest patch as a unified diff, for a person to look at. Nothing is restored because nothing was touched:
 * until a delivery is applied, all work happens in a shadow copy (EXE-02).
 */
export const packageRecoveryReactor = (tools: ReactorTools): Reactor<PackageRecovery, JobCommand> =>
  jobReactor<PackageRecovery>(tools, 'PackageRecovery', async ({ data }, _context, { at }) => {
    const { jobId, context, patch } = data;
    const partialPatch = patch === null ? null : await packed(tools, jobId, context, patch);
    return [{ type: 'CompleteRecovery', data: { jobId, at, partialPatch, restored: true } }];
  });

/** Expired, and expired and swept. */
const GONE: ReadonlySet<string> = new Set(['ARTIFACT_EXPIRED', 'ARTIFACT_NOT_FOUND']);

/** null where the patch does not apply or has expired: a recovery must not fail for that. */
const packed = async (
  { artifacts, now }: ReactorTools,
  jobId: string,
  context: ArtifactRef,
  patch: ArtifactRef,
): Promise<ArtifactRef | null> => {
  try {
    const made = patchArtifact.parse(await readJson(artifacts, jobId, patch));
    const diff = partialDiff(jobContext.parse(await readJson(artifacts, jobId, context)), made);
    if (diff === null) return null;
    return await artifacts.put({
      jobId,
      kind: 'PARTIAL_PATCH',
      bytes: new TextEncoder().encode(diff),
      now: now(),
    });
  } catch (error) {
    if (isRejection(error) && GONE.has(error.code)) return null;
    throw error;
  }
};
