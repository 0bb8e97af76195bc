import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../extension/executor/api/client.ts';
import { ApiProblem } from '../../extension/executor/api/problem.ts';
import { EXIT } from '../../extension/executor/cli/exit-codes.ts';
import { writePackage } from './packages.ts';
import { patience } from './patience.ts';
import { isApplied, type Scenario, type Sight, type Turn } from './scenario.ts';
import { hashOf, type Stage } from './stage.ts';
import { besideOf, type Recorded, stateOf, storyOf } from './story.ts';

/** What a job came to: all of it must be the same, whatever was killed meanwhile. */
export type Result = Readonly<{
  end: string;
  /** Hash of the project when the delivery was applied; null: it never was. */
  delivered: string | null;
  /** Hash of the project in the end. */
  left: string;
  story: readonly string[];
  beside: readonly string[];
  faults: readonly string[];
}>;

export type Played = Result & Readonly<{ jobId: string; events: readonly Recorded[]; usageLateMs: number }>;

/** Metering follows the log; after a kill it goes on once the lease of the dead worker is over. */
const USAGE_PATIENCE_MS = 30_000;

export type Player = Readonly<{
  stage: Stage;
  client: Client;
  /** Told when a command begins, and null when it has ended. */
  onCli: (pid: number | null) => void;
}>;

const endOf = ({ state }: Sight): string => {
  if (state.status === 'FAILED') return `FAILED ${state.failureClass}`;
  return state.status === 'DELIVERED' ? `DELIVERED ${state.delivery.phase}` : state.status;
};

const refusedForNow = (error: unknown): boolean => error instanceof ApiProblem && error.status === 409;

/** Waits until each question has its entry, the hold has ended, and as much stands beside the job as is expected. */
const settled = async (stage: Stage, jobId: string, expected: number): Promise<Recorded[]> => {
  const giveUpAt = Date.now() + USAGE_PATIENCE_MS;
  for (;;) {
    const events = await stage.eventsOf(jobId);
    const count = (type: string): number => events.filter((event) => event.type === type).length;
    const isMetered = count('UsageRecorded') >= count('ModelCalled');
    const isSettled = count('HoldReleased') >= count('HoldTaken');
    const isComplete = isMetered && isSettled && besideOf(events).length >= expected;
    if (isComplete || Date.now() > giveUpAt) return events;
    await sleep(100);
  }
};

/** Plays a scenario to its end, as a person would who finds it interrupted: looks at the job, and goes on. */
export const play = async (
  { stage, client, onCli }: Player,
  scenario: Scenario,
  project: string,
  expectedBeside = 0,
): Promise<Played> => {
  writePackage(project, scenario.files);
  const before = await stage.newestJob();
  const faults: string[] = [];
  let delivered: string | null = null;

  const command = async (args: readonly string[]): Promise<void> => {
    const { child, ended } = stage.begin(...args);
    onCli(child.pid ?? null);
    const { code, stderr } = await ended;
    onCli(null);
    if (code === EXIT.INTERNAL) faults.push(`${args[0]} failed: ${stderr.trim().slice(-300)}`);
  };
  const take = async (turn: Turn, { jobId }: Sight): Promise<void> => {
    switch (turn.kind) {
      case 'CLI':
        return command(turn.args);
      case 'SEND':
        await turn.send(client).catch((error: unknown) => {
          if (!refusedForNow(error)) throw error;
        });
        return;
      case 'TIME':
        await stage.passTime(jobId, turn.timer);
        await sleep(100);
        return;
      case 'WAIT':
        await sleep(50);
        return;
      case 'END':
        return;
    }
  };
  const waiting = patience();
  let steps = 0;
  const look = async (jobId: string): Promise<Sight> => {
    const events = await stage.eventsOf(jobId);
    const now = storyOf(events).length;
    if (now > steps) waiting.moved();
    steps = now;
    const times = (type: string): number => events.filter((event) => event.type === type).length;
    return { jobId, project, dataFolder: stage.dataFolder, state: stateOf(events), times };
  };
  for (;;) {
    const jobId = await stage.newestJob();
    if (jobId === null || jobId === before || !stage.knowsJob(jobId)) {
      if (waiting.isOver()) throw new Error(`no job was begun: ${faults.join('; ')}`);
      await command(['run', project, ...scenario.run]);
      continue;
    }
    const sight = await look(jobId);
    if (isApplied(sight)) delivered ??= hashOf(project);
    const turn = scenario.turn(sight);
    if (turn.kind === 'END' || waiting.isOver()) {
      if (turn.kind !== 'END')
        faults.push(`it stands at ${endOf(sight)} after ${steps} steps, and does not end`);
      const endedAt = Date.now();
      const events = await settled(stage, jobId, expectedBeside);
      const asked = await stage.jobsSince(before);
      if (asked !== 1) faults.push(`${asked} jobs were asked for`);
      const left = hashOf(project);
      const told = { story: storyOf(events), beside: besideOf(events) };
      return {
        ...{ jobId, events, usageLateMs: Date.now() - endedAt },
        ...{ end: endOf(sight), delivered, left, faults, ...told },
      };
    }
    await take(turn, sight);
  }
};
