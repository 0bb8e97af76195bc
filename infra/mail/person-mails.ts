import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Mailer } from './mailer.ts';

/** Finds the address when the mail is sent, so that no address stands in a queue. */
export const personMails = (
  parts: Readonly<{ mailer: Mailer; emailOf: (userId: string) => Promise<string | null> }>,
): PersonMails => ({
  async send(userId, mail) {
    const to = await parts.emailOf(userId);
    if (to !== null) await parts.mailer.send({ to, ...mail });
  },
});
