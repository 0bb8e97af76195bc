import { z } from 'zod';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { jsonQuery } from '../kernel/query.ts';
import { eventToWire } from '../kernel/wire.ts';

/** The owner's audit view (JOB-02): every event of the job, in order, with who caused it. `after` is a stream version. */
export const getJobEvents = jsonQuery({
  name: 'GetJobEvents',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/events',
  summary: 'Everything that happened to the job',
  query: z.object({
    after: z
      .string()
      .regex(/^\d{1,18}$/)
      .default('0')
      .transform(BigInt),
    limit: z.coerce.number().int().min(1).max(1_000).default(500),
  }),
  answer: z.object({
    events: z.array(
      z.object({
        version: z.int(),
        position: z.int().nullable().describe('null: not sequenced yet'),
        type: z.string(),
        recorded_at: z.string(),
        actor: z.object({ type: z.string(), id: z.string() }),
        event_id: z.string(),
        command_id: z.string(),
        correlation_id: z.string(),
        causation_id: z.string(),
        data: z.unknown(),
      }),
    ),
    next_after: z.int(),
  }),
  async run({ query, param }, { store }) {
    const { events } = await store.read(jobStream(param('job_id')), {
      from: query.after + 1n,
      maxCount: query.limit,
    });
    return {
      events: events.map(eventToWire),
      next_after: Number(events.at(-1)?.metadata.streamPosition ?? query.after),
    };
  },
});
