import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeProject } from './project.ts';
import { hashOf, killNow, type Point, pointsOf, Stage, VICTIMS, type Victim } from './stage.ts';

/**
 * `npm run crash`: runs one job undisturbed, then the same job once for every event it wrote, and kills the server, the command
 * line or Postgres with SIGKILL as soon as that event is in the log. Each must end with the same delivered bytes, and nothing
 * may have happened twice. `--points N` limits the points, `--only TYPE#N` picks one, `--json` prints one object last.
 */
const { values } = parseArgs({
  options: {
    points: { type: 'string' },
    only: { type: 'string' },
    victim: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** Happens at most once in a job that needed one attempt, however often anything was killed. */
const ONCE = [
  'JobRequested',
  'ContextAttached',
  'JobStarted',
  'ProposalsGenerated',
  'ProposalSelected',
  'SpecDrafted',
  'SpecApproved',
  'TestPlanGenerated',
  'BaselinePassed',
  'AttemptStarted',
  'PatchGenerated',
  'TestsPassed',
  'DeliveryAccepted',
  'DeliveryApplied',
];

const root = mkdtempSync(join(tmpdir(), 'iama-crash-'));
const stage = new Stage(root);
const RUN = ['--goal', 'js-to-ts', '--yes', '--apply', '--json'];

const undisturbed = async () => {
  const project = join(root, 'undisturbed');
  writeProject(project);
  const { code, stderr } = await stage.begin('run', project, ...RUN).ended;
  const jobId = await stage.newestJob();
  if (code !== 0 || jobId === null) throw new Error(`the undisturbed job ended with ${code}: ${stderr}`);
  return {
    points: pointsOf(await stage.eventsOf(jobId)),
    hash: hashOf(project),
    usage: (await stage.usageKeysOf(jobId)).length,
  };
};

const waitForPoint = async (
  before: string | null,
  point: Point,
  isOver: () => boolean,
): Promise<string | null> => {
  while (!isOver()) {
    const jobId = await stage.newestJob();
    if (jobId !== null && jobId !== before && pointsOf(await stage.eventsOf(jobId)).includes(point))
      return jobId;
    await sleep(3);
  }
  return null;
};

const kill = async (victim: Victim, cli: number | undefined): Promise<void> => {
  switch (victim) {
    case 'SERVER':
      return killNow(stage.serverPid);
    case 'CLI':
      return cli === undefined ? undefined : killNow(cli);
    case 'POSTGRES':
      return killNow(await stage.postmasterPid());
  }
};

const disturbed = async (
  point: Point,
  victim: Victim,
  index: number,
  expected: Awaited<ReturnType<typeof undisturbed>>,
) => {
  const project = join(root, `p${index}`);
  writeProject(project);
  const before = await stage.newestJob();
  const first = stage.begin('run', project, ...RUN);
  let over = false;
  void first.ended.then(() => {
    over = true;
  });
  const reached = await waitForPoint(before, point, () => over);
  if (reached === null) return { point, victim, faults: ['the job ended before this event'] };
  await kill(victim, first.child.pid);
  // What a person does next: look at the jobs (which starts a server that is gone), and go on with this one.
  if (victim === 'SERVER') stage.call('jobs', '--json');
  let ended = await first.ended;
  const tries = victim === 'CLI' ? 1 : 0;
  for (let go = 0; go < tries || (ended.code !== 0 && go < 3); go += 1) {
    ended = await stage.begin('attach', reached, '--yes', '--apply', '--json').ended;
  }
  const events = await stage.eventsOf(reached);
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  const usage = await stage.usageKeysOf(reached);
  const faults = [
    ...(ended.code === 0 ? [] : [`exit ${ended.code}: ${ended.stderr.trim().slice(-300)}`]),
    ...(hashOf(project) === expected.hash ? [] : ['other bytes were delivered']),
    ...ONCE.filter((type) => count(type) !== 1).map((type) => `${type} happened ${count(type)} times`),
    ...(count('ModelCalled') === 4 ? [] : [`${count('ModelCalled')} model calls`]),
    ...(new Set(usage).size === usage.length ? [] : ['a usage entry was written twice']),
  ];
  rmSync(project, { recursive: true, force: true });
  return { point, victim, faults };
};

const began = Date.now();
const expected = await undisturbed();
const all = expected.points;
const chosen = values.only === undefined ? all.slice(0, Number(values.points ?? all.length)) : [values.only];
console.log(`undisturbed: ${all.length} events, delivered ${expected.hash.slice(0, 12)}`);
const results = [];
for (const [index, point] of chosen.entries()) {
  const victim =
    VICTIMS.find((name) => name === values.victim) ?? VICTIMS[index % VICTIMS.length] ?? 'SERVER';
  const at = Date.now();
  const result = await disturbed(point, victim, index, expected);
  results.push(result);
  const verdict = result.faults.length === 0 ? 'same result' : `WRONG ${result.faults.join('; ')}`;
  console.log(
    `${point.padEnd(24)} ${victim.padEnd(8)} ${((Date.now() - at) / 1000).toFixed(1)} s  ${verdict}`,
  );
}
await stage.close();
rmSync(root, { recursive: true, force: true });
const wrong = results.filter((result) => result.faults.length > 0);
console.log(
  `${results.length} kill points, ${wrong.length} wrong, ${Math.round((Date.now() - began) / 1000)} s`,
);
if (values.json) console.log(JSON.stringify({ ok: wrong.length === 0, points: results.length, wrong }));
process.exitCode = wrong.length === 0 && results.length > 0 ? 0 : 1;
