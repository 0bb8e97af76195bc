import { z } from 'zod';
import { MAIL_ID, requireMails } from '../kernel/mails.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';

/** What an installation without a mail server would have sent (OPS-09). It lets people in, so each look is an event (OPS-02). */

const unreadable = 'null: the file cannot be read';
const mail = z.object({
  mail_id: z.string(),
  sent_at: z.iso.datetime(),
  to: z.string().nullable().describe(unreadable),
  subject: z.string().nullable().describe(unreadable),
});

export const listMails = jsonQuery({
  name: 'ListMails',
  access: 'ADMIN_ACCOUNTS',
  path: '/admin/mails',
  summary: 'Mails that were written as files, because no mail server takes them; newest first',
  query: z.object({
    before: z.string().regex(MAIL_ID, 'the id of a mail is expected').nullable().default(null),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  answer: z.object({ mails: z.array(mail), next_before: z.string().nullable() }),
  async run({ userId: by, query }, { mails, audit }) {
    const kept = requireMails(mails);
    await audit.record({ by, what: 'MAILS', subject: query.before ?? 'newest' });
    return snakeKeys(await kept.list(query));
  },
});

export const getMail = jsonQuery({
  name: 'GetMail',
  access: 'ADMIN_ACCOUNTS',
  path: '/admin/mails/:mail_id',
  summary: 'One mail that was written as a file, with its text',
  query: z.object({}),
  answer: mail.extend({ to: z.string(), subject: z.string(), text: z.string() }),
  async run({ userId: by, param }, { mails, audit }) {
    const kept = requireMails(mails);
    const subject = param('mail_id');
    await audit.record({ by, what: 'MAIL', subject });
    return snakeKeys(await kept.find(subject));
  },
});
