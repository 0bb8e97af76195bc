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

/**
 * Rates by workload name, one per repetition. Every repetition runs all workloads in a new random order, since single
 * measurements differ by up to 25%: compare within a repetition, then take the median.
 */
export const repeat = async (
  workloads: readonly Workload[],
  options: Readonly<{ repetitions: number; milliseconds: number; note: (text: string) => void }>,
): Promise<Map<string, number[]>> => {
  const rates = new Map<string, number[]>(workloads.map(({ name }) => [name, []]));
  for (const workload of workloads) {
    // Warm-up: connections, prepared statements, compiled functions.
    await workload.prepare?.();
    await rateOf(workload, options.milliseconds / 3);
    await workload.settle?.();
  }
  for (let repetition = 1; repetition <= options.repetitions; repetition++) {
    for (const workload of shuffled(workloads)) {
      await workload.prepare?.();
      rates.get(workload.name)?.push(await rateOf(workload, options.milliseconds));
      await workload.settle?.();
    }
    options.note(`repetition ${repetition} of ${options.repetitions}`);
  }
  return rates;
};

/** Median of the ratios within each repetition. */
export const ratio = (rates: ReadonlyMap<string, readonly number[]>, of: string, to: string): number => {
  const base = rates.get(to) ?? [];
  return median((rates.get(of) ?? []).map((rate, index) => rate / (base[index] ?? Number.NaN)));
};

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
