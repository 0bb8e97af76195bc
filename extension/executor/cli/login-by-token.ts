import { connect, saveAccount } from './account.ts';
import { type Environment, onConnection } from './environment.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { makerOf } from './machine-token.ts';

/** `iama login --token`: the token comes from `IAMA_TOKEN`, or is typed in without being shown. */
export const loginByToken = async (environment: Environment, server: string): Promise<void> => {
  const { home, output, prompt } = environment;
  const token = process.env['IAMA_TOKEN'] ?? (await prompt?.secret('Token: '));
  if (!token)
    throw new CommandEnd(
      EXIT.USAGE,
      'CREDENTIALS_REQUIRED',
      'A token is needed.',
      'Give it in IAMA_TOKEN, or run it in a terminal.',
    );
  const account = { token, consentedAt: null };
  const where = { home, server, serverName: server, account, register: false };
  const { client } = await connect(where, { onConnection: onConnection(output) });
  const { email } = await makerOf(client);
  await saveAccount(home, server, account);
  output.step(`Signed in to ${server} with a token of ${email ?? 'an account without an address'}.`);
};
