import { z } from 'zod';
import { TEST_MODES } from '../../domain/refactoring/job/values.ts';
import { refused } from './finding.schema.ts';

const TEST_FILE = /^\.iama\/tests\/(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

const subject = z.looseObject({ module: z.string(), cases: z.number().int().nonnegative() });

/** Answer of stage PLAN_TESTS; `plan` becomes the TEST_PLAN artifact. No file may lie outside `.iama/tests/` (SEC 16). */
export const planTestsAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('PLANNED'),
    plan: z.object({
      mode: z.enum(TEST_MODES),
      runner: z.string().max(100),
      files: z
        .array(z.object({ path: z.string().regex(TEST_FILE), text: z.string() }))
        .min(1)
        .max(2_000),
      subjects: z.array(subject).min(1),
      /** The project's own code files: what coverage is measured of. */
      modules: z.array(z.string()).default([]),
      /** Files of which the person accepted that they become strict mode code: what differs for that alone is set aside. */
      strict: z.array(z.string().max(1_000)).max(20_000).exactOptional(),
      /** Percent. */
      confidence: z.number().int().min(0).max(100),
      uncovered: z.array(z.json()),
    }),
    cases: z.number().int().positive(),
  }),
  refused,
]);
