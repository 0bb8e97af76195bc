import type { HttpOptions } from '../api/http.ts';
import { type Home, openHome } from '../home/home.ts';
import { accountFor, type Connection, connect, EMBEDDED, localAccount, saveAccount } from './account.ts';
import { ensureServer, retireOtherVersion } from './embedded-server.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { requireConsent } from './machine-token.ts';
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

/** Does what a command asks for, and ends with the exit code of that, or the one of what went wrong. */
export type Act = (
  common: Readonly<{ json?: boolean; yes?: boolean }>,
  action: (environment: Environment) => Promise<ExitCode>,
) => Promise<void>;

const askedQuietly = (prompt: Prompt, { quietly }: Output): Prompt => ({
  text: (...asked) => quietly(() => prompt.text(...asked)),
  choose: (...asked) => quietly(() => prompt.choose(...asked)),
  secret: (...asked) => quietly(() => prompt.secret(...asked)),
});

export const openEnvironment = async (
  options: Readonly<{ json?: boolean; yes?: boolean }>,
  serverEntry: string | null,
  signal: AbortSignal,
): Promise<Environment> => {
  const json = options.json === true;
  const { stdout, stderr, env } = process;
  const output = createOutput({ json, stdout, stderr, env });
  const prompt = json || options.yes === true ? null : openPrompt(signal);
  return {
    home: await openHome(),
    output,
    prompt: prompt === null ? null : askedQuietly(prompt, output),
    signal,
    began: Date.now(),
    serverEntry,
  };
};

/** Tells once that a server is gone, and once that it is back, however many requests notice. */
export const onConnection = (output: Output): ((state: 'LOST' | 'BACK') => void) => {
  let last: 'LOST' | 'BACK' = 'BACK';
  return (state) => {
    if (state === last) return;
    last = state;
    output.step(
      state === 'LOST' ? 'The server does not answer; waiting for it.' : 'The server is back.',
      'yellow',
    );
  };
};

/** Several callers at the same time share one run of the work. */
const shared = <Result>(work: () => Promise<Result>): (() => Promise<Result>) => {
  let running: Promise<Result> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
};

/** `serverName` is an address, or the embedded server of this machine, which is started if need be. */
export const connectTo = async (
  environment: Environment,
  serverName: string,
  patience: Pick<HttpOptions, 'patienceMs' | 'answerWithinMs'> = {},
): Promise<Connection> => {
  const { home, output, serverEntry } = environment;
  const options = { ...patience, onConnection: onConnection(output) };
  if (serverName === EMBEDDED) {
    if (serverEntry === null) {
      throw new CommandEnd(
        EXIT.SERVER,
        'NO_EMBEDDED_SERVER',
        'This installation has no server of its own.',
        'Name one with --server URL, or set IAMA_SERVER.',
      );
    }
    await retireOtherVersion(home, serverEntry, (text) => output.step(text));
    const relocate = shared(() => ensureServer(home, serverEntry, (text) => output.step(text)));
    const account = await localAccount(home);
    const where = { home, server: await relocate(), serverName, account, register: true };
    return connect(where, { ...options, relocate });
  }
  await requireAccount(environment, serverName);
  const account = await accountFor(home, serverName);
  if (account === null) throw new Error('the account was removed meanwhile');
  return connect({ home, server: serverName, serverName, account, register: false }, options);
};

/** An address as it is kept; throws `CommandEnd` for what is none. */
const serverAddress = (typed: string): string => {
  const url = URL.canParse(typed) ? new URL(typed) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new CommandEnd(
      EXIT.USAGE,
      'SERVER_INVALID',
      `${typed} is not the address of a server.`,
      'Give it whole, for example https://iama.example.org',
    );
  return typed.replace(/\/+$/u, '');
};

/** Throws `CommandEnd` when there is no account for a server that needs one, before anything is read or asked. */
export const requireAccount = async ({ home }: Environment, serverName: string): Promise<void> => {
  if (serverName !== EMBEDDED && (await accountFor(home, serverName)) === null)
    throw new CommandEnd(
      EXIT.SERVER,
      'NOT_SIGNED_IN',
      `You are not signed in to ${serverName}.`,
      `Sign in with: iama login --server ${serverName}`,
    );
};

export const serverNameOf = (option: string | undefined): string => {
  const named = option ?? process.env['IAMA_SERVER'];
  return named === undefined || named === '' ? EMBEDDED : serverAddress(named);
};

const WHAT_IS_KEPT =
  'They are kept encrypted, deleted after 14 days, and never used for training. The record of a job stays: what was decided and done, with names of files and functions.';

/** Data processing and zero training, agreed to once per server. */
export const giveConsent = async (
  { home, output, prompt }: Environment,
  { client, account, serverName }: Connection,
  yes: boolean,
): Promise<void> => {
  if (account.consentedAt !== null) return;
  if ('token' in account) return requireConsent(client);
  const where =
    serverName === EMBEDDED
      ? 'Your sources go to the server on this machine and nowhere else.'
      : `Your sources are sent to ${serverName}.`;
  const text = `${where} ${WHAT_IS_KEPT}`;
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
      throw new CommandEnd(
        EXIT.NOT_STARTED,
        'CONSENT_REQUIRED',
        'Nothing was sent, as you chose.',
        'Without it the server cannot work on your sources.',
      );
    }
  }
  await client.consent();
  await saveAccount(home, serverName, { ...account, consentedAt: new Date().toISOString() });
};
