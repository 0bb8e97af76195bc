import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { caller } from '../api/call.ts';
import { createHttp, type HttpOptions, type TokenSource } from '../api/http.ts';
import type { Session } from '../api/wire.ts';
import type { Home } from '../home/home.ts';
import { releaseLock, takeLock } from '../home/lock.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';

const EARLY_MS = 30_000;
const POLL_MS = 50;

const tokens = z.object({ access_token: z.string(), refresh_token: z.string(), good_until: z.number() });

/** `serverName`: as the person names the server, whose address may change. */
type Where = Readonly<{ home: Home; server: string; serverName: string }>;

const fileOf = (serverName: string): readonly [string, string] => [
  'sessions',
  `${createHash('sha256').update(serverName).digest('hex').slice(0, 32)}.json`,
];

/** Keeps the tokens of a sign-in for the commands that follow (0600). */
export const keepSession = (
  { home, serverName }: Omit<Where, 'server'>,
  { access_token, refresh_token, expires_in }: Session,
): Promise<void> => {
  const kept = { access_token, refresh_token, good_until: Date.now() + expires_in * 1_000 - EARLY_MS };
  return home.writeJson(kept, ...fileOf(serverName));
};

/** One command at a time: a refresh token that two of them spend looks stolen, and ends the session (ID-03). */
const alone = async <Result>({ home, serverName }: Where, work: () => Promise<Result>): Promise<Result> => {
  const lock = `${home.path(...fileOf(serverName))}.lock`;
  while (!(await takeLock(lock))) await sleep(POLL_MS);
  try {
    return await work();
  } finally {
    await releaseLock(lock);
  }
};

/**
 * Access tokens of the session that `keepSession` keeps; another command may have renewed it meanwhile.
 * @throws CommandEnd when nothing is kept; ApiProblem REFRESH_REFUSED when the session is over.
 */
export const deviceTokens = (where: Where, options: Partial<HttpOptions>): TokenSource => {
  const { home, server, serverName } = where;
  const call = caller(createHttp({ ...options, server, token: async () => null }));
  let given: string | null = null;

  const kept = async (): Promise<z.infer<typeof tokens>> => {
    const found = await home.readJson(...fileOf(serverName));
    if (found !== null) return tokens.parse(found);
    throw new CommandEnd(
      EXIT.SERVER,
      'NOT_SIGNED_IN',
      `The session at ${serverName} is gone from this machine.`,
      `Sign in with: iama login --device --server ${serverName}`,
    );
  };

  const renewed = async (refused: string | null): Promise<string> => {
    const { access_token, refresh_token, good_until } = await kept();
    if (access_token !== refused && Date.now() < good_until) return access_token;
    const next = await call('RefreshSession', { body: { refresh_token } });
    await keepSession(where, next);
    return next.access_token;
  };

  return async (renew) => {
    const { access_token, good_until } = await kept();
    const refused = renew ? given : null;
    const isGood = access_token !== refused && Date.now() < good_until;
    given = isGood ? access_token : await alone(where, () => renewed(refused));
    return given;
  };
};
