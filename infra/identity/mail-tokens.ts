import type { Pool, PoolClient } from 'pg';
import type { MailPurpose, MailTokens } from '../../commands/identity/services.ts';
import type { Mail, Mailer } from '../mail/mailer.ts';
import { withTransaction } from '../postgres/pool.ts';
import { hashOfToken, newOpaqueToken } from './opaque-token.ts';
import { openText, sealText } from './sealed-text.ts';

/** A warning has a row like the others, and a token that is good for nothing. */
type Sent = MailPurpose | 'WARNING';

/** A reset is used at once or never; an address is verified when the person next reads mail. */
const VALID_SECONDS: Readonly<Record<Sent, number>> = {
  RESET_PASSWORD: 60 * 60,
  VERIFY_EMAIL: 24 * 60 * 60,
  WARNING: 24 * 60 * 60,
};

const TEXTS: Readonly<Record<Sent, (token: string) => Omit<Mail, 'to'>>> = {
  RESET_PASSWORD: (token) => ({
    subject: 'A new password for IAMA',
    text: `Somebody, probably you, asked for a new password. This code sets one, once, within an hour:\n\n${token}\n\nIf it was not you, do nothing: your password stays as it is.\n`,
  }),
  VERIFY_EMAIL: (token) => ({
    subject: 'Your address at IAMA',
    text: `This code proves that this address is yours, once, within a day:\n\n${token}\n\nIf you have no account at IAMA, do nothing.\n`,
  }),
  WARNING: () => ({
    subject: 'A sign-in to IAMA after many wrong passwords',
    text: 'Somebody signed in to your account after several attempts with a wrong password. If it was you, do nothing. If not, set a new password now and end all sessions.\n',
  }),
};

/** One-time tokens of mails, as hashes; until its mail is sent a token also stands there sealed. */
export const postgresMailTokens = (pool: Pool, sealKey: Uint8Array): MailTokens => {
  const request = async (userId: string | null, purpose: Sent): Promise<void> => {
    const token = newOpaqueToken();
    await pool.query(
      `insert into mail_tokens (token_hash, user_id, purpose, expires_at, token_sealed)
       values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4), $5)`,
      [hashOfToken(token), userId, purpose, VALID_SECONDS[purpose], sealText(sealKey, purpose, token)],
    );
  };
  return {
    request,
    warn: (userId) => request(userId, 'WARNING'),

    async holderOf(token, purpose) {
      const { rows } = await pool.query<{ user_id: string }>(
        `select user_id from mail_tokens
        where token_hash = $1 and purpose = $2 and user_id is not null
          and spent_at is null and expires_at > clock_timestamp()`,
        [hashOfToken(token), purpose],
      );
      return rows[0]?.user_id ?? null;
    },

    async spend(token) {
      await pool.query('update mail_tokens set spent_at = clock_timestamp() where token_hash = $1', [
        hashOfToken(token),
      ]);
    },
  };
};

type Unsent = Readonly<{
  token_hash: Buffer;
  user_id: string | null;
  purpose: Sent;
  token_sealed: Buffer;
}>;

export type MailDelivery = Readonly<{
  pool: Pool;
  mailer: Mailer;
  sealKey: Uint8Array;
  emailOf: (userId: string) => Promise<string | null>;
}>;

const sendNext = async (client: PoolClient, delivery: MailDelivery): Promise<boolean> => {
  const { rows } = await client.query<Unsent>(
    `select token_hash, user_id, purpose, token_sealed from mail_tokens
      where token_sealed is not null and expires_at > clock_timestamp()
      order by expires_at limit 1 for update skip locked`,
  );
  const [mail] = rows;
  if (mail === undefined) return false;
  const to = mail.user_id === null ? null : await delivery.emailOf(mail.user_id);
  if (to !== null) {
    const token = openText(delivery.sealKey, mail.purpose, mail.token_sealed);
    await delivery.mailer.send({ to, ...TEXTS[mail.purpose](token) });
  }
  await client.query('update mail_tokens set token_sealed = null where token_hash = $1', [mail.token_hash]);
  return true;
};

/** Sends what waits, each mail at least once, whoever calls it at the same time. Throws what the mailer throws; the mail stays. */
export const deliverMails = async (delivery: MailDelivery): Promise<void> => {
  for (let sent = true; sent; )
    sent = await withTransaction(delivery.pool, (client) => sendNext(client, delivery));
};
