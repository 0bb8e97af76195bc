import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { removeHomeless } from '../../infra/postgres/embedded.ts';
import { writeProject } from './project.ts';
import { hashOf, killNow, type Point, pointsOf, Stage, VICTIMS, type Victim } from './stage.ts';

/**
 * `npm run crash`: runs one job undisturbed, then the same job once for every event it wrote, and kills the server, the command
 * line or Postgres with SIGKILL as soon as that event is in the log, and then reverts it. Each must end with the same delivered bytes, and nothing
 * may have happened twice. `--points N` limits the points, `--only TYPE#N` picks one, `--times N` repeats that, `--json` prints one object last.
 */
const { values } = parseArgs({
  options: {
    points: { type: 'string' },
    only: { type: 'string' },
    victim: { type: 'string' },
    times: { type: 'string', default: '1' },
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
  'DeliveryReverted',
];

const root = mkdtempSync(join(tmpdir(), 'iama-crash-'));
const stage = new Stage(root);
const RUN = ['--goal', 'js-to-ts', '--yes', '--apply', '--json'];

/** Everything that the CLI is asked to do with one job, each step as often as it takes. */
type Outcome = Readonly<{ faults: readonly string[]; delivered: string; reverted: string }>;

const TRIES = 4;

/** Repeats a step as a person would who finds it interrupted: by `attach` for a job, by `revert` again for a revert. */
const untilDone = async (
  first: readonly string[],
  again: () => Promise<readonly string[]>,
  onStart: (pid: number | undefined) => void,
): Promise<string[]> => {
  let args = first;
  let last = '';
  for (let go = 0; go < TRIES; go += 1) {
    const { child, ended } = stage.begin(...args);
    onStart(child.pid);
    const { code, stderr } = await ended;
    if (code === 0) return [];
    last = `${args[0]} ended with ${code}: ${stderr.trim().slice(-300)}`;
    args = await again();
  }
  return [last];
};

const runJob = async (project: string, onStart: (pid: number | undefined) => void): Promise<Outcome> => {
  writeProject(project);
  const original = hashOf(project);
  const before = await stage.newestJob();
  const ran = await untilDone(
    ['run', project, ...RUN],
    async () => {
      const jobId = await stage.newestJob();
      return jobId === null || jobId === before
        ? ['run', project, ...RUN]
        : ['attach', jobId, '--yes', '--apply', '--json'];
    },
    onStart,
  );
  const delivered = hashOf(project);
  const jobId = (await stage.newestJob()) ?? '';
  const revert = ['revert', jobId, '--json'];
  const undone = await untilDone(revert, async () => revert, onStart);
  const reverted = hashOf(project);
  return {
    faults: [...ran, ...undone, ...(reverted === original ? [] : ['the revert is not byte-exact'])],
    delivered,
    reverted,
  };
};

const undisturbed = async () => {
  const { faults, delivered } = await runJob(join(root, 'undisturbed'), () => undefined);
  const jobId = await stage.newestJob();
  if (faults.length > 0 || jobId === null)
    throw new Error(`the undisturbed job failed: ${faults.join('; ')}`);
  return { points: pointsOf(await stage.eventsOf(jobId)), delivered };
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
  const before = await stage.newestJob();
  let cli: number | undefined;
  let over = false;
  const running = runJob(project, (pid) => {
    cli = pid;
  }).finally(() => {
    over = true;
  });
  const jobId = await waitForPoint(before, point, () => over);
  if (jobId === null)
    return {
      point,
      victim,
      usageLate: 0,
      faults: ['the job ended before this event', ...(await running).faults],
    };
  await kill(victim, cli);
  // What a person does next: look at the jobs, which starts a server that is gone.
  if (victim === 'SERVER') await stage.begin('jobs', '--json').ended;
  const { faults, delivered } = await running;
  const events = await stage.eventsOf(jobId);
  // Metering follows the log; after a kill it goes on once the lease of the dead worker is over.
  const endedAt = Date.now();
  let usage = await stage.usageKeysOf(jobId);
  const usageAtEnd = usage.length;
  for (const giveUpAt = Date.now() + 30_000; usage.length < 4 && Date.now() < giveUpAt; await sleep(200))
    usage = await stage.usageKeysOf(jobId);
  const usageLate = usageAtEnd < usage.length ? Date.now() - endedAt : 0;
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  rmSync(project, { recursive: true, force: true });
  return {
    point,
    victim,
    usageLate,
    faults: [
      ...faults,
      ...(delivered === expected.delivered ? [] : ['other bytes were delivered']),
      ...ONCE.filter((type) => count(type) !== 1).map((type) => `${type} happened ${count(type)} times`),
      ...(count('ModelCalled') === 4 ? [] : [`${count('ModelCalled')} model calls`]),
      ...(new Set(usage).size === usage.length && usage.length === 4
        ? []
        : [`usage entries ${usage.join(' ')}`]),
    ],
  };
};

const began = Date.now();
// Any command starts the server, which makes the database that is watched from here on.
await stage.begin('jobs', '--json').ended;
const expected = await undisturbed();
const all = expected.points;
const { only } = values;
const chosen =
  only === undefined
    ? all.slice(0, Number(values.points ?? all.length))
    : Array.from({ length: Number(values.times) }, () => only);
console.log(`undisturbed: ${all.length} events, delivered ${expected.delivered.slice(0, 12)}`);
const results = [];
for (const [index, point] of chosen.entries()) {
  const victim =
    VICTIMS.find((name) => name === values.victim) ?? VICTIMS[index % VICTIMS.length] ?? 'SERVER';
  const at = Date.now();
  const result = await disturbed(point, victim, index, expected);
  results.push(result);
  const verdict = result.faults.length === 0 ? 'same result' : `WRONG ${result.faults.join('; ')}`;
  const late = result.usageLate > 0 ? `, usage complete ${result.usageLate} ms after the job` : '';
  console.log(
    `${point.padEnd(24)} ${victim.padEnd(8)} ${((Date.now() - at) / 1000).toFixed(1)} s  ${verdict}${late}`,
  );
}
await stage.close();
rmSync(root, { recursive: true, force: true });
await removeHomeless();
const wrong = results.filter((result) => result.faults.length > 0);
console.log(
  `${results.length} kill points, ${wrong.length} wrong, ${Math.round((Date.now() - began) / 1000)} s`,
);
if (values.json) console.log(JSON.stringify({ ok: wrong.length === 0, points: results.length, wrong }));
process.exitCode = wrong.length === 0 && results.length > 0 ? 0 : 1;
