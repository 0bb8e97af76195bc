import { z } from 'zod';
import type { JobContext } from './model-router.port.ts';

const file = z.object({ path: z.string(), text: z.string() });

/** Content of a CONTEXT artifact. */
export const jobContext = z.object({
  schema: z.literal('iama.context/1'),
  files: z.array(file),
  targets: z.array(z.string()),
  dependencies: z.array(file),
}) satisfies z.ZodType<JobContext>;
