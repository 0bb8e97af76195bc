import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomNonce, randomPKCECodeVerifier } from 'openid-client';
import { z } from 'zod';
import type { OAuthAttempt } from '../../../commands/identity/services.ts';
import type { OAuthProvider } from '../../../domain/identity/provider-claim.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import type { Provider } from '../../identity/oauth/provider.ts';
import type { OAuthSettings } from '../../identity/oauth/settings.ts';
import type { RouteDeps } from '../deps.ts';
import { responses } from '../documented.ts';
import { paramsOf, paramsSchema, stringsOf } from '../route-request.ts';
import { browserOf, markBrowser } from './browser-cookie.ts';
import { sendLink, sendSignIn } from './send.ts';

type Found = Readonly<{ name: OAuthProvider; provider: Provider; redirectUri: URL }>;

const find = (settings: OAuthSettings | null, wanted: string): Found => {
  for (const [name, provider] of settings?.providers ?? [])
    if (settings !== null && name === wanted) return { name, provider, redirectUri: settings.redirectUri };
  throw new Rejection('OAUTH_NOT_CONFIGURED', 'Nobody signs in by this provider here.');
};

const isSecure = ({ protocol }: URL): boolean => protocol === 'https:';

/** Binds an attempt to this browser; gives the provider's page. */
const begin = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { commandServices }: RouteDeps,
  { name, provider, redirectUri }: Found,
  linking: OAuthAttempt['linking'],
): Promise<URL> => {
  const checks = { nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const browser = markBrowser(request, reply, isSecure(redirectUri));
  const state = await commandServices.oauthAttempts.begin({ provider: name, ...checks, linking }, browser);
  return provider.begin({ ...checks, state });
};

/** What the provider sent back, held against what this browser began; each state is good once. */
const attemptOf = async (
  request: FastifyRequest,
  { commandServices }: RouteDeps,
  redirectUri: URL,
): Promise<OAuthAttempt & Readonly<{ state: string }>> => {
  const { state = '' } = stringsOf(request.query);
  const browser = browserOf(request, isSecure(redirectUri));
  const found =
    state === '' || browser === null ? null : await commandServices.oauthAttempts.take(state, browser);
  if (found === null)
    throw new Rejection(
      'OAUTH_STATE_INVALID',
      'This sign-in was not begun in this browser, was used, or is too old. Begin again.',
    );
  return { ...found, state };
};

const PARAMS = paramsSchema('/auth/oauth/:provider');

/** ID-05, ID-06: sign-in at a provider, with PKCE, a state that is bound to the browser, and a nonce. */
export const oauthRoutes = (app: FastifyInstance, deps: RouteDeps, settings: OAuthSettings | null): void => {
  const { gate, limits, commandServices } = deps;
  const take = (request: FastifyRequest): Promise<void> =>
    commandServices.attempts.take('ADDRESS', request.ip, limits.signInPerAddress);
  // A browser goes there by itself, so that no client is generated for them.
  const browsed = { config: { access: 'PUBLIC' }, schema: { hide: true } } as const;

  app.get('/auth/oauth/:provider/initiate', browsed, async (request, reply) => {
    await take(request);
    const found = find(settings, paramsOf(request)('provider'));
    const page = await begin(request, reply, deps, found, null);
    return reply.redirect(page.href, 302);
  });

  app.get('/auth/oauth/callback', browsed, async (request, reply) => {
    await take(request);
    if (settings === null) throw new Rejection('OAUTH_NOT_CONFIGURED', 'Nobody signs in by a provider here.');
    const attempt = await attemptOf(request, deps, settings.redirectUri);
    const { name, provider, redirectUri } = find(settings, attempt.provider);
    const callback = new URL(redirectUri);
    callback.search = new URL(request.url, redirectUri).search;
    const person = await provider.finish(callback, attempt);
    reply.type('application/json; charset=utf-8');
    if (attempt.linking === null)
      return reply.send(JSON.stringify(await sendSignIn(request, deps, name, person)));
    await sendLink(request, deps, name, attempt.linking, person);
    return reply.send(JSON.stringify({ linked: name }));
  });

  app.post(
    '/auth/oauth/:provider/link',
    {
      config: { access: 'USER' },
      schema: {
        operationId: 'BeginProviderLink',
        summary: 'Begin to let an account at a provider sign in to yours',
        tags: ['auth'],
        params: PARAMS,
        security: [{ bearer: [] }],
        response: responses(200, z.object({ authorization_url: z.url() })),
      },
    },
    async (request, reply) => {
      const { userId, generation } = await gate.authenticate(request);
      limits.user.take(userId);
      const found = find(settings, paramsOf(request)('provider'));
      const page = await begin(request, reply, deps, found, { userId, generation });
      return reply
        .type('application/json; charset=utf-8')
        .send(JSON.stringify({ authorization_url: page.href }));
    },
  );
};
