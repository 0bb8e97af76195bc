import type { EventLog, StreamStore } from '../../../domain/kernel/event-store.ts';
import type { Positioned, Recorded } from '../../../domain/kernel/message.ts';
import { jobLogStream } from '../../../domain/refactoring/client/job-log.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { jobOf } from '../../../read-api/refactoring/job-messages.ts';
import { type Frame, frameOf } from './frame.ts';

const PAGE = 500;

/** Exclusive, inclusive. */
export type Span = Readonly<{ after: bigint; to: bigint }>;

const isWithin = (event: Recorded, span: Span): event is Positioned =>
  event.metadata.globalPosition !== null && event.metadata.globalPosition <= span.to;

/** Events of one stream in the span. Positions rise with versions, so the first one past it ends the walk. */
async function* ofStream(
  store: Pick<StreamStore, 'read'>,
  streamName: string,
  span: Span,
): AsyncGenerator<Positioned> {
  for (let from = 1n; ; from += BigInt(PAGE)) {
    const { events } = await store.read(streamName, { from, maxCount: PAGE });
    for (const event of events) {
      if (!isWithin(event, span)) return;
      if (event.metadata.globalPosition > span.after) yield event;
    }
    if (events.length < PAGE) return;
  }
}

/** What one job has told so far: its stream and its log, merged by position. */
export async function* jobBacklog(
  store: Pick<StreamStore, 'read'>,
  jobId: string,
  span: Span,
): AsyncGenerator<Frame> {
  const sources = [ofStream(store, jobStream(jobId), span), ofStream(store, jobLogStream(jobId), span)];
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      const best = heads[first];
      if (head.done === true) continue;
      const isFirst =
        best === undefined ||
        best.done === true ||
        head.value.metadata.globalPosition < best.value.metadata.globalPosition;
      if (isFirst) first = index;
    }
    const [head, source] = [heads[first], sources[first]];
    if (head === undefined || head.done === true || source === undefined) return;
    const frame = frameOf(head.value);
    if (frame !== null) yield frame;
    heads[first] = await source.next();
  }
}

/** What all jobs of a user told in the span, from the log itself: a read table could be behind. */
export async function* ownerBacklog(
  log: Pick<EventLog, 'readLog'>,
  ownerOf: (jobId: string) => Promise<string | null>,
  userId: string,
  span: Span,
): AsyncGenerator<Frame> {
  for (let after = span.after; after < span.to; ) {
    const events = await log.readLog({ after, to: span.to, limit: PAGE });
    for (const event of events) {
      const jobId = jobOf(event);
      if (jobId === null || (await ownerOf(jobId)) !== userId) continue;
      const frame = frameOf(event);
      if (frame !== null) yield frame;
    }
    const last = events.at(-1);
    if (last === undefined) return;
    after = last.metadata.globalPosition;
  }
}
