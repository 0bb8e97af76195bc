import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { SendExpiryNotice } from './expiry-notice.ts';

/** `2026-12-04 10:00 UTC`. */
const minuteOf = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/**
 * Sends the notice; tried again until the mailer takes it, and given up quietly after that. Late ones are left out: what is
 * deleted cannot be rescued any more, and old jobs are looked at too when this is new to a log.
 */
export const sendExpiryNoticeReactor = (
  mails: PersonMails,
  now: () => Date = () => new Date(),
): Reactor<SendExpiryNotice, never> => ({
  type: 'SendExpiryNotice',
  maxAttempts: 10,
  async run({ data: { jobId, ownerId, title, expiresAt } }) {
    if (Date.parse(expiresAt) <= now().getTime()) return [];
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
