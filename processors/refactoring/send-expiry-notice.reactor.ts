import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { SendExpiryNotice } from './expiry-notice.ts';

/** `2026-12-04 10:00 UTC`. */
const minuteOf = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** Sends the notice; tried again until the mailer takes it, and given up quietly after that. */
export const sendExpiryNoticeReactor = (mails: PersonMails): Reactor<SendExpiryNotice, never> => ({
  type: 'SendExpiryNotice',
  maxAttempts: 10,
  async run({ data: { jobId, ownerId, title, expiresAt } }) {
    await mails.send(ownerId, {
      subject: 'Files of your IAMA job are about to be deleted',
      text: [
        `What is kept of your job "${title}" (${jobId}) is deleted for good on ${minuteOf(expiresAt)}.`,
        'Go on with the job, or apply or download its result, before then. What happened in it stays on record.',
        '',
      ].join('\n'),
    });
    return [];
  },
  giveUp: () => [],
});
