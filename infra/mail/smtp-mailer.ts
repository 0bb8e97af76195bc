import { readFile } from 'node:fs/promises';
import { createTransport } from 'nodemailer';
import { type Mailer, MailNotTaken } from './mailer.ts';

export type SmtpSettings = Readonly<{
  host: string;
  port: number;
  /** `WHOLE`: encrypted from the first byte; `STARTTLS`: not a word before it is; `NONE`: on this machine only. */
  encryption: 'WHOLE' | 'STARTTLS' | 'NONE';
  /** Address of the sender. */
  from: string;
  /**
   * The file is read for each mail, so that a password is exchanged without a restart. `current`: the file that counts now; absent:
   * always `passwordFile`.
   */
  login: Readonly<{ user: string; passwordFile: string; current?: () => Promise<string> }> | null;
}>;

/** A server that hangs keeps nobody waiting for longer. */
const LIMITS = {
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
};

/** Answers to these concern one mail; those to any other, such as the login or the sender, concern all. */
const OF_ONE_MAIL: ReadonlySet<unknown> = new Set(['RCPT TO', 'DATA']);

type Failure = Readonly<{ code?: string; command?: string; responseCode?: number; permanent?: boolean }>;

/** The words of a server quote addresses, and those of a client the login: neither belongs into a log (OPS-10). */
const withoutWords = (error: unknown): Error => {
  const { code, command, responseCode, permanent }: Failure = Object(error);
  const what = [code, command, responseCode].filter((each) => each !== undefined).join(' ');
  const message = `the mail server did not take it: ${what === '' ? 'no answer' : what}`;
  if (OF_ONE_MAIL.has(command) && responseCode !== undefined)
    return new MailNotTaken(message, permanent === true);
  // An address that the client itself does not take, and no server was asked about.
  return code === 'EENVELOPE' && command === 'API' ? new MailNotTaken(message, true) : new Error(message);
};

const passwordOf = async ({ passwordFile, current }: NonNullable<SmtpSettings['login']>): Promise<string> =>
  (await readFile(current === undefined ? passwordFile : await current(), 'utf8')).trim();

/** Mails through a server of SMTP (OPS-09); resolves once the server has answered for it. */
export const smtpMailer = ({ host, port, encryption, from, login }: SmtpSettings): Mailer => ({
  async send({ to, subject, text }) {
    const auth = login === null ? {} : { auth: { user: login.user, pass: await passwordOf(login) } };
    const transport = createTransport({
      ...LIMITS,
      host,
      port,
      secure: encryption === 'WHOLE',
      requireTLS: encryption === 'STARTTLS',
      ignoreTLS: encryption === 'NONE',
      ...auth,
    });
    try {
      await transport.sendMail({
        from: { name: 'IAMA', address: from },
        // As an object it is one address, whatever stands in it.
        to: { name: '', address: to },
        subject,
        text,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (error) {
      throw withoutWords(error);
    } finally {
      transport.close();
    }
  },
});
