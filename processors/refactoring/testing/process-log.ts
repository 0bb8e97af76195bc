import { deepStrictEqual } from 'node:assert';
import { history } from '../../../domain/kernel/history.ts';
import type { Positioned } from '../../../domain/kernel/message.ts';
import {
  type EffectLimit,
  type ProcessOutput,
  processManagerSpecification,
} from '../../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import type { JobEvent } from '../../../domain/refactoring/job/events.ts';
import * as at from '../../../domain/refactoring/job/testing/journey.ts';
import {
  AT,
  artifact,
  base,
  entitlement,
  JOB,
  later,
} from '../../../domain/refactoring/job/testing/samples.ts';
import type { Stage, Tier } from '../../../domain/refactoring/job/values.ts';
import type { JobEffect } from '../effects.ts';
import type { ProcessEvent } from '../job-process/state.ts';
import { jobProcess } from '../job-process.ts';

/** given/when/then of the job process on journeys of the job. */

export type Output = ProcessOutput<JobCommand, JobEffect>;

const handled: ReadonlySet<string> = new Set(jobProcess.handles);
const isHandled = (event: JobEvent | ProcessEvent): event is ProcessEvent => handled.has(event.type);

/** The log of a journey with further events of the process, one second apart from 2026-11-20T10:00:00Z. */
export const logOf = (events: readonly (JobEvent | ProcessEvent)[]): readonly Positioned<ProcessEvent>[] =>
  history(`job-${JOB}`, events.filter(isHandled), { start: AT });

/** given: all but the newest handled event of the journey; when: that one. */
export const atLast = (journey: at.Journey, ...more: readonly ProcessEvent[]) => {
  const log = logOf([...journey.events, ...more]);
  const last = log.at(-1);
  if (last === undefined) throw new Error('the journey has no events');
  const due = (seconds: number): string =>
    new Date(Date.parse(last.metadata.recordedAt) + seconds * 1_000).toISOString();
  return {
    spec: processManagerSpecification(jobProcess, deepStrictEqual)(...log.slice(0, -1)).when(last),
    due,
  };
};

/** Outputs at the newest event of one type. */
export const newest = (type: ProcessEvent['type'], journey: at.Journey) => {
  const index = journey.events.findLastIndex((event) => event.type === type);
  const cut = new at.Journey();
  cut.events.push(...journey.events.slice(0, index + 1));
  return atLast(cut);
};

export const does = (journey: at.Journey, command: JobCommand): at.Journey => {
  journey.does(command);
  return journey;
};

export const why = { ...base, by: 'ada' };
export const missed: JobCommand = { type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } };
export const resumed: JobCommand = { type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } };
export const beat: ProcessEvent = { type: 'ClientHeartbeatReceived', data: { jobId: JOB, at: later(20) } };

export const assignment = (tier: Tier = 'FREE') => ({
  jobId: JOB,
  goal: 'JAVASCRIPT_TO_TYPESCRIPT' as const,
  goalText: '',
  entitlement: entitlement(tier),
  context: artifact('CONTEXT'),
});
export const cancel = (...keys: readonly string[]): readonly Output[] =>
  keys.map((key) => ({ kind: 'cancelTimer', key }));
export const parking = cancel('heartbeat', 'grace', 'execution', 'start-attempt', 'stage');
export const heartbeat = (due: string): Output => ({
  kind: 'timer',
  key: 'heartbeat',
  due,
  command: {
    type: 'ReportHeartbeatMissed',
    data: { jobId: JOB, at: due, lastSeenAt: AT, graceSeconds: 300 },
  },
});
export const startAttempt: Output = { kind: 'command', command: { type: 'StartAttempt', data: base } };
export const startAttemptAt = (due: string): Output => ({
  kind: 'timer',
  key: 'start-attempt',
  due,
  command: { type: 'StartAttempt', data: base },
});

/** The limit of the work of a stage. */
export const limit = (
  stage: Stage,
  seconds: number,
  attempt: number | null = null,
): EffectLimit<JobCommand> => ({
  key: 'stage',
  ms: seconds * 1_000,
  command: { type: 'TimeOutStage', data: { ...base, stage, attempt } },
});
