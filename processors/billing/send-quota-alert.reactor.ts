import { MICRO } from '../../domain/billing/credits.ts';
import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { SendQuotaAlert } from './quota-alert.ts';

const SUBJECTS = {
  80: '80 % of your IAMA credits of this month are used',
  100: 'Your IAMA credits of this month are used up',
} as const;

const ADVICE = {
  80: 'A larger plan or more credits keep your jobs going.',
  100: 'Jobs go on with credits that you bought, or in the next month. A larger plan brings more at once.',
} as const;

/** Sends the mail of an alert; tried again until the mailer takes it, and given up quietly after that. */
export const sendQuotaAlertReactor = (mails: PersonMails): Reactor<SendQuotaAlert, never> => ({
  type: 'SendQuotaAlert',
  maxAttempts: 10,
  async run({ data: { userId, period, threshold, used, limit } }) {
    const spent = `You have used ${Math.floor(used / MICRO)} of ${Math.floor(limit / MICRO)} credits of ${period}.`;
    await mails.send(userId, {
      subject: SUBJECTS[threshold],
      text: `${spent} ${ADVICE[threshold]}\n`,
    });
    return [];
  },
  giveUp: () => [],
});
