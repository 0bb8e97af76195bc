import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomNonce, randomPKCECodeVerifier } from 'openid-client';
import { z } from 'zod';
import { opaqueToken, signedIn } from '../../../commands/identity/schemas.ts';
import type { OAuthAttempt, OAuthReturn } from '../../../commands/identity/services.ts';
import type { OAuthProvider } from '../../../domain/identity/provider-claim.ts';
import { isRejection, Rejection } from '../../../domain/kernel/rejection.ts';
import type { Person, Provider } from '../../identity/oauth/provider.ts';
import type { OAuthSettings } from '../../identity/oauth/settings.ts';
import { takeAttempt } from '../admission.ts';
import { refuseEncodings } from '../content-encoding.ts';
import type { RouteDeps } from '../deps.ts';
import { responses } from '../documented.ts';
import { takeJson } from '../json-body.ts';
import { paramsOf, paramsSchema, stringsOf } from '../route-request.ts';
import { browserOf, markBrowser } from './browser-cookie.ts';
import { returning, returnOf } from './ide-return.ts';
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
  { linking, returns }: Pick<OAuthAttempt, 'linking' | 'returns'>,
): Promise<URL> => {
  const checks = { nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const browser = markBrowser(request, reply, isSecure(redirectUri));
  const attempt = { provider: name, ...checks, linking, returns };
  const state = await commandServices.oauthAttempts.begin(attempt, browser);
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

/** Where the browser goes that a program on the person's machine opened: with a code, or with why there is none. */
const sentBack = async (
  { commandServices }: RouteDeps,
  provider: OAuthProvider,
  returns: OAuthReturn,
  finish: () => Promise<Person>,
): Promise<string> => {
  try {
    const person = await finish();
    return returning(returns, {
      code: await commandServices.oauthCodes.issue({ provider, person }, returns.challenge),
    });
  } catch (error) {
    if (!isRejection(error)) throw error;
    return returning(returns, { error: error.code });
  }
};

const PARAMS = paramsSchema('/auth/oauth/:provider');
const redeemed = z.strictObject({ code: opaqueToken, code_verifier: z.string().regex(/^[\w.~-]{43,128}$/) });

/** ID-05, ID-06: sign-in at a provider, with PKCE, a state that is bound to the browser, and a nonce. */
export const oauthRoutes = (app: FastifyInstance, deps: RouteDeps, settings: OAuthSettings | null): void => {
  const { gate, limits, commandServices } = deps;
  // A browser goes there by itself, so that no client is generated for them.
  const browsed = { config: { access: 'PUBLIC' }, schema: { hide: true } } as const;

  app.get('/auth/oauth/:provider/initiate', browsed, async (request, reply) => {
    await takeAttempt(request, deps);
    const found = find(settings, paramsOf(request)('provider'));
    const page = await begin(request, reply, deps, found, { linking: null, returns: returnOf(request) });
    return reply.redirect(page.href, 302);
  });

  app.get('/auth/oauth/callback', browsed, async (request, reply) => {
    await takeAttempt(request, deps);
    if (settings === null) throw new Rejection('OAUTH_NOT_CONFIGURED', 'Nobody signs in by a provider here.');
    const attempt = await attemptOf(request, deps, settings.redirectUri);
    const { name, provider, redirectUri } = find(settings, attempt.provider);
    const callback = new URL(redirectUri);
    callback.search = new URL(request.url, redirectUri).search;
    const { returns } = attempt;
    const finish = () => provider.finish(callback, attempt);
    if (returns !== null) return reply.redirect(await sentBack(deps, name, returns, finish), 302);
    const person = await finish();
    reply.type('application/json; charset=utf-8');
    if (attempt.linking === null)
      return reply.send(JSON.stringify(await sendSignIn(request, deps, name, person)));
    await sendLink(request, deps, name, attempt.linking, person);
    return reply.send(JSON.stringify({ linked: name }));
  });

  app.register(async (scope) => {
    takeJson(scope);
    refuseEncodings(scope);
    scope.post(
      '/auth/oauth/token',
      {
        config: { access: 'PUBLIC' },
        schema: {
          operationId: 'RedeemSignIn',
          summary: 'Change the code of a sign-in at a provider for a session',
          tags: ['auth'],
          body: redeemed,
          response: responses(200, signedIn),
        },
      },
      async (request, reply) => {
        await takeAttempt(request, deps);
        const { code, code_verifier } = redeemed.parse(request.body);
        const arrival = await commandServices.oauthCodes.redeem(code, code_verifier);
        if (arrival === null)
          throw new Rejection('OAUTH_CODE_INVALID', 'This code was used, is too old, or is not yours.');
        const answer = await sendSignIn(request, deps, arrival.provider, arrival.person);
        return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
      },
    );
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
      const linking = { userId, generation };
      const page = await begin(request, reply, deps, found, { linking, returns: null });
      return reply
        .type('application/json; charset=utf-8')
        .send(JSON.stringify({ authorization_url: page.href }));
    },
  );
};
