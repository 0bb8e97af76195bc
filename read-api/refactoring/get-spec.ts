import { z } from 'zod';
import type { Recorded } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type {
  JobEvent,
  SpecDrafted,
  SpecRevised,
  SpecUpdatedDuringExecution,
} from '../../domain/refactoring/job/events.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { jobEvents } from './job-view.ts';

type Written = SpecDrafted | SpecRevised | SpecUpdatedDuringExecution;
const isWritten = (event: JobEvent): event is Written =>
  event.type === 'SpecDrafted' || event.type === 'SpecRevised' || event.type === 'SpecUpdatedDuringExecution';

/** The newest text, with the token that a change must carry. Reopening gives a new token to the same text. */
export const currentSpec = (events: readonly Recorded<JobEvent>[]) => {
  const at = events.findLastIndex(isWritten);
  const written = events[at];
  if (written === undefined || !isWritten(written)) return null;
  const later = events.slice(at + 1);
  const reopened = later.findLast((event) => event.type === 'SpecReopened');
  const settled = later.findLast((event) => event.type === 'SpecReopened' || event.type === 'SpecApproved');
  return {
    revision: written.data.revision,
    revisionToken: reopened?.data.revisionToken ?? written.data.revisionToken,
    specHash: written.data.specHash,
    specification: written.data.specification,
    approved: settled?.type === 'SpecApproved',
  };
};

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
