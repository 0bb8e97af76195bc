import { expect, it } from 'vitest';
import type { Mail } from './mailer.ts';
import { personMails } from './person-mails.ts';

it('[OPS-09] [ES-13] a mail goes to the address of the person, and to nobody once they are erased', async () => {
  const addresses = new Map([['ada', 'ada@example.org']]);
  const sent: Mail[] = [];
  const mails = personMails({
    mailer: {
      send: async (mail) => {
        sent.push(mail);
      },
    },
    emailOf: async (userId) => addresses.get(userId) ?? null,
  });
  const mail = { subject: 's', text: 't' };
  await mails.send('ada', mail);
  addresses.delete('ada');
  await mails.send('ada', mail);
  expect(sent).toEqual([{ to: 'ada@example.org', ...mail }]);
});
