import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailNotTaken } from '../mail/mailer.ts';
import { smtpMailer } from '../mail/smtp-mailer.ts';
import { type SmtpInbox, startSmtpInbox } from '../mail/testing/smtp-inbox.ts';
import { openTestDatabase } from '../postgres/testing/database.ts';
import { deliverMails, type MailDelivery, postgresMailTokens } from './mail-tokens.ts';

const sealKey = new Uint8Array(32).fill(7);

describe('mails that wait', () => {
  let pool: Pool;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ pool, close } = await openTestDatabase());
  });
  afterAll(() => close());

  /** What the server answers by the name before the `@`. */
  let answers: Record<string, number>;
  let server: SmtpInbox;
  beforeEach(async () => {
    await pool.query('delete from mail_tokens');
    answers = {};
    server = await startSmtpInbox({
      refuses: (address) => {
        const code = answers[address.split('@')[0] ?? ''];
        return code === undefined ? null : { code, words: 'not now' };
      },
    });
  });
  afterEach(() => server.close());

  const addresses = new Map<string, string>();
  const delivery = (port = server.port): MailDelivery => ({
    pool,
    sealKey,
    emailOf: async (userId) => addresses.get(userId) ?? null,
    mailer: smtpMailer({
      host: '127.0.0.1',
      port,
      encryption: 'NONE',
      from: 'iama@example.org',
      login: null,
    }),
  });
  /** One mail each, in this order. */
  const wait = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const userId = randomUUID();
      addresses.set(userId, `${name}@example.org`);
      await postgresMailTokens(pool, sealKey).request(userId, 'RESET_PASSWORD');
    }
  };
  const taken = () => server.received.map(({ to }) => to[0]?.split('@')[0]);
  const waiting = async (): Promise<number> => {
    const { rows } = await pool.query('select 1 from mail_tokens where token_sealed is not null');
    return rows.length;
  };

  it('[OPS-09] are not held up by one that the server refuses for good, which is given up', async () => {
    answers = { gone: 550 };
    await wait('gone', 'ada');
    const notTaken = await deliverMails(delivery());
    expect(notTaken).toEqual([expect.any(MailNotTaken)]);
    expect(notTaken[0]?.message).not.toContain('gone');
    expect([taken(), await waiting()]).toEqual([['ada'], 0]);
  });

  it('[OPS-09] are not held up by one that has to wait, which is sent later and not at once again', async () => {
    answers = { late: 451 };
    await wait('late', 'ada');
    const postponed = new Map<string, number>();
    expect(await deliverMails(delivery(), postponed)).toMatchObject([{ isFinal: false }]);
    expect([taken(), await waiting(), postponed.size]).toEqual([['ada'], 1, 1]);
    answers = {};
    expect(await deliverMails(delivery(), postponed)).toEqual([]);
    expect(taken()).toEqual(['ada']);
    for (const hash of postponed.keys()) postponed.set(hash, 0);
    expect(await deliverMails(delivery(), postponed)).toEqual([]);
    expect([taken(), await waiting(), postponed.size]).toEqual([['ada', 'late'], 0, 0]);
  });

  it('[OPS-09] all stay while the server is out of reach, and are sent once it is back', async () => {
    await wait('ada', 'bob');
    await expect(deliverMails(delivery(1))).rejects.toThrow('the mail server did not take it');
    expect(await waiting()).toBe(2);
    await Promise.all([deliverMails(delivery()), deliverMails(delivery())]);
    expect([taken().sort(), await waiting()]).toEqual([['ada', 'bob'], 0]);
    expect(server.received[0]?.source).toContain('A new password for IAMA');
  });
});
