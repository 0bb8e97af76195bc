import { performance } from 'node:perf_hooks';

/** Something done over and over by `concurrency` workers; `perform` resolves when one unit is acknowledged. */
export type Workload = Readonly<{
  name: string;
  concurrency: number;
  perform: (worker: number) => Promise<unknown>;
  /** Before it is measured. */
  prepare?: () => Promise<void>;
  /** Between measurements, so that work left over is not charged to the next. */
  settle?: () => Promise<void>;
}>;

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1));
  return sorted[index] ?? Number.NaN;
};

const shuffled = <T>(items: readonly T[]): T[] => {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    const [a, b] = [result[index] as T, result[other] as T];
    result[index] = b;
    result[other] = a;
  }
  return result;
};

/** Units per second over about `milliseconds`. */
export const rateOf = async (workload: Workload, milliseconds: number): Promise<number> => {
  const start = performance.now();
  const deadline = start + milliseconds;
  let done = 0;
  const worker = async (index: number): Promise<void> => {
    while (performance.now() < deadline) {
      await workload.perform(index);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: workload.concurrency }, (_, index) => worker(index)));
  return (done * 1_000) / (performance.now() - start);
};

/** A ratio: how often `of` is done in the time in which `to`, the floor, is done once. */
export type Pair = Readonly<{ key: string; of: Workload; to: Workload }>;

export type Compared = Readonly<{
  /** By key of the pair, the median over the repetitions. */
  ratios: ReadonlyMap<string, number>;
  /** By name of the workload, units per second, the median of all that was measured of it. */
  rates: ReadonlyMap<string, number>;
}>;

/**
 * Measures each pair side by side: the speed of a machine that others use changes by a third within seconds, so what is compared
 * must not lie further apart. A repetition of a pair takes `milliseconds` for each of the two, in halves: one, the other twice, the
 * first again, so that a machine that grows slower or faster meanwhile does so for both. Pairs come in a new random order
 * in each repetition.
 */
export const compare = async (
  pairs: readonly Pair[],
  options: Readonly<{ repetitions: number; milliseconds: number; note: (text: string) => void }>,
): Promise<Compared> => {
  const rates = new Map<string, number[]>();
  const ratios = new Map<string, number[]>(pairs.map(({ key }) => [key, []]));
  const half = options.milliseconds / 2;
  const measured = async (workload: Workload, milliseconds: number): Promise<number> => {
    await workload.prepare?.();
    const rate = await rateOf(workload, milliseconds);
    await workload.settle?.();
    return rate;
  };
  const noted = async (workload: Workload): Promise<number> => {
    const rate = await measured(workload, half);
    rates.set(workload.name, [...(rates.get(workload.name) ?? []), rate]);
    return rate;
  };
  const workloads = new Map(pairs.flatMap(({ of, to }) => [of, to]).map((item) => [item.name, item]));
  // Warm-up: connections, prepared statements, compiled functions.
  for (const workload of workloads.values()) await measured(workload, half);
  for (let repetition = 1; repetition <= options.repetitions; repetition++) {
    for (const { key, of, to } of shuffled(pairs)) {
      const [outer, inner] = Math.random() < 0.5 ? [of, to] : [to, of];
      const [first, second, third, last] = [
        await noted(outer),
        await noted(inner),
        await noted(inner),
        await noted(outer),
      ];
      const ratio = (first + last) / (second + third);
      ratios.get(key)?.push(outer === of ? ratio : 1 / ratio);
    }
    options.note(`repetition ${repetition} of ${options.repetitions}`);
  }
  const medians = (of: ReadonlyMap<string, number[]>): ReadonlyMap<string, number> =>
    new Map([...of].map(([name, values]) => [name, median(values)]));
  return { ratios: medians(ratios), rates: medians(rates) };
};

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
