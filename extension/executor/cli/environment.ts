import { type Home, openHome } from '../home/home.ts';
import { accountFor, type Connection, connect, EMBEDDED, localAccount, saveAccount } from './account.ts';
import { ensureServer } from './embedded-server.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { createOutput, type Output } from './output.ts';
import { openPrompt, type Prompt } from './prompt.ts';

/** What every command works with. */
export type Environment = Readonly<{
  home: Home;
  output: Output;
  /** Null: nobody can be asked, or nobody wants to be. */
  prompt: Prompt | null;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
  began: number;
  /** File that starts the all-in-one server; null where this installation has none. */
  serverEntry: string | null;
}>;

export const openEnvironment = async (
  options: Readonly<{ json?: boolean; yes?: boolean }>,
  serverEntry: string | null,
  signal: AbortSignal,
): Promise<Environment> => {
  const json = options.json === true;
  const { stdout, stderr, env } = process;
  return {
    home: await openHome(),
    output: createOutput({ json, stdout, stderr, env }),
    prompt: json || options.yes === true ? null : openPrompt(signal),
    signal,
    began: Date.now(),
    serverEntry,
  };
};

const onConnection =
  (output: Output) =>
  (state: 'LOST' | 'BACK'): void => {
    output.step(
      state === 'LOST' ? 'The server does not answer; waiting for it.' : 'The server is back.',
      'yellow',
    );
  };

/** `serverName` is an address, or the embedded server of this machine, which is started if need be. */
export const connectTo = async (environment: Environment, serverName: string): Promise<Connection> => {
  const { home, output, serverEntry } = environment;
  const options = { onConnection: onConnection(output) };
  if (serverName === EMBEDDED) {
    if (serverEntry === null) {
      throw new CommandEnd(
        EXIT.SERVER,
        'NO_EMBEDDED_SERVER',
        'This installation has no server of its own.',
        'Name one with --server URL, or set IAMA_SERVER.',
      );
    }
    const relocate = () => ensureServer(home, serverEntry, (text) => output.step(text));
    const account = await localAccount(home);
    const where = { server: await relocate(), serverName, account, register: true };
    return connect(where, { ...options, relocate });
  }
  const account = await accountFor(home, serverName);
  if (account === null) {
    throw new CommandEnd(
      EXIT.SERVER,
      'NOT_SIGNED_IN',
      `You are not signed in to ${serverName}.`,
      `Sign in with: iama login --server ${serverName}`,
    );
  }
  return connect({ server: serverName, serverName, account, register: false }, options);
};

export const serverNameOf = (option: string | undefined): string => {
  const named = option ?? process.env['IAMA_SERVER'];
  return named === undefined || named === '' ? EMBEDDED : named.replace(/\/$/u, '');
};

/** Data processing and zero training, agreed to once per server. */
export const giveConsent = async (
  { home, output, prompt }: Environment,
  { client, account, serverName }: Connection,
  yes: boolean,
): Promise<void> => {
  if (account.consentedAt !== null) return;
  const text =
    serverName === EMBEDDED
      ? 'Your sources go to the server on this machine only. They are kept encrypted for 14 days and never used for training.'
      : `Your sources are sent to ${serverName}, kept encrypted for 14 days, and never used for training.`;
  output.show(text);
  if (!yes) {
    if (prompt === null) {
      throw new CommandEnd(
        EXIT.NOT_STARTED,
        'CONSENT_REQUIRED',
        text,
        'Agree with --yes, or run it in a terminal.',
      );
    }
    if ((await prompt.choose('Agree?', { y: 'yes', n: 'no' }, 'y')) === 'n') {
      throw new CommandEnd(EXIT.NOT_STARTED, 'CONSENT_REQUIRED', 'Nothing was sent.');
    }
  }
  await client.consent();
  await saveAccount(home, serverName, { ...account, consentedAt: new Date().toISOString() });
};
