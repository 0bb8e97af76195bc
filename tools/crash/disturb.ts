import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Played, type Player, play, type Result } from './play.ts';
import { type ScenarioName, scenarioOf } from './scenarios.ts';
import { difference, type Point, pointsOf } from './story.ts';
import { kill, type Victim } from './victims.ts';

export type Verdict = Readonly<{
  scenario: ScenarioName;
  point: Point;
  /** null: the event never came, so nothing was killed. */
  victim: Victim | null;
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

const hasCome = async (
  { stage }: Player,
  before: string | null,
  point: Point,
  isOver: () => boolean,
): Promise<boolean> => {
  while (!isOver()) {
    const jobId = await stage.newestJob();
    if (jobId !== null && jobId !== before && pointsOf(await stage.eventsOf(jobId)).includes(point))
      return true;
    await sleep(3);
  }
  return false;
};

/** Plays the scenario again in a new folder, and kills the wanted process as soon as the event is in the log. */
export const disturbed = async (
  tools: Omit<Player, 'onCli'>,
  at: Readonly<{ scenario: ScenarioName; point: Point; wanted: Victim; project: string }>,
  expected: Played,
): Promise<Verdict> => {
  const { scenario, point, wanted, project } = at;
  const before = await tools.stage.newestJob();
  let cli: number | null = null;
  let over = false;
  const player: Player = {
    ...tools,
    onCli: (pid) => {
      cli = pid;
    },
  };
  const running = play(player, scenarioOf(scenario), project, expected.beside.length).finally(() => {
    over = true;
  });
  const came = await hasCome(player, before, point, () => over);
  const victim = came ? await kill(tools.stage, wanted, cli) : null;
  const played = await running;
  rmSync(project, { recursive: true, force: true });
  const faults = [...(came ? [] : ['the job ended before this event']), ...faultsOf(expected, played)];
  return { scenario, point, victim, faults, usageLateMs: played.usageLateMs };
};
