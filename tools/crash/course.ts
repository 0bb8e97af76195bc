import { join } from 'node:path';
import { disturbed, type Verdict } from './disturb.ts';
import { type Player, play } from './play.ts';
import { type ScenarioName, scenarioOf } from './scenarios.ts';
import { type Point, pointsOf } from './story.ts';
import type { Victim } from './victims.ts';

export type Course = Readonly<{
  scenario: ScenarioName;
  /** Where to kill, of all points of the undisturbed run. */
  choose: (all: readonly Point[]) => readonly Point[];
  wanted: Victim | null;
  /** Every point in a play of its own. */
  apart: boolean;
  /** Kills so far in the whole run. */
  before: number;
}>;

/** How often a scenario is played with all open points, before each of them gets a play of its own. */
const TOGETHER = 3;

/**
 * Plays a scenario undisturbed, and then again with kills until there was one at each of the points: at as many as
 * possible in one play, since a kill costs a start, and a play a whole job. `tell` hears of every play as it ends. Throws when the
 * undisturbed play, or the database between two plays, fails.
 */
export const playCourse = async (
  tools: Omit<Player, 'onCli'>,
  { scenario, choose, wanted, apart, before }: Course,
  tell: (verdict: Verdict, seconds: number) => void,
): Promise<void> => {
  const { root } = tools.stage;
  const expected = await play(
    { ...tools, onCli: () => undefined },
    scenarioOf(scenario),
    join(root, scenario),
  );
  const all = pointsOf(expected.events);
  const applied = expected.delivered?.slice(0, 12) ?? 'nothing';
  console.log(`${scenario}: ${all.length} events, ${expected.end}, ${applied} applied`);
  if (expected.faults.length > 0) {
    tell({ scenario, kills: [], faults: expected.faults, usageLateMs: 0 }, 0);
    return;
  }
  let plays = 0;
  let killed = 0;
  const disturb = async (points: readonly Point[]): Promise<readonly Point[]> => {
    const beganAt = Date.now();
    const project = join(root, `${scenario}-${plays}`);
    const at = { scenario, points, wanted, before: before + killed, project };
    const verdict = await disturbed(tools, at, expected);
    plays += 1;
    killed += verdict.kills.length;
    tell(verdict, (Date.now() - beganAt) / 1_000);
    return verdict.kills.flatMap((kill) => kill.points);
  };

  let open = choose(all);
  for (let time = 0; time < TOGETHER && open.length > 1 && !apart; time++) {
    const hit = await disturb(open);
    if (hit.length === 0) break;
    open = open.filter((point) => !hit.includes(point));
  }
  for (const point of open) await disturb([point]);
};
