import { z } from 'zod';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { usageStream } from '../../domain/billing/usage.ts';
import { jsonQuery, type ReadServices } from '../kernel/query.ts';
import { headAnswer, pathAnswer } from '../kernel/tree-answers.ts';
import { usageOf } from './usage-of-job.ts';

type Job = Readonly<{ jobId: string; userId: string }>;

/** The slot, the hold, the charge and what was corrected. */
const accountEventsOf = async ({ store }: ReadServices, { jobId, userId }: Job): Promise<string[]> => {
  const { events } = await store.read<AccountEvent>(accountStream(userId));
  return events
    .filter(({ data }) => 'jobId' in data && data.jobId === jobId)
    .map(({ metadata }) => metadata.messageId);
};

/** Every call, and what was waived. */
const usageEventsOf = async ({ tables }: ReadServices, job: Job): Promise<string[]> =>
  (await usageOf(tables, job)).flatMap(({ event_id, waived_by }) =>
    waived_by === null ? [event_id] : [event_id, waived_by],
  );

/** BIL-09: what a job was charged, as events that anybody with the public key can check without this server. */
export const getJobProof = jsonQuery({
  name: 'GetJobProof',
  access: 'JOB_OWNER',
  path: '/usage/job/:job_id/proof',
  summary: 'Proof that the events behind the charge are in the log',
  query: z.object({}),
  answer: z.object({
    job_id: z.uuid(),
    event_ids: z.array(z.string()).describe('In order of position'),
    schema: z.string().describe('The whole answer is a file for `iama audit check-proof`'),
    head: headAnswer,
    proofs: z.array(
      z.object({
        position: z.int(),
        leaf_hash: z.string(),
        path: pathAnswer,
        entry: z.string().describe('The text that was hashed; the event is in it'),
      }),
    ),
  }),
  async run({ param, userId }, services) {
    const job = { jobId: param('job_id'), userId };
    const eventIds = [...(await accountEventsOf(services, job)), ...(await usageEventsOf(services, job))];
    const streams = [accountStream(userId), usageStream(userId)];
    const proof = await services.tree.proveEvents({ streams, eventIds });
    // The third line of a leaf is the id of its event (decision 0011).
    const ordered = proof.proofs.map(({ entry }) => entry.split('\n', 3)[2] ?? '');
    return { job_id: job.jobId, event_ids: ordered, ...proof };
  },
});
