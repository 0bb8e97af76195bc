import { fold } from '../../domain/kernel/decider.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { type JobState, job } from '../../domain/refactoring/job/job.ts';

/** An event that tells of a job, from whichever stream; those of one transaction came at the same moment. */
export type Recorded = Readonly<{
  stream: string;
  type: string;
  data: Record<string, unknown>;
  transaction: string;
}>;

/** An event of a job by its type and how often that type had happened: `ModelCalled#2`. */
export type Point = string;
export const typeOf = (point: Point): string => point.replace(/#.*/, '');

/** `type#occurrence` of each event, in order. */
export const pointsOf = (events: readonly Recorded[]): Point[] => {
  const seen = new Map<string, number>();
  return events.map(({ type }) => {
    const count = (seen.get(type) ?? 0) + 1;
    seen.set(type, count);
    return `${type}#${count}`;
  });
};

/** The points that came at the last moment, as far as they are not among the first `known`. */
export const newestPoints = (events: readonly Recorded[], known: number): Point[] => {
  const last = events.at(-1)?.transaction;
  return pointsOf(events).filter((_, at) => at >= known && events[at]?.transaction === last);
};

const isOfJob = ({ stream }: Recorded): boolean =>
  stream.startsWith('job-') && !stream.startsWith('job-log-');

/** The job as its own events make it. */
export const stateOf = (events: readonly Recorded[]): JobState =>
  fold(job, events.filter(isOfJob) as unknown as readonly JobEvent[]);

/** What tells one event of a type from another, and is the same in every run of a scenario. */
const TOLD = [
  'kind',
  'attempt',
  'modelClass',
  'stage',
  'outcome',
  'code',
  'failureClass',
  'revision',
  'implicit',
  'identical',
  'retrying',
  'strategy',
  'specHash',
  'filesTouched',
  'microCredits',
  'billable',
  'files',
] as const;
const MADE = ['patch', 'delivery', 'plan'] as const;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

const labelOf = ({ type, data }: Recorded): string => {
  const told = TOLD.map((name) => field(data, name) ?? field(field(data, 'call'), name));
  const made = MADE.map((name) => field(field(data, name), 'sha256'));
  const words = [...told, ...made].filter((value) => value !== undefined && value !== null);
  return [
    type,
    ...words.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))),
  ].join(' ');
};

/**
 * Comes again when a process that had work in hand was killed, or when a start takes longer than a beat may be late, and
 * changes nothing: a client that stays away is lost, which is another event.
 */
const WITHOUT_EFFECT = new Set([
  'ExecutionClaimed',
  'ClientHeartbeatReceived',
  'ClientHeartbeatMissed',
  'ClientHeartbeatResumed',
  'LogLineWritten',
]);

const effects = (events: readonly Recorded[]): Recorded[] =>
  events.filter(({ type }) => !WITHOUT_EFFECT.has(type));

/** Everything the job did, in order: each execution, question, decision and result. */
export const storyOf = (events: readonly Recorded[]): string[] =>
  effects(events.filter(isOfJob)).map(labelOf);

/** What it left in other streams: usage, waivers, the slot of the day. They are written beside each other, in any order. */
export const besideOf = (events: readonly Recorded[]): string[] =>
  effects(events.filter((event) => !isOfJob(event)))
    .map(labelOf)
    .sort();

/** The first difference of two lists, in words; null: none. */
export const difference = (expected: readonly string[], found: readonly string[]): string | null => {
  const index = expected.findIndex((entry, at) => entry !== found[at]);
  if (index < 0 && found.length === expected.length) return null;
  const at = index < 0 ? expected.length : index;
  return `${found[at] ?? 'nothing'} instead of ${expected[at] ?? 'the end'}`;
};
