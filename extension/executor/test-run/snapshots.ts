/** The file in which the generated tests record results: read as foreign data, written one case per line. */
import * as z from 'zod';

const result = z.object({
  call: z.string(),
  result: z.string(),
  /** Inputs that the first run found itself: which export they are for, and their text. */
  found: z.looseObject({}).exactOptional(),
});

const subject = z.object({
  name: z.string(),
  /** Recorded calls of this export, and how many of them gave a value. */
  calls: z.number().int().nonnegative(),
  returned: z.number().int().nonnegative(),
});

const snapshotFile = z.object({
  schema: z.literal('iama.snapshots/1'),
  results: z.record(z.string(), result),
  left: z.record(z.string(), z.object({ call: z.string(), why: z.string() })),
  /** What a run did with each export; not part of what is locked. */
  subjects: z.array(subject).default([]),
});

export type ExercisedSubject = z.infer<typeof subject>;

export type Snapshots = z.infer<typeof snapshotFile>;

/** @throws {Error} when the text is not a snapshot file */
export function parseSnapshots(text: string): Snapshots {
  return snapshotFile.parse(JSON.parse(text));
}

function section(entries: Readonly<Record<string, unknown>>): string {
  const lines = Object.keys(entries)
    .sort()
    .map((id) => `    ${JSON.stringify(id)}: ${JSON.stringify(entries[id])}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
}

export function formatSnapshots({
  schema,
  results,
  left,
}: Pick<Snapshots, 'schema' | 'results' | 'left'>): string {
  return `{\n  "schema": "${schema}",\n  "results": ${section(results)},\n  "left": ${section(left)}\n}\n`;
}

export type Stability = Readonly<{
  kept: Snapshots;
  /** Cases that are not part of the locked tests, and why. */
  quarantined: readonly Readonly<{ name: string; why: string }>[];
}>;

const WHY: Readonly<Record<string, string>> = {
  TIMEOUT: 'did not end within its time',
  STRICT_MODE: 'is otherwise in strict mode, which was accepted',
  SECRET: 'its result holds a secret',
  SLOW: 'takes too long to be told from a hang on a slower machine',
  TOO_MUCH_OUTPUT: 'prints more than can be kept',
  NO_SERVER: 'listened for no requests',
  MODULE_DOES_NOT_LOAD: 'its module does not load here',
  NO_TIME: 'not tried, because the time for recording was over',
  NOT_RUN_AFTER_TIMEOUTS: 'not run, because too many cases before it did not end',
};

/** Why a test of the project's own proves nothing: it never passed. */
export const FAILS_ON_BASE = 'does not pass on the untouched code';

export const notAgreed = (runs: number): string => `${runs} runs on the untouched code did not agree`;

export const REACHES_OUTSIDE = 'reaches outside of the program';

/** True for a reason that is a sentence of ours, without anything of the code in it. */
export const isOwnReason = (why: string): boolean =>
  [...Object.values(WHY), FAILS_ON_BASE].includes(why) || why === notAgreed(Number.parseInt(why, 10));

const explain = (why: string): string =>
  WHY[why] ?? (why.startsWith('UNSAFE ') ? `${REACHES_OUTSIDE}: ${why.slice(7)}` : why);

/** Keeps what every run recorded with the same result; `alreadyLeft` are cases that were tried and not kept. */
export function stableOf(runs: readonly Snapshots[], alreadyLeft: Snapshots['left'] = {}): Stability {
  const [first, ...others] = runs;
  if (first === undefined) throw new Error('no recorded run to compare');
  const results: Snapshots['results'] = {};
  const left: Snapshots['left'] = {};
  const quarantined: { name: string; why: string }[] = [];
  for (const run of runs) Object.assign(left, run.left);
  Object.assign(left, alreadyLeft);
  const ids = new Set(runs.flatMap((run) => Object.keys(run.results)));
  for (const id of [...ids].sort()) {
    if (left[id] !== undefined) continue;
    const entry = first.results[id];
    if (entry !== undefined && others.every((run) => run.results[id]?.result === entry.result)) {
      results[id] = entry;
    } else {
      const name = runs.map((run) => run.results[id]?.call).find((one) => one !== undefined) ?? id;
      quarantined.push({ name, why: notAgreed(runs.length) });
    }
  }
  for (const id of Object.keys(left).sort()) {
    const entry = left[id];
    if (entry !== undefined) quarantined.push({ name: entry.call, why: explain(entry.why) });
  }
  return { kept: { schema: first.schema, results, left, subjects: [] }, quarantined };
}
