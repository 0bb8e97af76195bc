import type { AlertMails } from '../../processors/billing/alert-mails.port.ts';
import type { Mailer } from './mailer.ts';

/** Finds the address when the mail is sent, so that no address stands in a queue. */
export const alertMails = (
  parts: Readonly<{ mailer: Mailer; emailOf: (userId: string) => Promise<string | null> }>,
): AlertMails => ({
  async send(userId, mail) {
    const to = await parts.emailOf(userId);
    if (to !== null) await parts.mailer.send({ to, ...mail });
  },
});
