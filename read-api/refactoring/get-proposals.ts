import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { CONDITIONS } from '../../domain/refactoring/job/values.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { jobEvents } from './job-view.ts';

export const getProposals = jsonQuery({
  name: 'GetProposals',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/proposals',
  summary: 'The strategies to choose from',
  query: z.object({}),
  answer: z.object({
    proposals: z.array(
      z.looseObject({
        proposal_id: z.string(),
        strategy: z.enum(['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE']),
        title: z.string(),
        simple: z.string(),
        professional: z.string(),
        files_touched: z.array(z.string()),
        omitted: z.int().optional().describe('Files touched beyond those named'),
        risk: z.int(),
        breaking_surface: z.array(z.string()),
        dependency_compatibility: z.array(z.string()),
        complexity: z.object({
          files: z.int(),
          lines: z.int(),
          functions: z.int(),
          branches: z.int(),
        }),
        credits: z.object({ estimate: z.int(), low: z.int(), high: z.int() }).describe('Micro-credits'),
        conditions: z
          .array(z.enum(CONDITIONS))
          .optional()
          .describe('What has to be accepted to choose it; its places stand in breaking_surface'),
      }),
    ),
    notes: z.array(z.string()),
    selected: z.string().nullable(),
  }),
  async run({ param }, { store }) {
    const events = await jobEvents(store, param('job_id'));
    const generated = events.findLast((event) => event.type === 'ProposalsGenerated');
    if (generated === undefined) throw new Rejection('PROPOSALS_NOT_READY', 'There are no proposals yet.');
    const selected = events.findLast((event) => event.type === 'ProposalSelected');
    return {
      proposals: snakeKeys(generated.data.proposals),
      notes: generated.data.notes,
      selected: selected?.data.proposalId ?? null,
    };
  },
});
