import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { removeHomeless } from '../../infra/postgres/embedded.ts';
import { eventTypes } from './event-types.ts';
import { KILLED_IN, NOT_WRITTEN, notKilledAt, untrue } from './plan.ts';
import { type Played, type Player, play, type Result } from './play.ts';
import { SCENARIO_NAMES, type ScenarioName, scenarioOf } from './scenarios.ts';
import { Stage } from './stage.ts';
import { difference, type Point, pointsOf, typeOf } from './story.ts';
import { kill, VICTIMS, type Victim } from './victims.ts';

/**
 * `npm run crash`: plays each scenario undisturbed, then once for every point of it, and kills the server, the command
 * line or Postgres with SIGKILL as soon as that event is in the log. Each must come to the same result, and nothing may
 * have happened twice. Fails too when a job can write an event at which nothing was killed.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    points: { type: 'string' },
    only: { type: 'string' },
    victim: { type: 'string' },
    times: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const isWhole = [values.scenario, values.points, values.only].every((value) => value === undefined);

type Verdict = Readonly<{
  scenario: ScenarioName;
  point: Point;
  victim: Victim;
  faults: readonly string[];
}>;

/** The points of a scenario: all of the delivery, of the others what the plan names. */
const chosen = (name: ScenarioName, all: readonly Point[]): readonly Point[] => {
  if (values.only !== undefined) return Array.from({ length: Number(values.times) }, () => values.only ?? '');
  const planned = (point: Point): boolean =>
    (point.endsWith('#1') && KILLED_IN[typeOf(point)] === name) ||
    (scenarioOf(name).also ?? []).includes(point);
  const points = name === 'delivery' ? all.filter((point) => isOwn(point)) : all.filter(planned);
  return points.slice(0, Number(values.points ?? points.length));
};

/** Log lines and beats come as often as time allows: one of each is enough. */
const isOwn = (point: Point): boolean =>
  !['LogLineWritten', 'ClientHeartbeatReceived'].includes(typeOf(point)) || point.endsWith('#1');

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

const waitForPoint = async (
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

const disturbed = async (
  name: ScenarioName,
  point: Point,
  wanted: Victim,
  expected: Played,
  project: string,
): Promise<Verdict & Readonly<{ usageLateMs: number }>> => {
  const before = await stage.newestJob();
  let cli: number | null = null;
  let over = false;
  const player: Player = {
    ...tools,
    onCli: (pid) => {
      cli = pid;
    },
  };
  const running = play(player, scenarioOf(name), project, expected.beside.length).finally(() => {
    over = true;
  });
  const wasSeen = await waitForPoint(player, before, point, () => over);
  const victim = wasSeen ? await kill(stage, wanted, cli) : wanted;
  const played = await running;
  rmSync(project, { recursive: true, force: true });
  const faults = [...(wasSeen ? [] : ['the job ended before this event']), ...faultsOf(expected, played)];
  return { scenario: name, point, victim, faults, usageLateMs: played.usageLateMs };
};

/** What the definitions, the plan and the run say of each other; one line for each that is wrong. */
const coverage = (types: readonly string[], killed: ReadonlySet<string>): readonly string[] => {
  const missing = notKilledAt(types, killed);
  const wrong = untrue(types, killed);
  return [
    ...(missing.length === 0 ? [] : [`no process is killed at ${missing.join(', ')}`]),
    ...(wrong.length === 0 ? [] : [`the plan says what is not so of ${wrong.join(', ')}`]),
  ];
};

const began = Date.now();
const types = eventTypes();
const root = mkdtempSync(join(tmpdir(), 'iama-crash-'));
const stage = new Stage(root);
const client = await stage.openClient();
const tools: Player = { stage, client, onCli: () => undefined };
const results: Verdict[] = [];
let count = 0;

const playAll = async (name: ScenarioName): Promise<void> => {
  const expected = await play(tools, scenarioOf(name), join(root, name));
  if (expected.faults.length > 0)
    throw new Error(`${name} does not come to its end undisturbed: ${expected.faults.join('; ')}`);
  const all = pointsOf(expected.events);
  console.log(
    `${name}: ${all.length} events, ${expected.end}, ${(expected.delivered ?? 'nothing').slice(0, 12)} applied`,
  );
  for (const point of chosen(name, all)) {
    const wanted =
      VICTIMS.find((each) => each === values.victim) ?? VICTIMS[count % VICTIMS.length] ?? 'SERVER';
    const at = Date.now();
    const result = await disturbed(name, point, wanted, expected, join(root, `p${count}`));
    count += 1;
    results.push(result);
    const verdict = result.faults.length === 0 ? 'same result' : `WRONG ${result.faults.join('; ')}`;
    const late = result.usageLateMs > 1_000 ? `, usage complete ${result.usageLateMs} ms after the job` : '';
    const seconds = ((Date.now() - at) / 1_000).toFixed(1);
    console.log(`  ${point.padEnd(28)} ${result.victim.padEnd(8)} ${seconds} s  ${verdict}${late}`);
  }
};

const names = SCENARIO_NAMES.filter((name) => values.scenario?.includes(name) ?? true);
let given = 0;
try {
  for (const name of values.only === undefined ? names : names.slice(0, 1)) await playAll(name);
  given = await stage.deadLetters();
} finally {
  await stage.close();
  rmSync(root, { recursive: true, force: true });
  await removeHomeless();
}

const killed = new Set(results.map(({ point }) => typeOf(point)));
const gaps = isWhole ? coverage(types, killed) : [];
const wrong = results.filter((result) => result.faults.length > 0);
const seconds = Math.round((Date.now() - began) / 1_000);
for (const gap of gaps) console.log(`MISSING: ${gap}`);
if (given > 0) console.log(`WRONG: our side gave up on ${given} events`);
console.log(
  `${results.length} kill points at ${killed.size} of ${types.length} event types (${Object.keys(NOT_WRITTEN).length} are written by no job yet), ${wrong.length} wrong, ${seconds} s`,
);
const ok = wrong.length === 0 && gaps.length === 0 && given === 0 && results.length > 0;
if (values.json)
  console.log(JSON.stringify({ ok, points: results.length, types: [...killed].sort(), gaps, wrong }));
process.exitCode = ok ? 0 : 1;
