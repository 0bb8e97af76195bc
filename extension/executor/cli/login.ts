import { connect, EMBEDDED, saveAccount } from './account.ts';
import { type Environment, onConnection, serverNameOf } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { loginByDevice } from './login-by-device.ts';
import { loginByToken } from './login-by-token.ts';

export type LoginOptions = Readonly<{
  server?: string;
  email?: string;
  register?: boolean;
  device?: boolean;
  token?: boolean;
}>;

/** `iama login`: signs in to a server and keeps the account in the person's own folder (0600). */
export const login = async (environment: Environment, options: LoginOptions): Promise<ExitCode> => {
  const server = serverNameOf(options.server);
  if (server === EMBEDDED) {
    throw new CommandEnd(
      EXIT.USAGE,
      'SERVER_REQUIRED',
      'The server on this machine needs no sign-in.',
      'For another one: iama login --server URL',
    );
  }
  if (options.device === true) await loginByDevice(environment, server);
  else if (options.token === true) await loginByToken(environment, server);
  else await loginByPassword(environment, server, options);
  return EXIT.OK;
};

const loginByPassword = async (
  { home, output, prompt }: Environment,
  server: string,
  options: LoginOptions,
): Promise<void> => {
  const email = options.email ?? (await prompt?.text('Address:'));
  const password = process.env['IAMA_PASSWORD'] ?? (await prompt?.secret('Password: '));
  if (!email || !password) {
    throw new CommandEnd(
      EXIT.USAGE,
      'CREDENTIALS_REQUIRED',
      'An address and a password are needed.',
      'Give --email and IAMA_PASSWORD, or run it in a terminal.',
    );
  }
  const account = { email, password, consentedAt: null };
  const where = { home, server, serverName: server, account, register: options.register === true };
  await connect(where, { onConnection: onConnection(output) });
  await saveAccount(home, server, account);
  output.step(`Signed in to ${server} as ${email}.`);
};
