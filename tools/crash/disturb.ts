import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../infra/runtime/transient-errors.ts';
import { type Played, type Player, play, type Result } from './play.ts';
import { type ScenarioName, scenarioOf } from './scenarios.ts';
import { difference, newestPoints, type Point, pointsOf } from './story.ts';
import { kill, VICTIMS, type Victim } from './victims.ts';

/** One kill, at one point, or at several that came in one transaction. `late`: how many events had come since. */
export type Kill = Readonly<{ points: readonly Point[]; late: number; victim: Victim }>;

export type Verdict = Readonly<{
  scenario: ScenarioName;
  kills: readonly Kill[];
  faults: readonly string[];
  usageLateMs: number;
}>;

/** What differs from the undisturbed run. */
const faultsOf = (expected: Result, found: Result): readonly string[] => {
  const beside = difference(expected.beside, found.beside);
  const story = difference(expected.story, found.story);
  return [
    ...found.faults,
    ...(found.end === expected.end ? [] : [`it ended ${found.end}, not ${expected.end}`]),
    ...(found.delivered === expected.delivered ? [] : ['other bytes were delivered']),
    ...(found.left === expected.left ? [] : ['other bytes were left']),
    ...(story === null ? [] : [`another story: ${story}`]),
    ...(beside === null ? [] : [`other usage: ${beside}`]),
  ];
};

export type Disturbance = Readonly<{
  scenario: ScenarioName;
  /** Each is killed at once. */
  points: readonly Point[];
  /** Who is killed at the nth kill; null: each in turn. */
  wanted: Victim | null;
  /** Kills so far, so that the turns go on. */
  before: number;
  project: string;
}>;

/** Where to kill now, of what has come since the last look at `known` events. */
const dueAt = (
  events: Awaited<ReturnType<Player['stage']['eventsOf']>>,
  known: number,
  open: ReadonlySet<Point>,
): Pick<Kill, 'points' | 'late'> => {
  const newest = newestPoints(events, known);
  // One point alone is not missed because another event has followed it. Of many, what was overtaken waits for the next play.
  const came = open.size === 1 ? pointsOf(events).slice(known) : newest;
  const points = came.filter((point) => open.has(point));
  const isNewest = points.every((point) => newest.includes(point));
  return { points, late: isNewest ? 0 : came.length - 1 - came.findIndex((point) => points.includes(point)) };
};

/** Plays the scenario again in a new folder, and kills a process as soon as one of the events is in the log. */
export const disturbed = async (
  tools: Omit<Player, 'onCli'>,
  { scenario, points, wanted, before, project }: Disturbance,
  expected: Played,
): Promise<Verdict> => {
  const { stage } = tools;
  const earlier = await stage.newestJob();
  let cli: number | null = null;
  let over = false;
  const player: Player = {
    ...tools,
    onCli: (pid) => {
      cli = pid;
    },
  };
  const kills: Kill[] = [];
  const killAll = async (): Promise<void> => {
    const open = new Set(points);
    let known = 0;
    for (; !over && open.size > 0; await sleep(3)) {
      const jobId = await stage.newestJob();
      if (jobId === null || jobId === earlier) continue;
      const events = await stage.eventsOf(jobId);
      const due = dueAt(events, known, open);
      known = events.length;
      if (due.points.length === 0) continue;
      const turn = VICTIMS[(before + kills.length) % VICTIMS.length] ?? 'SERVER';
      kills.push({ ...due, victim: await kill(stage, wanted ?? turn, cli) });
      for (const point of due.points) open.delete(point);
    }
  };
  const running = play(player, scenarioOf(scenario), project, expected.beside.length).finally(() => {
    over = true;
  });
  // Both have ended before the next play begins, whichever fails.
  const [played, killing] = await Promise.allSettled([running, killAll()]);
  rmSync(project, { recursive: true, force: true });
  const never = points.length === 1 && kills.length === 0 ? [`the job ended before ${points[0]}`] : [];
  const failed = killing.status === 'rejected' ? [`the kill failed: ${messageOf(killing.reason)}`] : [];
  if (played.status === 'rejected') {
    const faults = [...failed, `it was not played to its end: ${messageOf(played.reason)}`];
    return { scenario, kills, faults, usageLateMs: 0 };
  }
  const faults = [...failed, ...never, ...faultsOf(expected, played.value)];
  return { scenario, kills, faults, usageLateMs: played.value.usageLateMs };
};
