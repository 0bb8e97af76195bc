import { cpus } from 'node:os';
import { fillTo } from './filling.ts';
import type { Latency } from './latency.ts';
import { followed, idleLatency, loadedLatency } from './latency.ts';
import { compare, median, rateOf, rounded } from './measure.ts';
import { catchUpRate, copyRate, naiveRebuildRate, passRate, readRate, rebuildRate } from './reading.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { coalescedWorkload, pairs, settle } from './workloads.ts';

/** How much is measured. `--quick` answers in a minute, for a look; its figures are not to be quoted. */
type Scale = Readonly<{
  repetitions: number;
  milliseconds: number;
  samples: number;
  loadedMs: number;
  readEvents: number;
  naiveEvents: number;
  grownEvents: number;
}>;

const FULL: Scale = {
  repetitions: 7,
  milliseconds: 1_000,
  samples: 500,
  loadedMs: 8_000,
  readEvents: 500_000,
  naiveEvents: 40_000,
  grownEvents: 5_000_000,
};
const QUICK: Scale = {
  repetitions: 3,
  milliseconds: 400,
  samples: 150,
  loadedMs: 2_000,
  readEvents: 60_000,
  naiveEvents: 10_000,
  grownEvents: 300_000,
};

const READING_REPETITIONS = 5;

type Figures = Record<string, number>;
type Note = (text: string) => void;

const roundedAll = (values: ReadonlyMap<string, number>, digits: number): Figures =>
  Object.fromEntries([...values].map(([name, value]) => [name, rounded(value, digits)]));

const appendFigures = async (stage: Stage, scale: Scale, note: Note) => {
  const { ratios, rates } = await compare(pairs(stage), { ...scale, note });
  return { figures: roundedAll(ratios, 2), perSecond: roundedAll(rates, 0) };
};

/** Appends per second while a subscriber follows in the same process, which is the load that the 80% are of. */
const highestLoad = (stage: Stage, scale: Scale): Promise<number> =>
  followed(stage.coalesced, async () => {
    const workload = coalescedWorkload(stage, 64);
    const rates: number[] = [];
    for (let index = 0; index < 3; index++) rates.push(await rateOf(workload, scale.milliseconds));
    await settle(stage.coalesced);
    return median(rates);
  });

const latencyFigures = async (stage: Stage, scale: Scale, note: Note): Promise<Figures> => {
  await stage.lead(stage.coalesced);
  const idle = await idleLatency(stage.coalesced, stage.distant, scale.samples);
  const inProcess = await idleLatency(stage.coalesced, stage.coalesced, scale.samples);
  note('idle latency');
  const highest = await highestLoad(stage, scale);
  const runs: Latency[] = [];
  for (let index = 0; index < 3; index++) {
    runs.push(await loadedLatency(stage.coalesced, stage.coalesced, highest * 0.8, scale.loadedMs / 3));
    await settle(stage.coalesced);
  }
  note('latency at 80% of the highest load');
  return {
    visible_p50_ms: rounded(idle.p50),
    visible_p99_ms: rounded(idle.p99),
    visible_in_process_p50_ms: rounded(inProcess.p50),
    visible_in_process_p99_ms: rounded(inProcess.p99),
    visible_p50_ms_loaded: rounded(median(runs.map(({ p50 }) => p50))),
    visible_p99_ms_loaded: rounded(median(runs.map(({ p99 }) => p99))),
  };
};

const readingFigures = async (stage: Stage, scale: Scale, note: Note) => {
  const to = await stage.coalesced.head();
  const after = to - BigInt(scale.readEvents);
  const naiveTo = after + BigInt(scale.naiveEvents);
  const results: Readonly<
    Record<'copy' | 'read' | 'pass' | 'catchUp' | 'rebuild' | 'naive' | 'memory', number>
  >[] = [];
  for (let repetition = 0; repetition < Math.min(scale.repetitions, READING_REPETITIONS); repetition++) {
    const copy = await copyRate(stage, after, to);
    const read = await readRate(stage, after, to);
    const pass = await passRate(stage, after, to);
    const catchUp = await catchUpRate(stage, after, to);
    const rebuild = await rebuildRate(stage, after, to);
    const naive = await naiveRebuildRate(stage, after, naiveTo);
    results.push({ copy, read, pass, catchUp, rebuild: rebuild.rate, naive, memory: rebuild.memoryGrowthMb });
    note(`reading, repetition ${repetition + 1}`);
  }
  // The first run also warms the cache of the server; its figures count like the others, the median leaves it out.
  return {
    figures: {
      read_vs_copy: rounded(median(results.map(({ read, copy }) => read / copy))),
      other_types_vs_read: rounded(median(results.map(({ pass, read }) => pass / read))),
      catch_up_vs_read: rounded(median(results.map(({ catchUp, read }) => catchUp / read))),
      rebuild_vs_naive: rounded(median(results.map(({ rebuild, naive }) => rebuild / naive)), 1),
    },
    rebuildMemoryGrowthMb: results.map(({ memory }) => Math.round(memory)),
    perSecond: {
      copy: Math.round(median(results.map(({ copy }) => copy))),
      read: Math.round(median(results.map(({ read }) => read))),
      other_types: Math.round(median(results.map(({ pass }) => pass))),
      catch_up: Math.round(median(results.map(({ catchUp }) => catchUp))),
      rebuild: Math.round(median(results.map(({ rebuild }) => rebuild))),
      naive_rebuild: Math.round(median(results.map(({ naive }) => naive))),
    },
  };
};

const measure = async (stage: Stage, scale: Scale, note: Note) => {
  const append = await appendFigures(stage, scale, note);
  const latency = await latencyFigures(stage, scale, note);
  // What the latencies left behind has a stream for every event, which no read table of ours has.
  await fillTo(stage, Number(await stage.coalesced.head()) + scale.readEvents, note);
  const reading = await readingFigures(stage, scale, note);
  return {
    ratios: { ...append.figures, ...reading.figures },
    latency,
    perSecond: { ...append.perSecond, ...reading.perSecond },
    rebuildMemoryGrowthMb: reading.rebuildMemoryGrowthMb,
  };
};

/** `npm run bench -- store [--json] [--quick] [--growth]`. Growth adds some minutes and 6 GB of disk meanwhile. */
export const run = async (args: readonly string[]): Promise<void> => {
  const scale = args.includes('--quick') ? QUICK : FULL;
  const started = Date.now();
  const note: Note = (text) => {
    process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(0)} s: ${text}\n`);
  };
  const stage = await openStage();
  try {
    const small = await measure(stage, scale, note);
    const result: Record<string, unknown> = {
      ...small.ratios,
      ...small.latency,
      rebuild_memory_growth_mb: small.rebuildMemoryGrowthMb,
      per_second: small.perSecond,
    };
    if (args.includes('--growth')) {
      await fillTo(stage, scale.grownEvents, note);
      const grown = await measure(stage, scale, note);
      const before: Figures = small.ratios;
      for (const [key, value] of Object.entries(grown.ratios))
        result[`growth_${key}`] = rounded(value / (before[key] ?? Number.NaN));
      result['grown'] = { events: scale.grownEvents, ...grown.ratios, ...grown.latency };
      result['grown_per_second'] = grown.perSecond;
    }
    result['machine'] = { cpus: cpus().length, node: process.version };
    result['seconds'] = Math.round((Date.now() - started) / 1_000);
    process.stdout.write(
      args.includes('--json') ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`,
    );
  } finally {
    await stage.close();
  }
};
