import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { SendPaymentReminder } from './payment-reminder.ts';

/** Sends the mail of a failed payment; tried again until the mailer takes it, and given up quietly after that. */
export const sendPaymentReminderReactor = (mails: PersonMails): Reactor<SendPaymentReminder, never> => ({
  type: 'SendPaymentReminder',
  maxAttempts: 10,
  async run({ data: { userId, nextAttemptAt } }) {
    const next =
      nextAttemptAt === null
        ? 'It is not tried again, and your plan ends.'
        : `It is tried again on ${nextAttemptAt.slice(0, 10)}; your plan stays as it is until then.`;
    await mails.send(userId, {
      subject: 'A payment for IAMA failed',
      text: `${next} You can change the card on the page where your invoices are kept.\n`,
    });
    return [];
  },
  giveUp: () => [],
});
