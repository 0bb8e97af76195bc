import { accountStream } from '../../../domain/billing/account.ts';
import { budgetStream } from '../../../domain/billing/budget.ts';
import type { EventLog, StreamStore } from '../../../domain/kernel/event-store.ts';
import type { Positioned } from '../../../domain/kernel/message.ts';
import { jobLogStream } from '../../../domain/refactoring/client/job-log.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { holderOf } from '../../../read-api/billing/account-messages.ts';
import { type Frame, frameOf, toldJobOf } from './frame.ts';
import { eventsOf, merged, type Span } from './stream-events.ts';

export type { Span } from './stream-events.ts';

const PAGE = 500;
/** Events held in memory while streams are merged. */
const HELD = 5_000;
const SMALLEST_PAGE = 10;
/** What it costs to look into one job, told in events of the log walked over in the same time. */
const COST_OF_JOB = 100n;

/** The jobs that a user requested up to a position of the log, and perhaps later ones. */
export type OwnedJobs = (userId: string) => Promise<Readonly<{ jobIds: readonly string[]; upTo: bigint }>>;

export type OwnerBacklogDeps = Readonly<{
  log: Pick<EventLog, 'read' | 'readLog'>;
  ownerOf: (jobId: string) => Promise<string | null>;
  ownedJobs: OwnedJobs;
}>;

const streamsOf = (jobId: string): readonly string[] => [
  jobStream(jobId),
  jobLogStream(jobId),
  budgetStream(jobId),
];

/** What the events of streams tell, merged by position. */
async function* streamsBacklog(
  store: Pick<StreamStore, 'read'>,
  names: readonly string[],
  span: Span,
): AsyncGenerator<Frame> {
  const page = Math.max(SMALLEST_PAGE, Math.min(PAGE, Math.floor(HELD / names.length)));
  for await (const event of merged(names.map((name) => eventsOf(store, name, span, page)))) {
    const frame = frameOf(event);
    if (frame !== null) yield frame;
  }
}

/** What one job told in the span. */
export const jobBacklog = (
  store: Pick<StreamStore, 'read'>,
  jobId: string,
  span: Span,
): AsyncGenerator<Frame> => streamsBacklog(store, streamsOf(jobId), span);

async function* walk(log: Pick<EventLog, 'readLog'>, span: Span): AsyncGenerator<Positioned> {
  for (let after = span.after; after < span.to; ) {
    const events = await log.readLog({ after, to: span.to, limit: PAGE });
    yield* events;
    const last = events.at(-1);
    // The client would take what is missing for nothing; told that it failed, it asks again.
    if (last === undefined)
      throw new Error(`the log shows nothing after ${after} and was to reach ${span.to}`);
    after = last.metadata.globalPosition;
  }
}

async function* walked(
  { log, ownerOf }: OwnerBacklogDeps,
  userId: string,
  span: Span,
): AsyncGenerator<Frame> {
  for await (const event of walk(log, span)) {
    const jobId = toldJobOf(event);
    if ((jobId === null ? holderOf(event) : await ownerOf(jobId)) !== userId) continue;
    const frame = frameOf(event);
    if (frame !== null) yield frame;
  }
}

/**
 * What all jobs of a user and the account told in the span: by walking the log where little happened, else from the user's
 * own streams, whatever others did meanwhile. A read table may be behind, so jobs requested after its checkpoint come from
 * the log.
 */
export async function* ownerBacklog(
  deps: OwnerBacklogDeps,
  userId: string,
  span: Span,
): AsyncGenerator<Frame> {
  if (span.after >= span.to) return;
  const { jobIds, upTo } = await deps.ownedJobs(userId);
  const unknown = upTo < span.to ? span.to - upTo : 0n;
  if (span.to - span.after <= unknown + BigInt(jobIds.length) * COST_OF_JOB) {
    yield* walked(deps, userId, span);
    return;
  }
  const owned = new Set(jobIds);
  for await (const { type, data } of walk(deps.log, { after: upTo, to: span.to }))
    if (type === 'JobRequested' && data['ownerId'] === userId) owned.add(String(data['jobId']));
  yield* streamsBacklog(deps.log, [accountStream(userId), ...[...owned].flatMap(streamsOf)], span);
}
