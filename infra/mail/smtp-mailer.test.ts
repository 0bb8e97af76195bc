import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MailNotTaken } from './mailer.ts';
import { type SmtpSettings, smtpMailer } from './smtp-mailer.ts';
import { type InboxOptions, type SmtpInbox, startSmtpInbox } from './testing/smtp-inbox.ts';

const PASSWORD = 'the password of the mail server';
const mail = { to: 'ada@example.org', subject: 'Grüße', text: 'Hallo,\n.\nbis bald\n' };

let folder: string;
let passwordFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-smtp-'));
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open: SmtpInbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((inbox) => inbox.close()));
});
const inbox = async (options: InboxOptions = {}): Promise<SmtpInbox> => {
  const started = await startSmtpInbox(options);
  open.push(started);
  return started;
};
const settings = (port: number, more: Partial<SmtpSettings> = {}): SmtpSettings => ({
  ...{ host: '127.0.0.1', port, encryption: 'NONE', from: 'iama@example.org', login: null },
  ...more,
});
/** The error itself, so that all of it can be looked at. */
const failure = (sent: Promise<void>): Promise<Error> =>
  sent.then(
    () => Promise.reject(new Error('it was sent')),
    (error: Error) => error,
  );

describe('a mail by SMTP', () => {
  it('[OPS-09] that the server refuses says whether for good, and neither address nor words of the server', async () => {
    const server = await inbox({
      refuses: (address) => ({
        code: address.startsWith('full') ? 452 : 550,
        words: `<${address}> is unknown`,
      }),
    });
    const mailer = smtpMailer(settings(server.port));
    for (const [to, isFinal] of [
      ['ada@example.org', true],
      ['full@example.org', false],
    ] as const) {
      const error = await failure(mailer.send({ ...mail, to }));
      expect(error).toBeInstanceOf(MailNotTaken);
      expect(error).toMatchObject({ isFinal });
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(
        /ada|full|unknown/,
      );
    }
    expect(server.received).toEqual([]);
  });

  it('[OPS-09] [SEC-14] is not sent with a wrong login, and the error holds none of it', async () => {
    const server = await inbox({ login: { user: 'iama', password: PASSWORD } });
    await writeFile(join(folder, 'wrong'), 'canary-of-a-password');
    const login = { user: 'iama', passwordFile: join(folder, 'wrong') };
    const error = await failure(smtpMailer(settings(server.port, { login })).send(mail));
    expect(error).not.toBeInstanceOf(MailNotTaken);
    expect(error.message).toContain('EAUTH');
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('canary');
    const other = { passwordFile: '/none', current: async () => passwordFile };
    for (const from of [{ passwordFile }, other])
      await smtpMailer(settings(server.port, { login: { user: 'iama', ...from } })).send(mail);
    expect(server.received).toHaveLength(2);
  });

  it('[OPS-09] [SEC-14] says no word to a server that does not encrypt, nor to one that nobody vouches for', async () => {
    const login = { user: 'iama', passwordFile };
    const plain = await inbox();
    const forged = await inbox({ options: { disabledCommands: [] } });
    for (const { port } of [plain, forged]) {
      const error = await failure(smtpMailer(settings(port, { login, encryption: 'STARTTLS' })).send(mail));
      expect(error).not.toBeInstanceOf(MailNotTaken);
    }
    const secure = await inbox({ options: { secure: true } });
    await failure(smtpMailer(settings(secure.port, { login, encryption: 'WHOLE' })).send(mail));
    expect([plain, forged, secure].flatMap(({ received }) => received)).toEqual([]);
  });

  it('[OPS-09] does not wait for a server that hangs up', async () => {
    const silent = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await failure(smtpMailer(settings(port)).send(mail));
    silent.close();
    expect(error).not.toBeInstanceOf(MailNotTaken);
  });

  it('[OPS-09] goes to one address, whatever stands in it, and arrives as it was written', async () => {
    const server = await inbox();
    const mailer = smtpMailer(settings(server.port));
    for (const to of [
      'ada@example.org\r\nRCPT TO:<eve@example.org>',
      'ada@example.org, eve@example.org',
      'ada',
    ])
      expect(await failure(mailer.send({ ...mail, to }))).toMatchObject({ isFinal: true });
    expect(server.received).toEqual([]);
    await mailer.send({ ...mail, subject: 'x\r\nBcc: eve@example.org' });
    await mailer.send(mail);
    const [injected, whole] = server.received.slice(-2);
    expect(injected?.to).toEqual(['ada@example.org']);
    expect(injected?.source).not.toMatch(/^Bcc:/m);
    expect(whole).toMatchObject({ from: 'iama@example.org', to: ['ada@example.org'] });
    const [head = '', body = ''] = (whole?.source ?? '').split('\r\n\r\n');
    expect(head).toMatch(/^From: "?IAMA"? <iama@example.org>$/m);
    expect(head).toContain('=?UTF-8?');
    expect(body.trimEnd()).toBe('Hallo,\r\n.\r\nbis bald');
  });
});
