import type { Command } from 'commander';
import { type KeptMail, requireMails, type WholeMail } from '../../../read-api/kernel/mails.ts';
import { snakeKeys } from '../../../read-api/kernel/wire.ts';
import { keptMailsOf } from '../kept-outside.ts';
import { count } from './count.ts';
import { ownConfig } from './open.ts';
import { print, run } from './running.ts';
import { table } from './story-table.ts';

const UNREADABLE = '(unreadable)';

const mailsTable = (mails: readonly KeptMail[]): string =>
  mails.length === 0
    ? 'No mails.'
    : table(
        ['id', 'sent at (UTC)', 'to', 'subject'],
        mails.map(({ mailId, sentAt, to, subject }) => [
          mailId,
          sentAt.slice(0, 19).replace('T', ' '),
          to ?? UNREADABLE,
          subject ?? UNREADABLE,
        ]),
      );

const mailText = ({ sentAt, to, subject, text }: WholeMail): string =>
  `To: ${to}\nSubject: ${subject}\nDate: ${sentAt}\n\n${text}`;

type Options = Readonly<{ limit: number; before?: string; json?: boolean }>;

/** `iama mails` (OPS-09): of the data folder, whether or not a server runs on it. */
export const registerMailCommand = (program: Command): void => {
  program
    .command('mails [id]')
    .description(
      'mails that were written as files because no mail server takes them, newest first; or one of them',
    )
    .option('--limit <n>', 'at most so many', count, 50)
    .option('--before <id>', 'only older ones than this')
    .option('--json', 'one JSON object')
    .action((mailId: string | undefined, { limit, before, json }: Options) =>
      run(json, async () => {
        const kept = requireMails(keptMailsOf(ownConfig()));
        if (mailId !== undefined) {
          const mail = await kept.find(mailId);
          return print(json === true ? JSON.stringify(snakeKeys(mail)) : mailText(mail));
        }
        const page = await kept.list({ before: before ?? null, limit });
        print(json === true ? JSON.stringify(snakeKeys(page)) : mailsTable(page.mails));
      }),
    );
};
