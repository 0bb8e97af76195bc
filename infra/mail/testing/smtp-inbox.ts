import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Received = Readonly<{ from: string; to: readonly string[]; source: string }>;

export type SmtpInbox = Readonly<{
  port: number;
  received: readonly Received[];
  close(): Promise<void>;
}>;

export type InboxOptions = Readonly<{
  /** Whoever does not sign in as them is refused. */
  login?: Readonly<{ user: string; password: string }>;
  /** What is answered to mails for an address, as an SMTP answer of 4xx or 5xx; null: it is taken. */
  refuses?: (address: string) => Readonly<{ code: number; words: string }> | null;
  options?: SMTPServerOptions;
}>;

const answer = ({ code, words }: Readonly<{ code: number; words: string }>): Error =>
  Object.assign(new Error(words), { responseCode: code });

/** A server of SMTP on loopback that keeps what it takes. */
export const startSmtpInbox = async ({ login, refuses, options }: InboxOptions = {}): Promise<SmtpInbox> => {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: login === undefined,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const isKnown = username === login?.user && password === login?.password;
      done(isKnown ? null : answer({ code: 535, words: `no ${username} with ${password}` }), {
        user: username ?? '',
      });
    },
    onRcptTo({ address }, _session, done) {
      const refusal = refuses?.(address) ?? null;
      done(refusal === null ? null : answer(refusal));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  // A client that leaves in the middle is one of the tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the inbox does not listen');
  return {
    port: address.port,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
