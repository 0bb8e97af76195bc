import { z } from 'zod';
import { CONDITIONS } from '../../domain/refactoring/job/values.ts';
import { finding, refused } from './finding.schema.ts';

const text = z.string().min(1).max(2_000);
const count = z.number().int().nonnegative();

const proposal = z.object({
  strategy: z.enum(['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE']),
  title: text,
  simple: text,
  professional: text,
  filesTouched: z.array(z.string().max(1_000)).max(20_000),
  risk: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
  breakingSurface: z.array(text).max(50),
  dependencyCompatibility: z.array(text).max(200),
  complexity: z.object({ files: count, lines: count, functions: count, branches: count }),
  credits: z.object({ estimate: count, low: count, high: count }),
  conditions: z.array(z.enum(CONDITIONS)).min(1).max(CONDITIONS.length).exactOptional(),
});

/** Answer of stage ANALYSE: three proposals, one of each strategy (SPC-01), and the analysis that later stages build on. */
export const analyseAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ANALYSED'),
    analysis: z.record(z.string(), z.json()),
    proposals: z
      .array(proposal)
      .length(3)
      .refine((all) => new Set(all.map(({ strategy }) => strategy)).size === 3, {
        message: 'one proposal of each strategy',
      }),
    notes: z.array(text).max(50),
    left: z.array(finding).default([]),
  }),
  refused,
]);
