import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { SendWelcome } from './welcome.ts';

/** A log that is older than this mail tells of people who came long ago. */
const LATEST_MS = 7 * 86_400_000;

/** Greets a person; tried again until the mailer takes it, and given up quietly after that. */
export const sendWelcomeReactor = (mails: PersonMails, now: () => Date): Reactor<SendWelcome, never> => ({
  type: 'SendWelcome',
  maxAttempts: 10,
  async run({ data: { userId, at } }) {
    if (now().getTime() - Date.parse(at) > LATEST_MS) return [];
    await mails.send(userId, {
      subject: 'Welcome to IAMA',
      text: 'Your address is confirmed and your account is ready. In the folder of a project, `iama run .` begins your first job: it works on a private copy, proves what it changes by tests, and writes nothing into your project before you say so.\n',
    });
    return [];
  },
  giveUp: () => [],
});
