import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { redacted } from '../../domain/operations/redaction.ts';
import {
  type OpenTicket,
  requireContext,
  type SwitchTicketContext,
  TICKET,
  type TicketContext,
  type TicketContextEvent,
  ticket,
  ticketContext,
  ticketContextStream,
  ticketStream,
} from '../../domain/operations/ticket.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn, decideOnNew } from '../kernel/decide-on.ts';
import { reason } from '../kernel/reason.ts';
import type { OperationsServices, SupportServices } from './services.ts';

/** Tickets to support (OPS-07): listed metadata only, unless the person and an operator agree to more. */

const MOST_CHARACTERS = 20_000;

/** Agreed to in the same breath as the words are sent; `consent` is no setting that somebody once made. */
const context = z.strictObject({
  consent: z.boolean(),
  text: z.string().trim().min(1).max(MOST_CHARACTERS),
});

const contextOf = async (
  ticketId: string,
  userId: string,
  { consent, text }: z.output<typeof context>,
  { store, tickets }: SupportServices,
): Promise<TicketContext> => {
  const { events } = await store.read<TicketContextEvent>(ticketContextStream(userId));
  requireContext({ consent, tier: await tickets.tierOf(userId), state: fold(ticketContext, events) });
  const without = redacted(text);
  return { ...(await tickets.keep({ ticketId, userId }, without.text)), cutOut: without.cutOut };
};

export const openTicket: CommandFile<OpenTicket, SupportServices> = {
  type: 'OpenTicket',
  access: 'USER',
  creates: true,
  route: route({
    method: 'POST',
    path: '/support/tickets',
    summary: 'Open a ticket: metadata only, unless you agree to more and an operator allows it',
    status: 201,
    body: z.strictObject({
      category: z.enum(TICKET.categories),
      client: z.enum(TICKET.clients),
      system: z.enum(TICKET.systems),
      client_version: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, 'three numbers are expected'),
      job_id: z.uuid().optional(),
      context: context.optional(),
    }),
    answer: z.object({
      ticket_id: z.uuid(),
      mode: z.enum(['METADATA_ONLY', 'WITH_CONTEXT']),
      lines_cut_out: z.int().describe('Lines of the context that held a secret'),
    }),
    async command({ body, userId, at, newId }, services) {
      const ticketId = newId();
      const { category, client, system, client_version: clientVersion } = body;
      const job = body.job_id === undefined ? null : await services.tickets.jobOf(userId, body.job_id);
      if (body.job_id !== undefined && job === null)
        throw new Rejection('JOB_NOT_FOUND', 'There is no such job.');
      const kept =
        body.context === undefined ? null : await contextOf(ticketId, userId, body.context, services);
      return {
        type: 'OpenTicket',
        data: { ticketId, userId, category, client, system, clientVersion, job, context: kept, at },
      };
    },
  }),
  async decide(command) {
    const { ticketId, context } = command.data;
    const { append } = decideOnNew(ticket, ticketStream(ticketId), command);
    const mode = context === null ? 'METADATA_ONLY' : 'WITH_CONTEXT';
    return { appends: [append], answer: { ticket_id: ticketId, mode, lines_cut_out: context?.cutOut ?? 0 } };
  },
};

export const switchTicketContext: CommandFile<SwitchTicketContext, Pick<OperationsServices, 'userExists'>> = {
  type: 'SwitchTicketContext',
  access: 'ADMIN_TICKET_CONTEXT',
  route: route({
    method: 'POST',
    path: '/admin/support/context/:user_id',
    summary: 'Let tickets of one person carry context, or not any more',
    status: 200,
    body: z.strictObject({ allowed: z.boolean(), reason }),
    answer: z.object({ user_id: z.uuid(), allowed: z.boolean() }),
    command: ({ body, param, userId: by, at }) => ({
      type: 'SwitchTicketContext',
      data: { ...body, userId: param('user_id'), by, at },
    }),
  }),
  async decide(command, { store, services }) {
    const { userId } = command.data;
    if (!(await services.userExists(userId)))
      throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
    const { after, append } = await decideOn(store, ticketContext, ticketContextStream(userId), command);
    return { appends: [append], answer: { user_id: userId, allowed: after.isAllowed } };
  },
};
