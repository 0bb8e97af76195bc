import { z } from 'zod';

/** The last line of `iama run --json`, as far as the acceptance run reads it. */
const summarySchema = z.object({
  job_id: z.string(),
  status: z.string(),
  accepted_conditions: z.array(z.string()).default([]),
  reason: z.string().nullish(),
  tests: z.object({ recorded: z.number(), kept: z.number(), quarantined: z.number() }),
  coverage: z.object({ branches: z.object({ covered: z.number(), total: z.number() }) }).nullish(),
  strict_errors: z.number(),
  any_positions: z.number(),
  annotated_positions: z.number(),
  events: z.number(),
});
export type RunSummary = z.infer<typeof summarySchema>;

/** Null when the run ended without a summary, or with one of another shape. */
export const summaryOf = (stdout: string): RunSummary | null => {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return summarySchema.parse(JSON.parse(last));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
};
