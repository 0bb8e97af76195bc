import { cpus, loadavg } from 'node:os';
import { compare, rounded, type Workload } from '../store/measure.ts';
import { highestLoad } from './load.ts';
import { processorTime } from './processor-time.ts';
import { createJobs, openSenders, type Send } from './requests.ts';
import { otherRoutes } from './routes.ts';
import { arrivals, type Client } from './sse.ts';
import { openStage, type Stage } from './stage.ts';
import { startsAgainstBare } from './starts.ts';

type Scale = Readonly<{
  repetitions: number;
  milliseconds: number;
  /** Of each of 64 people, in each repetition. */
  starts: number;
  loadMs: number;
  seconds: number;
}>;
const FULL: Scale = { repetitions: 5, milliseconds: 2_000, starts: 10, loadMs: 4_000, seconds: 15 };
const QUICK: Scale = { repetitions: 3, milliseconds: 700, starts: 4, loadMs: 1_000, seconds: 4 };

const CONCURRENCY = 64;
const USERS = 50;
/** As many as the API allows one user. */
const STREAMS_PER_USER = 20;
/** A run that hangs must not stay. */
const LONGEST_MS = 8 * 60_000;

type Note = (text: string) => void;

/** Counts what is sent over all repetitions and what that cost the server, warm-up included. */
const counted = (send: Send): { send: Send; readonly count: () => number } => {
  let count = 0;
  return {
    send: () => {
      count += 1;
      return send();
    },
    count: () => count,
  };
};

/** The same body to both, 64 clients each, side by side. */
const commandAgainstBare = async (stage: Stage, scale: Scale, note: Note) => {
  const senders = await openSenders(stage, CONCURRENCY);
  const [command, bare] = [counted(senders.command), counted(senders.bare)];
  const [apiBefore, bareBefore] = [processorTime(stage.apiPid), processorTime(stage.barePid)];
  const of: Workload = { name: 'command', concurrency: CONCURRENCY, perform: command.send };
  const to: Workload = { name: 'bare', concurrency: CONCURRENCY, perform: bare.send };
  const { ratios, rates } = await compare([{ key: 'command_vs_bare', of, to }], { ...scale, note });
  const apiTime = processorTime(stage.apiPid) - apiBefore;
  const bareTime = processorTime(stage.barePid) - bareBefore;
  await senders.close();
  return {
    command_vs_bare: rounded(ratios.get('command_vs_bare') ?? Number.NaN),
    commands_per_second: Math.round(rates.get('command') ?? Number.NaN),
    bare_per_second: Math.round(rates.get('bare') ?? Number.NaN),
    command_cpu_us: Math.round(apiTime / command.count()),
    bare_cpu_us: Math.round(bareTime / bare.count()),
  };
};

type Person = Readonly<{ token: string; jobs: readonly string[] }>;

const people = async (stage: Stage): Promise<Person[]> => {
  const found: Person[] = [];
  for (let index = 0; index < USERS; index += 1) {
    const token = await stage.newUser();
    found.push({ token, jobs: await createJobs(stage, token, STREAMS_PER_USER) });
  }
  return found;
};

/** A thousand connections that each follow one job, and a thousand that each follow all 20 jobs of their user. */
const streams = async (stage: Stage, scale: Scale, note: Note) => {
  const persons = await people(stage);
  note(`${persons.length} users with ${STREAMS_PER_USER} jobs each`);
  const { seconds } = scale;
  const one: Client[] = persons.flatMap(({ token, jobs }) =>
    jobs.map((jobId) => ({ token, path: `/jobs/${jobId}/logs`, jobs: [jobId] })),
  );
  const all: Client[] = persons.flatMap(({ token, jobs }) =>
    jobs.map(() => ({ token, path: '/jobs/stream', jobs })),
  );
  const own = await arrivals(stage, { clients: one, seconds, perSecond: 200 });
  note(`each one job: p99 ${rounded(own.p99)} ms`);
  const shared = await arrivals(stage, { clients: all, seconds, perSecond: 100 });
  note(`each all jobs of a user: p99 ${rounded(shared.p99)} ms`);
  return {
    sse_clients: one.length,
    sse_p50_ms: rounded(own.p50),
    sse_p99_ms: rounded(own.p99),
    sse_cpu_us: Math.round(own.serverMicroseconds),
    sse_user_p50_ms: rounded(shared.p50),
    sse_user_p99_ms: rounded(shared.p99),
    sse_user_cpu_us: Math.round(shared.serverMicroseconds),
  };
};

/** What the interrupted run has opened is closed, and nothing of it goes on. */
const stopOn = (opening: Promise<Stage>): (() => void) => {
  const stop = (): void => {
    void opening.then((stage) => stage.close()).finally(() => process.exit(1));
  };
  const late = setTimeout(() => {
    process.stderr.write('the benchmark took too long\n');
    stop();
  }, LONGEST_MS);
  const broken = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.once('uncaughtException', broken);
  return () => {
    process.off('uncaughtException', broken);
    clearTimeout(late);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
};

const profileOf = (args: readonly string[]): string | undefined =>
  args.find((arg) => arg.startsWith('--profile='))?.slice('--profile='.length);

/**
 * `npm run bench -- api [--json] [--quick] [--profile=<folder>]`: the API in one process, Postgres and the clients beside it.
 * With a folder, the API leaves a CPU profile there.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const scale = args.includes('--quick') ? QUICK : FULL;
  const started = Date.now();
  const load = () => rounded(loadavg()[0] ?? Number.NaN);
  const loadBefore = load();
  const note: Note = (text) => {
    process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(0)} s: ${text}\n`);
  };
  const opening = openStage(profileOf(args));
  const done = stopOn(opening);
  const stage = await opening;
  try {
    const result = {
      ...(await commandAgainstBare(stage, scale, note)),
      ...(await startsAgainstBare(stage, { ...scale, note })),
      ...(await otherRoutes(stage, { ...scale, note })),
      ...(await streams(stage, scale, note)),
      ...(await highestLoad(stage, scale.loadMs, note)),
      machine: { cpus: cpus().length, node: process.version, load_before: loadBefore },
      seconds: Math.round((Date.now() - started) / 1_000),
    };
    process.stdout.write(`${JSON.stringify(result, null, args.includes('--json') ? 0 : 2)}\n`);
  } finally {
    done();
    await stage.close();
  }
};
