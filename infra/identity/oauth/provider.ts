import {
  AuthorizationResponseError,
  allowInsecureRequests,
  buildAuthorizationUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { Rejection } from '../../../domain/kernel/rejection.ts';

/** For one request to a provider. */
export const TIMEOUT_SECONDS = 10;

/** What ties the provider's answer to the request: `state` to the browser, `nonce` to the id_token, `verifier` to the code. */
type Checks = Readonly<{ state: string; nonce: string; verifier: string }>;

/** Somebody at a provider. `email`: only where the provider says that it verified the address. */
export type Person = Readonly<{ issuer: string; subject: string; email: string | null }>;

/** Both throw `Rejection` OAUTH_UNAVAILABLE; `finish` also OAUTH_DENIED and OAUTH_REFUSED. */
export type Provider = Readonly<{
  /** Where the person goes next. */
  begin(checks: Checks): Promise<URL>;
  /** `callback`: the address that the provider sent the person back to, with its query. */
  finish(callback: URL, checks: Checks): Promise<Person>;
}>;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether what goes there stays on this machine: the only case in which it may go unencrypted. */
export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname);

/** Unencrypted requests for a provider on this machine, for tests; for no other. By its identity `discovery` knows it. */
export const insecureIfLocal = (url: URL): readonly ((configuration: Configuration) => void)[] =>
  url.protocol === 'http:' && isLoopback(url) ? [allowInsecureRequests] : [];

export const refused = (): Rejection =>
  new Rejection('OAUTH_REFUSED', 'The answer of the provider does not prove who you are. Begin again.');

export const unavailable = (): Rejection =>
  new Rejection('OAUTH_UNAVAILABLE', 'The provider does not answer. Try again shortly.', {
    retry_after_seconds: 5,
  });

const PASSING: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

const isServerFault = (cause: unknown): boolean => cause instanceof Response && cause.status >= 500;

/** What `fetch` throws where nobody answers; other type errors are faults of ours. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof TypeError && error.message === 'fetch failed';

const rejectionOf = (error: unknown): Rejection | null => {
  if (isUnreachable(error)) return unavailable();
  if (error instanceof AuthorizationResponseError) {
    if (error.error === 'access_denied') return new Rejection('OAUTH_DENIED', 'You said no at the provider.');
    return PASSING.has(error.error) ? unavailable() : refused();
  }
  if (error instanceof ClientError)
    return error.code === 'OAUTH_TIMEOUT' || isServerFault(error.cause) ? unavailable() : refused();
  if (error instanceof ResponseBodyError) return error.status >= 500 ? unavailable() : refused();
  return error instanceof WWWAuthenticateChallengeError ? refused() : null;
};

/** Runs `work`; what the provider did wrong becomes a `Rejection`, and what we did wrong stays what it is. */
export const asking = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw rejectionOf(error) ?? error;
  }
};

/** The address of the provider's page, with everything that `checks` will be held against (ID-05). */
export const authorizationUrl = async (
  configuration: Configuration,
  { state, nonce, verifier }: Checks,
  more: Readonly<{ redirectUri: URL; scope: string; withNonce: boolean }>,
): Promise<URL> =>
  buildAuthorizationUrl(configuration, {
    redirect_uri: more.redirectUri.href,
    scope: more.scope,
    state,
    ...(more.withNonce ? { nonce } : {}),
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
