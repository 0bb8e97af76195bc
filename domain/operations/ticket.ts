import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { Rejection } from '../kernel/rejection.ts';

/** What a ticket is about. Listed, like everything of a ticket that is told without consent (OPS-07). */
export const TICKET = {
  categories: ['JOB', 'BILLING', 'SIGN_IN', 'OTHER'],
  clients: ['VSCODE', 'CLI', 'WEB'],
  systems: ['LINUX', 'MACOS', 'WINDOWS'],
} as const;

type OneOf<List extends readonly string[]> = List[number];

/** Of the job that a ticket is about, as the server has it: nothing of what people or programs wrote. */
export type TicketJob = Readonly<{ jobId: string; status: string; failureClass: string | null }>;

/** Where the person's words are: encrypted, outside the log, and deleted by their age. `cutOut`: lines that held a secret. */
export type TicketContext = Readonly<{ artifactId: string; expiresAt: string; cutOut: number }>;

type Ticket = Readonly<{
  ticketId: string;
  userId: string;
  category: OneOf<(typeof TICKET)['categories']>;
  client: OneOf<(typeof TICKET)['clients']>;
  system: OneOf<(typeof TICKET)['systems']>;
  /** As 1.20.3. */
  clientVersion: string;
  job: TicketJob | null;
  at: string;
}>;

/** Stream `ticket-<id>`. `context` null: metadata only. */
export type TicketOpened = Event<'TicketOpened', Ticket & { context: TicketContext | null }>;
export type OpenTicket = Command<'OpenTicket', TicketOpened['data']>;

/** Each is opened once; what may be in it was decided before (`requireContext`). */
export const ticket: Decider<null, OpenTicket, TicketOpened> = {
  initialState: () => null,
  evolve: () => null,
  decide: ({ data }) => [{ type: 'TicketOpened', data }],
};

export const ticketStream = (ticketId: string): string => `ticket-${ticketId}`;

/**
 * Whether support may be sent a person's words at all: an operator allows it for one person, says why, and takes it back.
 * Stream `support-context-<person>`.
 */
type Decision = Readonly<{ userId: string; reason: string; by: string; at: string }>;
export type TicketContextAllowed = Event<'TicketContextAllowed', Decision>;
export type TicketContextWithdrawn = Event<'TicketContextWithdrawn', Decision>;
export type TicketContextEvent = TicketContextAllowed | TicketContextWithdrawn;
export type SwitchTicketContext = Command<'SwitchTicketContext', Decision & { allowed: boolean }>;

export type TicketContextState = Readonly<{ isAllowed: boolean }>;

export const ticketContext: Decider<TicketContextState, SwitchTicketContext, TicketContextEvent> = {
  initialState: () => ({ isAllowed: false }),
  evolve: (_state, { type }) => ({ isAllowed: type === 'TicketContextAllowed' }),
  decide({ data: { allowed, ...decision } }, { isAllowed }) {
    if (allowed === isAllowed) return [];
    return [{ type: allowed ? 'TicketContextAllowed' : 'TicketContextWithdrawn', data: decision }];
  },
};

export const ticketContextStream = (userId: string): string => `support-context-${userId}`;

/** Throws unless the person agreed to it, has a plan that offers it, and an operator allows it now. */
export const requireContext = (
  asked: Readonly<{ consent: boolean; tier: string; state: TicketContextState }>,
): void => {
  if (!asked.consent)
    throw new Rejection('TICKET_CONSENT_REQUIRED', 'Nothing but metadata is sent unless you agree to it.');
  if (asked.tier !== 'ENTERPRISE' || !asked.state.isAllowed)
    throw new Rejection(
      'TICKET_CONTEXT_REFUSED',
      'Tickets of your plan carry metadata only, unless an operator allows more. Send it without context.',
    );
};
