import type { Pool, PoolClient } from 'pg';
import type { MailPurpose, MailTokens } from '../../commands/identity/services.ts';
import { type Mail, type Mailer, MailNotTaken } from '../mail/mailer.ts';
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

/** Mails that a server did not take yet, by the hex of their hash: not before that instant, in ms. */
export type PostponedMails = Map<string, number>;

/** A server that asks for patience, for example with somebody it does not know, wants minutes. */
const AGAIN_MS = 60_000;

/** What became of one mail: `NONE` waits, or it was sent, or the mailer said why not. */
type Outcome = 'NONE' | 'SENT' | MailNotTaken;

const sendNext = async (
  client: PoolClient,
  delivery: MailDelivery,
  postponed: PostponedMails,
): Promise<Outcome> => {
  const { rows } = await client.query<Unsent>(
    `select token_hash, user_id, purpose, token_sealed from mail_tokens
      where token_sealed is not null and expires_at > clock_timestamp() and token_hash <> all($1)
      order by expires_at limit 1 for update skip locked`,
    [[...postponed.keys()].map((hex) => Buffer.from(hex, 'hex'))],
  );
  const [mail] = rows;
  if (mail === undefined) return 'NONE';
  let outcome: Outcome = 'SENT';
  const to = mail.user_id === null ? null : await delivery.emailOf(mail.user_id);
  if (to !== null) {
    const token = openText(delivery.sealKey, mail.purpose, mail.token_sealed);
    try {
      await delivery.mailer.send({ to, ...TEXTS[mail.purpose](token) });
    } catch (error) {
      if (!(error instanceof MailNotTaken)) throw error;
      outcome = error;
    }
  }
  if (outcome !== 'SENT' && !outcome.isFinal)
    postponed.set(mail.token_hash.toString('hex'), Date.now() + AGAIN_MS);
  else
    await client.query('update mail_tokens set token_sealed = null where token_hash = $1', [mail.token_hash]);
  return outcome;
};

/**
 * Sends what waits, each mail at least once, whoever calls it at the same time. A mail that is not taken holds up no other:
 * it is answered here, and either given up or kept in `postponed` for the calls to come. Throws what else the mailer throws;
 * the mail stays.
 */
export const deliverMails = async (
  delivery: MailDelivery,
  postponed: PostponedMails = new Map(),
): Promise<readonly MailNotTaken[]> => {
  const now = Date.now();
  for (const [hash, notBefore] of postponed) if (notBefore <= now) postponed.delete(hash);
  const notTaken: MailNotTaken[] = [];
  for (;;) {
    const outcome = await withTransaction(delivery.pool, (client) => sendNext(client, delivery, postponed));
    if (outcome === 'NONE') return notTaken;
    if (outcome !== 'SENT') notTaken.push(outcome);
  }
};
