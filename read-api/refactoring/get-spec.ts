import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { currentSpec } from '../../domain/refactoring/job/current-spec.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { jobEvents } from './job-view.ts';

export const getSpec = jsonQuery({
  name: 'GetSpec',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/spec',
  summary: 'The current specification',
  query: z.object({}),
  answer: z.object({
    revision: z.int(),
    revision_token: z.string(),
    spec_hash: z.string(),
    specification: z.object({
      bdd: z.array(z.object({ id: z.string(), given: z.string(), when: z.string(), then: z.string() })),
      sdd: z.array(z.object({ id: z.string(), topic: z.string(), statement: z.string() })),
    }),
    approved: z.boolean(),
  }),
  async run({ param }, { store }) {
    const spec = currentSpec(await jobEvents(store, param('job_id')));
    if (spec === null) throw new Rejection('SPEC_NOT_READY', 'There is no specification yet.');
    return snakeKeys(spec);
  },
});
