import { z } from 'zod';
import { readJson, toBytes } from './artifacts.ts';

/** `iama.baseline/1`, as this executor writes it and reads it again for a test run. */
const schema = z.looseObject({
  schema: z.literal('iama.baseline/1'),
  report: z.looseObject({
    counts: z.looseObject({ total: z.number() }),
    tests: z.array(z.looseObject({ name: z.string() })),
  }),
  /** Text of `.iama/tests/snapshots.json`. */
  snapshots: z.string(),
  quarantined: z.array(z.looseObject({ name: z.string(), why: z.string() })),
  coverage: z.unknown(),
  /** Exports of which too little is recorded to notice a change, and why. */
  gaps: z.array(z.object({ name: z.string(), why: z.string() })).default([]),
  locked_hashes: z.record(z.string(), z.string()),
  /** How long the last run on the untouched code took: a run that needs many times as long hangs. */
  run_ms: z.number().default(0),
  /** The package's own tests, when it has some that run here, and whether they pass on the untouched code. */
  own_tests: z.object({ name: z.string(), passed: z.boolean() }).nullable().default(null),
});
export type BaselineReport = z.infer<typeof schema>;

export const readBaselineReport = (bytes: Uint8Array): BaselineReport => schema.parse(readJson(bytes));
export const baselineReportBytes = (report: BaselineReport): Uint8Array => toBytes(report);
