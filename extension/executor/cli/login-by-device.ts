import { setTimeout as sleep } from 'node:timers/promises';
import { type AnswerOf, caller } from '../api/call.ts';
import { createHttp } from '../api/http.ts';
import { ApiProblem, ServerUnreachable } from '../api/problem.ts';
import type { Session } from '../api/wire.ts';
import { saveAccount } from './account.ts';
import { keepSession } from './device-session.ts';
import type { Environment } from './environment.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';

const START_PATIENCE_MS = 10_000;
/** RFC 8628, 3.5: what `slow_down` adds to the interval. */
const SLOW_DOWN_SECONDS = 5;
const LONGEST_INTERVAL_SECONDS = 60;
const AGAIN = 'Ask for another code with: iama login --device';

/** Seconds until the next poll; throws when no poll can help any more. */
const nextInterval = (error: unknown, interval: number): number => {
  if (error instanceof ServerUnreachable) return Math.min(interval * 2, LONGEST_INTERVAL_SECONDS);
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === 'DEVICE_PENDING') return interval;
  if (error.status === 429) return interval + SLOW_DOWN_SECONDS;
  if (error.status >= 500) return Math.min(interval * 2, LONGEST_INTERVAL_SECONDS);
  throw new CommandEnd(EXIT.SERVER, error.code, error.message, AGAIN);
};

const waitForDecision = async (
  server: string,
  { device_code, interval, expires_in }: AnswerOf<'StartDevice'>,
  signal: AbortSignal,
): Promise<Session> => {
  // One try a poll: the pauses are ours, because the server counts them.
  const call = caller(createHttp({ server, token: async () => null, patienceMs: 0 }));
  const giveUpAt = Date.now() + expires_in * 1_000;
  for (let seconds = interval; Date.now() < giveUpAt; ) {
    await sleep(seconds * 1_000, undefined, { signal });
    try {
      return await call('SignInDevice', { body: { device_code } }, { signal });
    } catch (error) {
      signal.throwIfAborted();
      seconds = nextInterval(error, seconds);
    }
  }
  throw new CommandEnd(EXIT.SERVER, 'DEVICE_CODE_INVALID', 'Nobody confirmed the code in time.', AGAIN);
};

/** `iama login --device`: a short code that the person confirms where they are signed in (ID-07, RFC 8628). */
export const loginByDevice = async (environment: Environment, server: string): Promise<void> => {
  const { home, output, signal } = environment;
  const start = caller(createHttp({ server, token: async () => null, patienceMs: START_PATIENCE_MS }));
  const device = await start('StartDevice', {});
  output.show(
    `Your code is ${device.user_code}. Confirm it within ${Math.ceil(device.expires_in / 60)} minutes`,
  );
  output.show(
    `where you are signed in, for example with: iama approve ${device.user_code} --server ${server}`,
  );
  const session = await waitForDecision(server, device, signal);
  await keepSession({ home, serverName: server }, session);
  await saveAccount(home, server, { session: 'device', consentedAt: null });
  output.step(`Signed in to ${server}.`);
};
