import type { AnswerOf } from '../api/call.ts';
import type { Client } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';

/** Who made the token. Throws `CommandEnd` when the server does not take it for that. */
export const makerOf = async (client: Client): Promise<AnswerOf<'GetMe'>> => {
  try {
    return await client.call('GetMe', {});
  } catch (error) {
    if (!(error instanceof ApiProblem) || (error.status !== 401 && error.status !== 403)) throw error;
    throw new CommandEnd(
      EXIT.SERVER,
      error.code,
      `The token is not good for this: ${error.message}`,
      'It needs the scopes account:read, jobs:read and jobs:write, and a session that is not over.',
    );
  }
};

/** A token for machines agrees to nothing, so the person who made it must have: nothing is sent before. */
export const requireConsent = async (client: Client): Promise<void> => {
  if ((await makerOf(client)).consent_given_at !== null) return;
  throw new CommandEnd(
    EXIT.NOT_STARTED,
    'CONSENT_REQUIRED',
    'Whoever made this token has not agreed yet that sources are sent to the server.',
    'Sign in as a person, begin a job and agree; then the token is enough.',
  );
};
