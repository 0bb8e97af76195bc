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
 * where asked for, what was held, reserved, charged and released, and every use of a model (OPS-06). Throws `Rejection` JOB_NOT_FOUND.
 */
export const jobStory = async (
  store: Pick<StreamStore, 'read'>,
  jobId: string,
  options: Readonly<{ withLines: boolean }>,
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
  const beside = options.withLines
    ? [
        ...(await wholeStream(store, jobLogStream(jobId))),
        ...(await wholeStream(store, heartbeatStream(jobId))),
      ]
    : [];
  const others = [...ofJob, ...money, ...beside].map((event) => entryOf(event, null));
  const billable = charged.filter(({ billable, entryKey }) => billable && !waived.has(entryKey));
  return {
    job: rowToJson(row),
    entries: [...withStatus(own), ...others].sort(byPosition),
    charges: {
      entries: charged.length,
      billable: billable.length,
      micro_credits: billable.reduce((sum, { microCredits }) => sum + microCredits, 0),
    },
  };
};
