import { z } from 'zod';
import {
  type SupportTicketRow,
  supportTicketLogs,
} from '../../projections/operations/support-ticket-logs.ts';
import { jsonQuery } from '../kernel/query.ts';

/** PostgreSQL knows no year 0. */
const moment = z.iso.datetime().refine((text) => !text.startsWith('0000'), 'a year from 1 on is expected');

export const listTickets = jsonQuery({
  name: 'ListTickets',
  access: 'ADMIN',
  path: '/admin/support/tickets',
  summary: 'Tickets to support, newest first: what they are about, without the words of people',
  query: z.object({
    before: moment.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  answer: z.object({
    tickets: z.array(
      z.object({
        ticket_id: z.uuid(),
        user_id: z.uuid(),
        category: z.string(),
        mode: z.enum(['METADATA_ONLY', 'WITH_CONTEXT']),
        client: z.string(),
        job_id: z.uuid().nullable(),
        job_status: z.string().nullable(),
        failure_class: z.string().nullable(),
        opened_at: z.string(),
      }),
    ),
  }),
  async run({ query: { before, limit } }, { tables }) {
    const tickets = await tables.select<SupportTicketRow>(supportTicketLogs, {
      where: '$1::timestamptz is null or opened_at < $1',
      values: [before ?? null],
      order: 'opened_at desc, ticket_id',
      limit,
    });
    return { tickets };
  },
});
