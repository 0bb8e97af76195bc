import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Client, createClient, signIn } from '../api/client.ts';
import { createHttp, type HttpOptions, type TokenSource } from '../api/http.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Home } from '../home/home.ts';
import { deviceTokens } from './device-session.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';

const FILE = 'credentials.json';
const consentedAt = z.string().nullable();
const withPassword = z.object({ email: z.string(), password: z.string(), consentedAt });
/** Its tokens stand in a file of their own, because they change all the time. */
const withSession = z.object({ session: z.literal('device'), consentedAt });
/** A token for machines. Who made it has agreed on the server, or has not. */
const withToken = z.object({ token: z.string(), consentedAt: z.null() });
const account = z.union([withPassword, withSession, withToken]);
type PasswordAccount = z.infer<typeof withPassword>;
export type Account = z.infer<typeof account>;
/** By server address. The embedded server has one name, because its port changes. */
const accounts = z.record(z.string(), account);

export const EMBEDDED = 'embedded';

const storedAccount = async (home: Home, server: string): Promise<Account | null> =>
  accounts.parse((await home.readJson(FILE)) ?? {})[server] ?? null;

/** `IAMA_TOKEN` outranks what is stored, for machines that nobody signs in to; the embedded server has its own account. */
export const accountFor = async (home: Home, server: string): Promise<Account | null> => {
  const token = server === EMBEDDED ? undefined : process.env['IAMA_TOKEN'];
  return token ? { token, consentedAt: null } : storedAccount(home, server);
};

export const saveAccount = async (home: Home, server: string, entry: Account): Promise<void> => {
  const all = accounts.parse((await home.readJson(FILE)) ?? {});
  await home.writeJson({ ...all, [server]: entry }, FILE);
};

/** The account of the embedded server, made up on first use; nobody needs to know its password. */
export const localAccount = async (home: Home): Promise<Account> => {
  const stored = await storedAccount(home, EMBEDDED);
  if (stored !== null) return stored;
  const made: PasswordAccount = {
    email: `local-${randomBytes(6).toString('hex')}@iama.invalid`,
    password: randomBytes(24).toString('base64url'),
    consentedAt: null,
  };
  await saveAccount(home, EMBEDDED, made);
  return made;
};

const EARLY_MS = 30_000;
/** Short, since whoever asks for a token waits in his own way: at the first sign-in a person, later a request. */
const SIGN_IN_PATIENCE_MS = 10_000;

/** Signs in when a token is needed, and again before it runs out. `register` opens the account if there is none yet. */
const passwordTokens = (
  server: string,
  who: PasswordAccount,
  register: boolean,
  options: Partial<HttpOptions>,
): TokenSource => {
  const http = createHttp({ ...options, server, token: async () => null, patienceMs: SIGN_IN_PATIENCE_MS });
  let token: string | null = null;
  let goodUntil = 0;
  const credentials = { email: who.email, password: who.password };
  const open = async () => {
    try {
      return await signIn(http, 'SignIn', credentials);
    } catch (error) {
      if (!register || !(error instanceof ApiProblem) || error.code !== 'SIGN_IN_FAILED') throw error;
      return signIn(http, 'RegisterUser', credentials);
    }
  };
  return async (renew) => {
    if (token === null || renew || Date.now() > goodUntil) {
      const session = await open();
      token = session.access_token;
      goodUntil = Date.now() + session.expires_in * 1_000 - EARLY_MS;
    }
    return token;
  };
};

type Where = Readonly<{
  home: Home;
  server: string;
  serverName: string;
  account: Account;
  /** Opens the account if there is none yet; with a password only. */
  register: boolean;
}>;

const tokensOf = (where: Where, options: Partial<HttpOptions>): TokenSource => {
  const { home, server, serverName, account: who, register } = where;
  if ('password' in who) return passwordTokens(server, who, register, options);
  if ('token' in who) return async () => who.token;
  return deviceTokens({ home, server, serverName }, { ...options, patienceMs: SIGN_IN_PATIENCE_MS });
};

const nameOf = (who: Account): string =>
  'email' in who ? who.email : 'token' in who ? 'the token' : 'the session of this device';

export type Connection = Readonly<{ client: Client; account: Account; serverName: string }>;

/** A signed-in client. Throws `CommandEnd` when the server does not accept the account. */
export const connect = async (where: Where, options: Partial<HttpOptions> = {}): Promise<Connection> => {
  const { home, server, serverName, account: who } = where;
  const token = tokensOf(where, options);
  try {
    await token(false);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    throw new CommandEnd(
      EXIT.SERVER,
      error.code,
      `${server} did not accept ${nameOf(who)}: ${error.message}`,
      serverName === EMBEDDED
        ? `The account is kept in ${home.path('credentials.json')}; without that file a new one is made.`
        : `Sign in again with: iama login --server ${serverName}`,
    );
  }
  return { client: createClient(createHttp({ ...options, server, token })), account: who, serverName };
};
