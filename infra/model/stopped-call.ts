import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { STOPS } from '../../domain/refactoring/job/endings.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { isStarted } from '../../domain/refactoring/job/layers.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';

type EventType = JobEvent['type'];

const STOPPING: ReadonlySet<EventType> = new Set(STOPS);

/** Of these, what the person does, or leaves undone, and the job goes on. */
const OF_THE_PERSON: ReadonlySet<EventType> = new Set([
  'SpecUpdatedDuringExecution',
  'ClientHeartbeatMissed',
  'EscalationRequested',
] as const satisfies readonly (typeof STOPS)[number][]);

/** Whether one of these events stops the calls of their job. */
export const isStopping = (events: readonly Pick<JobEvent, 'type'>[]): boolean =>
  events.some(({ type }) => STOPPING.has(type));

/** `isSpent`: what was used takes of the budget of the job. */
export type Stop = Readonly<{
  outcome: Extract<ModelCall['outcome'], 'STOPPED' | 'HALTED'>;
  isSpent: boolean;
}>;

/**
 * What stopped a call that was asked for when its job had `seen` events (LLM-03), by what was written since; null: nothing did. What was used for
 * a job that has ended is settled with it. Where it goes on, nobody is charged; but what the person stopped is spent, because it could be
 * stopped and asked again without end. What we stop ourselves is not: the same is asked again.
 */
export const stopOf = async (
  store: Pick<StreamStore, 'read'>,
  { jobId, seen }: Readonly<{ jobId: string; seen: number }>,
  signal: AbortSignal,
): Promise<Stop | null> => {
  const { events } = await store.read<JobEvent>(jobStream(jobId));
  const since = events.slice(seen);
  if (!signal.aborted && !isStopping(since)) return null;
  if (!isStarted(fold(job, events))) return { outcome: 'STOPPED', isSpent: true };
  return { outcome: 'HALTED', isSpent: since.some(({ type }) => OF_THE_PERSON.has(type)) };
};
