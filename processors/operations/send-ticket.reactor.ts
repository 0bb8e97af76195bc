import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { SendTicket } from './ticket-forwarding.ts';

export type SupportDesk = Readonly<{
  /** null: the desk has no address; tickets are looked up. */
  send: ((mail: Readonly<{ subject: string; text: string }>) => Promise<void>) | null;
  /** The words of a person; null: they were deleted by their age, or the person was erased. */
  wordsOf: (of: Readonly<{ ticketId: string; userId: string; artifactId: string }>) => Promise<string | null>;
}>;

/**
 * Mails a ticket to support; tried again until the mailer takes it, and given up quietly after that: the ticket is in the log.
 * The person is named by id, never by address.
 */
export const sendTicketReactor = ({ send, wordsOf }: SupportDesk): Reactor<SendTicket, never> => ({
  type: 'SendTicket',
  maxAttempts: 10,
  async run({ data }) {
    if (send === null) return [];
    const { ticketId, userId, category, client, system, clientVersion, job, context, at } = data;
    const words =
      context === null ? null : await wordsOf({ ticketId, userId, artifactId: context.artifactId });
    const lines = [
      `ticket    ${ticketId}`,
      `opened    ${at}`,
      `person    ${userId}`,
      `client    ${client} ${clientVersion} on ${system}`,
      ...(job === null ? [] : [`job       ${job.jobId}, ${job.status}`]),
      ...(job?.failureClass ? [`failure   ${job.failureClass}`] : []),
      `context   ${context === null ? 'none: metadata only' : `sent with consent, ${context.cutOut} lines cut out`}`,
      ...(words === null ? [] : ['', words]),
      '',
    ];
    await send({ subject: `IAMA ticket ${category} ${ticketId}`, text: lines.join('\n') });
    return [];
  },
  giveUp: () => [],
});
