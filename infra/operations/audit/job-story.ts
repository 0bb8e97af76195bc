import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { accountStream } from '../../../domain/billing/account.ts';
import { budgetStream } from '../../../domain/billing/budget.ts';
import type { UsageEvent } from '../../../domain/billing/usage.ts';
import { usageStream } from '../../../domain/billing/usage.ts';
import type { StreamStore } from '../../../domain/kernel/event-store.ts';
import type { Event, Recorded } from '../../../domain/kernel/message.ts';
import { heartbeatStream } from '../../../domain/refactoring/client/heartbeat.ts';
import { jobLogStream } from '../../../domain/refactoring/client/job-log.ts';
import type { JobEvent } from '../../../domain/refactoring/job/events.ts';
import { job, jobStream, statusOf } from '../../../domain/refactoring/job/job.ts';
import type { JobStory, StoryEntry } from '../../../read-api/kernel/audit.ts';
import { rowToJson, snakeKeys } from '../../../read-api/kernel/wire.ts';
import { jobEvents, jobRow } from '../../../read-api/refactoring/job-view.ts';
import { storedText } from './audited-event.ts';

const PAGE = 1_000;
/** JSON of the lines of a job: a program may print for hours, and a story is told in one piece. */
const MOST_BYTES = 8 * 1_024 * 1_024;

const wholeStream = async <E extends Event>(
  store: Pick<StreamStore, 'read'>,
  streamName: string,
): Promise<Recorded<E>[]> => {
  const all: Recorded<E>[] = [];
  for (let from = 1n; ; from += BigInt(PAGE)) {
    const { events } = await store.read<E>(streamName, { from, maxCount: PAGE });
    all.push(...events);
    if (events.length < PAGE) return all;
  }
};

const entryOf = (event: Recorded, status: string | null): StoryEntry => {
  const { type, data, metadata } = event;
  return {
    position: metadata.globalPosition?.toString() ?? null,
    recorded_at: metadata.recordedAt,
    stream: metadata.streamName,
    version: Number(metadata.streamPosition),
    type,
    actor: `${metadata.actor.type} ${metadata.actor.id}`,
    status,
    schema_version: metadata.schemaVersion,
    data: snakeKeys(data),
    stored: storedText(event),
  };
};

/** What fits of a stream, from its beginning, and how many events were left out. */
const beginningOf = async (
  store: Pick<StreamStore, 'read'>,
  streamName: string,
  mostBytes: number,
): Promise<Readonly<{ entries: readonly StoryEntry[]; leftOut: number }>> => {
  const entries: StoryEntry[] = [];
  for (let from = 1n, bytes = 0; ; from += BigInt(PAGE)) {
    const { events, currentStreamVersion } = await store.read(streamName, { from, maxCount: PAGE });
    for (const event of events) {
      const entry = entryOf(event, null);
      bytes += Buffer.byteLength(JSON.stringify(entry));
      if (bytes > mostBytes) return { entries, leftOut: Number(currentStreamVersion) - entries.length };
      entries.push(entry);
    }
    if (events.length < PAGE) return { entries, leftOut: 0 };
  }
};

const NOTHING = { entries: [], leftOut: 0 };

/** Unsequenced events come last: they are the newest. */
const byPosition = (a: StoryEntry, b: StoryEntry): number => {
  if (a.position === b.position) return 0;
  if (a.position === null) return 1;
  if (b.position === null) return -1;
  return BigInt(a.position) < BigInt(b.position) ? -1 : 1;
};

const withStatus = (events: readonly Recorded<JobEvent>[]): StoryEntry[] => {
  let state = job.initialState();
  return events.map((event) => {
    state = job.evolve(state, event);
    return entryOf(event, statusOf(state));
  });
};

/**
 * Everything the log knows of one job, in order: its own events with the status after each, its heartbeats and log lines
 * where asked for (the first 8 MiB of each, and how many more there are), what was held, reserved, charged and released, and every use of a model (OPS-06). Throws `Rejection` JOB_NOT_FOUND.
 */
export const jobStory = async (
  store: Pick<StreamStore, 'read'>,
  jobId: string,
  { withLines, mostBytes = MOST_BYTES }: Readonly<{ withLines: boolean; mostBytes?: number }>,
): Promise<JobStory> => {
  const row = jobRow(jobId, await jobEvents(store, jobId));
  const own = await wholeStream<JobEvent>(store, jobStream(jobId));
  const usage = await wholeStream<UsageEvent>(store, usageStream(row.owner_id));
  const ofJob = usage.filter(({ data }) => data.jobId === jobId);
  const account = await wholeStream<AccountEvent>(store, accountStream(row.owner_id));
  const money = [
    ...account.filter(({ data }) => 'jobId' in data && data.jobId === jobId),
    ...(await wholeStream(store, budgetStream(jobId))),
  ];
  const charged = ofJob.flatMap((event) => (event.type === 'UsageRecorded' ? [event.data] : []));
  const waived = new Set(ofJob.flatMap(({ type, data }) => (type === 'UsageWaived' ? [data.entryKey] : [])));
  const lines = withLines ? await beginningOf(store, jobLogStream(jobId), mostBytes) : NOTHING;
  const heartbeats = withLines ? await beginningOf(store, heartbeatStream(jobId), mostBytes) : NOTHING;
  const others = [...ofJob, ...money].map((event) => entryOf(event, null));
  const billable = charged.filter(({ billable, entryKey }) => billable && !waived.has(entryKey));
  return {
    job: rowToJson(row),
    entries: [...withStatus(own), ...others, ...lines.entries, ...heartbeats.entries].sort(byPosition),
    lines_left_out: lines.leftOut + heartbeats.leftOut,
    charges: {
      entries: charged.length,
      billable: billable.length,
      micro_credits: billable.reduce((sum, { microCredits }) => sum + microCredits, 0),
    },
  };
};
