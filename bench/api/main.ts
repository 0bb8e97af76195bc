import { cpus } from 'node:os';
import { median, ratio, repeat, rounded } from '../store/measure.ts';
import { type LoadResult, openSenders, underLoad } from './requests.ts';
import { arrivals } from './sse.ts';
import { openStage, type Stage } from './stage.ts';

type Scale = Readonly<{ repetitions: number; milliseconds: number; loadMs: number; seconds: number }>;
const FULL: Scale = { repetitions: 5, milliseconds: 2_000, loadMs: 5_000, seconds: 15 };
const QUICK: Scale = { repetitions: 3, milliseconds: 700, loadMs: 1_500, seconds: 4 };

const CONCURRENCY = 64;
const CLIENT_STEPS = [8, 16, 32, 64, 128, 256, 512];
const SSE_CLIENTS = 1_000;

type Note = (text: string) => void;

/** The same body to both, 64 clients each, one after the other in random order. */
const commandAgainstBare = async (stage: Stage, scale: Scale, note: Note) => {
  const senders = await openSenders(stage, CONCURRENCY);
  const rates = await repeat(
    [
      { name: 'command', concurrency: CONCURRENCY, perform: senders.command },
      { name: 'bare', concurrency: CONCURRENCY, perform: senders.bare },
    ],
    { ...scale, note },
  );
  await senders.close();
  return {
    command_vs_bare: rounded(ratio(rates, 'command', 'bare')),
    commands_per_second: Math.round(median(rates.get('command') ?? [])),
    bare_per_second: Math.round(median(rates.get('bare') ?? [])),
  };
};

/** More and more clients until something fails; of the steps without a failure, the one with the most requests a second. */
const highestLoad = async (stage: Stage, scale: Scale, note: Note) => {
  let best: LoadResult | null = null;
  for (const clients of CLIENT_STEPS) {
    const result = await underLoad(stage, clients, scale.loadMs);
    note(`${clients} clients: ${Math.round(result.perSecond)} requests/s, ${result.failures} failures`);
    if (result.failures > 0) break;
    if (best === null || result.perSecond > best.perSecond) best = result;
  }
  if (best === null) throw new Error('even the lowest load had failures');
  return {
    command_p95_ms: rounded(best.command_p95_ms),
    read_p95_ms: rounded(best.read_p95_ms),
    load_clients: best.clients,
    load_per_second: Math.round(best.perSecond),
  };
};

const createJobs = async (stage: Stage, count: number): Promise<string[]> => {
  const senders = await openSenders(stage, 16);
  const texts: string[] = [];
  while (texts.length < count)
    texts.push(...(await Promise.all(Array.from({ length: 16 }, () => senders.command()))));
  await senders.close();
  return texts.slice(0, count).map((text): string => JSON.parse(text).job_id);
};

/** A thousand people who each follow a job of their own, and a thousand who all follow the same one. */
const streams = async (stage: Stage, scale: Scale, note: Note) => {
  const jobs = await createJobs(stage, SSE_CLIENTS);
  const clients = SSE_CLIENTS;
  const own = await arrivals(stage, { jobs, clients, lines: 200 * scale.seconds, perSecond: 200 });
  note(`each its own job: p99 ${rounded(own.p99)} ms`);
  const [first = ''] = jobs;
  const shared = await arrivals(stage, {
    jobs: [first],
    clients,
    lines: 4 * scale.seconds,
    perSecond: 4,
  });
  note(`all the same job: p99 ${rounded(shared.p99)} ms`);
  for (const { arrived, expected } of [own, shared])
    if (arrived !== expected) throw new Error(`${arrived} of ${expected} messages arrived`);
  return {
    sse_clients: clients,
    sse_p50_ms: rounded(own.p50),
    sse_p99_ms: rounded(own.p99),
    sse_shared_p50_ms: rounded(shared.p50),
    sse_shared_p99_ms: rounded(shared.p99),
  };
};

/** `npm run bench -- api [--json] [--quick]`: the API in one process, Postgres and the clients beside it. */
export const run = async (args: readonly string[]): Promise<void> => {
  const scale = args.includes('--quick') ? QUICK : FULL;
  const started = Date.now();
  const note: Note = (text) => {
    process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(0)} s: ${text}\n`);
  };
  const stage = await openStage();
  try {
    const result = {
      ...(await commandAgainstBare(stage, scale, note)),
      ...(await streams(stage, scale, note)),
      ...(await highestLoad(stage, scale, note)),
      machine: { cpus: cpus().length, node: process.version },
      seconds: Math.round((Date.now() - started) / 1_000),
    };
    process.stdout.write(`${JSON.stringify(result, null, args.includes('--json') ? 0 : 2)}\n`);
  } finally {
    await stage.close();
  }
};
