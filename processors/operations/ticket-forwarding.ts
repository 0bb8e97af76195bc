import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';
import type { TicketOpened } from '../../domain/operations/ticket.ts';

/** A mail to support about one ticket. */
export type SendTicket = Effect<'SendTicket', TicketOpened['data']>;

/** Asks for one mail a ticket (OPS-07). The words of the person are not among what it hands on: only where they are. */
export const ticketForwarding: ProcessManager<null, TicketOpened, never, SendTicket> = {
  name: 'ticket-forwarding',
  revision: 1,
  handles: ['TicketOpened'],
  correlate: (event) => event.data.ticketId,
  initialState: () => null,
  evolve: () => null,
  react: ({ data }) => [{ kind: 'effect', key: 'mail', effect: { type: 'SendTicket', data } }],
};
