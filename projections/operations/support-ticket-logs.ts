import type { Projection } from '../../domain/kernel/projection.ts';
import type { TicketOpened } from '../../domain/operations/ticket.ts';

/** Tickets by what they are about (OPS-07); the words of people are in none. */
export type SupportTicketRow = Readonly<{
  ticket_id: string;
  user_id: string;
  category: string;
  mode: 'METADATA_ONLY' | 'WITH_CONTEXT';
  client: string;
  job_id: string | null;
  job_status: string | null;
  failure_class: string | null;
  opened_at: string;
}>;

export const supportTicketLogs: Projection<SupportTicketRow, TicketOpened> = {
  name: 'support-ticket-logs',
  revision: 1,
  table: 'support_ticket_logs',
  handles: ['TicketOpened'],
  columns: {
    ticket_id: 'text',
    user_id: 'text',
    category: 'text',
    mode: 'text',
    client: 'text',
    job_id: 'text?',
    job_status: 'text?',
    failure_class: 'text?',
    opened_at: 'timestamptz',
  },
  key: 'ticket_id',
  indexes: [['opened_at']],
  keysOf: (event) => [event.data.ticketId],
  evolve: (_row, { data: { ticketId, userId, category, context, client, clientVersion, job, at } }) => ({
    ticket_id: ticketId,
    user_id: userId,
    category,
    mode: context === null ? 'METADATA_ONLY' : 'WITH_CONTEXT',
    client: `${client} ${clientVersion}`,
    job_id: job?.jobId ?? null,
    job_status: job?.status ?? null,
    failure_class: job?.failureClass ?? null,
    opened_at: at,
  }),
};
