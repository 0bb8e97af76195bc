import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import type { Decided, Tools } from '../kernel/command.ts';
import { decideOnJob } from './job-command.ts';
import type { RefactoringServices } from './services.ts';

const NO_HASH = '0'.repeat(64);

/**
 * For commands that bring content: the job decides first, on a reference to nothing, so that a job which refuses keeps
 * nothing and cannot be used to fill the disk. `commandWith` gives the command that names the stored content.
 */
export const decideThenStore = async (
  content: Readonly<{ jobId: string; kind: ArtifactRef['kind']; text: string; at: string }>,
  commandWith: (artifact: ArtifactRef, bytes: number) => JobCommand,
  tools: Tools<RefactoringServices>,
): Promise<Readonly<{ decided: Decided; artifact: ArtifactRef }>> => {
  const { jobId, kind, text, at } = content;
  const bytes = new TextEncoder().encode(text);
  const size = bytes.byteLength;
  const nothing: ArtifactRef = { artifactId: 'none', kind, sha256: NO_HASH, size, expiresAt: at };
  await decideOnJob(commandWith(nothing, size), tools);
  const artifact = await tools.services.artifacts.put({ jobId, kind, bytes, now: new Date(at) });
  return { artifact, decided: await decideOnJob(commandWith(artifact, size), tools) };
};
