import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import type { Tools } from '../kernel/command.ts';
import { CONTEXT_LIMIT_BYTES, type ContextFile, type PartName, type Sources } from './context-files.ts';
import type { RefactoringServices } from './services.ts';

const ownerOf = async (store: StreamStore, jobId: string): Promise<string | null> => {
  const { events } = await store.read<JobEvent>(jobStream(jobId));
  const state = fold(job, events);
  return state.status === 'NONE' ? null : state.ownerId;
};

/** Jobs of the same owner as `jobId`, among the named ones. */
const ownJobs = async (
  store: StreamStore,
  jobId: string,
  named: readonly string[],
): Promise<ReadonlySet<string>> => {
  const owner = await ownerOf(store, jobId);
  const own = new Set<string>();
  for (const each of new Set(named)) if ((await ownerOf(store, each)) === owner) own.add(each);
  return own;
};

/** Later files take the place of earlier ones of the same path, and the order is that of the paths. */
const merged = (files: readonly ContextFile[]): readonly ContextFile[] =>
  [...new Map(files.map((file) => [file.path, file])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));

const bytesOf = ({ files, dependencies }: Sources): number =>
  [...files, ...dependencies].reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

/**
 * The sources that came along, with those of the parts beneath them (CTX-01).
 *
 * @throws {Rejection} CONTEXT_PARTS_UNKNOWN with the ids of parts that are not there (any more), so that only they are
 *   sent again; BODY_TOO_LARGE where all together are more than a context may hold
 */
export const withParts = async (
  jobId: string,
  sent: Sources,
  parts: readonly PartName[],
  { store, services }: Tools<RefactoringServices>,
): Promise<Sources> => {
  if (parts.length === 0) return sent;
  const own = await ownJobs(
    store,
    jobId,
    parts.map((part) => part.jobId),
  );
  const found: Sources[] = [];
  const unknown: string[] = [];
  let bytes = bytesOf(sent);
  for (const part of parts) {
    const sources = own.has(part.jobId) ? await services.uploads.contextPart(part) : null;
    if (sources === null) {
      unknown.push(part.artifactId);
      continue;
    }
    bytes += bytesOf(sources);
    if (bytes > CONTEXT_LIMIT_BYTES)
      throw new Rejection('BODY_TOO_LARGE', 'The sources together are more than one job takes.', {
        limitBytes: CONTEXT_LIMIT_BYTES,
      });
    found.push(sources);
  }
  if (unknown.length > 0)
    throw new Rejection('CONTEXT_PARTS_UNKNOWN', 'Some parts of the sources have to be sent again.', {
      artifactIds: unknown,
    });
  return {
    files: merged([...found.flatMap(({ files }) => files), ...sent.files]),
    dependencies: merged([...found.flatMap(({ dependencies }) => dependencies), ...sent.dependencies]),
  };
};
