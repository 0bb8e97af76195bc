import { mkdtempSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../infra/runtime/transient-errors.ts';
import { type Course, playCourse } from './course.ts';
import type { Kill, Verdict } from './disturb.ts';
import { eventTypes } from './event-types.ts';
import { inTurn } from './in-turn.ts';
import { KILLED_IN, NOT_WRITTEN, notKilledAt, untrue } from './plan.ts';
import { SCENARIO_NAMES, type ScenarioName, scenarioOf } from './scenarios.ts';
import { Stage } from './stage.ts';
import { type Point, typeOf } from './story.ts';
import { VICTIMS } from './victims.ts';

/**
 * `npm run crash`: plays each scenario undisturbed, then with kills: as soon as one of its points is in the log, the
 * server, the command line or Postgres gets SIGKILL. Each play must come to the same result, and nothing may have happened
 * twice. What fails is told and counted, and the other scenarios are played. Fails too when a job can write an event at which nothing was killed. `--scenario NAME` (may be repeated) picks
 * some, `--points N` limits the points of each, `--apart` kills once a play, `--only TYPE#N` picks one point of the first
 * scenario and `--times N` repeats that, `--victim` names who is killed, `--json` prints one object last.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    points: { type: 'string' },
    only: { type: 'string' },
    victim: { type: 'string' },
    times: { type: 'string', default: '1' },
    apart: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const isWhole = [values.scenario, values.points, values.only].every((value) => value === undefined);

const expectOneOf = (known: readonly string[], given: readonly string[]): void => {
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')} is none of ${known.join(', ')}`);
};
expectOneOf(SCENARIO_NAMES, values.scenario ?? []);
expectOneOf(VICTIMS, values.victim === undefined ? [] : [values.victim]);

/** Log lines and beats come as often as time allows: one of each is enough. */
const AS_OFTEN_AS_TIME_ALLOWS = new Set(['LogLineWritten', 'ClientHeartbeatReceived']);

/** The points of a scenario: all of the delivery, of the others what the plan names. */
const chosen = (name: ScenarioName, all: readonly Point[]): readonly Point[] => {
  const { only, points } = values;
  if (only !== undefined) return Array.from({ length: Number(values.times) }, () => only);
  const isPlanned = (point: Point): boolean => {
    if (point.endsWith('#1') && KILLED_IN[typeOf(point)] === name) return true;
    if (name === 'delivery') return !AS_OFTEN_AS_TIME_ALLOWS.has(typeOf(point));
    return (scenarioOf(name).also ?? []).includes(point);
  };
  return all.filter(isPlanned).slice(0, points === undefined ? all.length : Number(points));
};

const results: Verdict[] = [];
const killsOf = (verdicts: readonly Verdict[]): Kill[] => verdicts.flatMap(({ kills }) => kills);

const tell = (played: Verdict, seconds: number): void => {
  results.push(played);
  const { kills, faults, usageLateMs } = played;
  for (const { points, late, victim } of kills)
    console.log(
      `  ${victim.padEnd(8)} at ${points.join(', ')}${late === 0 ? '' : `, ${late} events after it`}`,
    );
  const verdict = faults.length === 0 ? 'same result' : `WRONG ${faults.join('; ')}`;
  const late = usageLateMs > 1_000 ? `, usage complete ${usageLateMs} ms after the job` : '';
  const killed = `${kills.length} ${kills.length === 1 ? 'kill' : 'kills'}`;
  console.log(`  ${killed}, ${seconds.toFixed(1)} s: ${verdict}${late}`);
};

/** What the definitions, the plan and the run say of each other; one line for each that is wrong. */
const coverage = (types: readonly string[], killed: ReadonlySet<string>): readonly string[] => {
  const missing = notKilledAt(types, killed);
  const wrong = untrue(types, killed);
  return [
    ...(missing.length === 0 ? [] : [`no process was killed at ${missing.join(', ')}`]),
    ...(wrong.length === 0 ? [] : [`the plan says what is not so of ${wrong.join(', ')}`]),
  ];
};

const courseOf = (scenario: ScenarioName): Course => ({
  scenario,
  choose: (all) => chosen(scenario, all),
  wanted: VICTIMS.find((each) => each === values.victim) ?? null,
  apart: values.apart || values.only !== undefined,
  before: killsOf(results).length,
});

const began = Date.now();
const types = eventTypes();
const stage = new Stage(mkdtempSync(join(tmpdir(), 'iama-crash-')));
const names = SCENARIO_NAMES.filter((name) => values.scenario?.includes(name) ?? true);
let givenUp = 0;
let unread: string | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, async () => {
    await stage.close();
    process.exit(128 + constants.signals[signal]);
  });
try {
  const client = await stage.openClient();
  await inTurn(
    values.only === undefined ? names : names.slice(0, 1),
    async (name) => {
      // Whatever failed may have left nothing running.
      if ((results.at(-1)?.faults.length ?? 0) > 0) await stage.startServer();
      await playCourse({ stage, client }, courseOf(name), tell);
    },
    (scenario, message) =>
      tell({ scenario, kills: [], faults: [`${scenario} was not played: ${message}`], usageLateMs: 0 }, 0),
    () => stage.isClosing,
  );
  try {
    givenUp = await stage.deadLetters();
  } catch (error) {
    if (!stage.isClosing) unread = messageOf(error);
  }
} finally {
  await stage.close();
}

const kills = killsOf(results);
const killed = new Set(kills.flatMap(({ points }) => points).map(typeOf));
const gaps = isWhole ? coverage(types, killed) : [];
const wrong = results.filter(({ faults }) => faults.length > 0);
for (const gap of gaps) console.log(`MISSING: ${gap}`);
if (givenUp > 0) console.log(`WRONG: our side gave up on ${givenUp} events`);
if (unread !== null) console.log(`WRONG: the dead letters cannot be read: ${unread}`);
const victims = VICTIMS.map((name) => `${name} ${kills.filter(({ victim }) => victim === name).length}`);
const points = new Set(
  results.flatMap(({ scenario, kills: each }) =>
    each.flatMap((kill) => kill.points.map((point) => `${scenario} ${point}`)),
  ),
).size;
const unwritten = Object.keys(NOT_WRITTEN).length;
const seconds = Math.round((Date.now() - began) / 1_000);
console.log(
  `${kills.length} kills (${victims.join(', ')}; ${kills.filter(({ late }) => late > 0).length} of them late) at ${points} points, ${killed.size} of ${types.length} event types, ${unwritten} of which no job writes yet; ${wrong.length} of ${results.length} plays wrong, ${seconds} s`,
);
const ok = wrong.length === 0 && gaps.length === 0 && givenUp === 0 && unread === null && kills.length > 0;
if (values.json) {
  const summary = {
    ok,
    kills: kills.length,
    points,
    types: [...killed].sort(),
    notWritten: NOT_WRITTEN,
    gaps,
    wrong,
  };
  console.log(JSON.stringify(summary));
}
process.exitCode = ok ? 0 : 1;
