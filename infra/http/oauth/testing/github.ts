import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

type Email = Readonly<{ email: string; primary: boolean; verified: boolean }>;
type Answer = Readonly<{ status: number; body: unknown; location?: string }>;

export type TestGitHub = Readonly<{
  url: string;
  /** Who signs in from now on. */
  says(person: Readonly<{ id: number; emails: readonly Email[] }>): void;
  /** What its API answers instead; null: as it should. */
  answers(instead: Readonly<{ status: number; body: unknown }> | null): void;
  stop(): Promise<void>;
}>;

export const CLIENT = { clientId: 'iama-at-github', clientSecret: 'secret of the client' };

/**
 * In the shape of GitHub: OAuth 2.0 with PKCE and without id_tokens, refusals of the token endpoint with status 200, a code
 * that is good once, and an API that wants the access token.
 */
export const startGitHub = async (): Promise<TestGitHub> => {
  let person: Readonly<{ id: number; emails: readonly Email[] }> = { id: 1, emails: [] };
  let instead: Readonly<{ status: number; body: unknown }> | null = null;
  const challenges = new Map<string, string>();
  const tokens = new Set<string>();

  const authorize = (url: URL): Answer => {
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    const code = randomUUID();
    if (url.searchParams.get('code_challenge_method') === 'S256')
      challenges.set(code, url.searchParams.get('code_challenge') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    return { status: 302, body: {}, location: back.href };
  };

  const exchange = async (request: IncomingMessage): Promise<Answer> => {
    const sent = new URLSearchParams(await text(request));
    const code = sent.get('code') ?? '';
    const challenge = challenges.get(code);
    challenges.delete(code);
    const made = createHash('sha256')
      .update(sent.get('code_verifier') ?? '')
      .digest('base64url');
    const isClient =
      sent.get('client_id') === CLIENT.clientId && sent.get('client_secret') === CLIENT.clientSecret;
    if (!isClient || challenge !== made) return { status: 200, body: { error: 'bad_verification_code' } };
    const access_token = `gho_${randomUUID()}`;
    tokens.add(access_token);
    return { status: 200, body: { access_token, token_type: 'bearer', scope: 'user:email' } };
  };

  const api = (request: IncomingMessage, body: unknown): Answer => {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ');
    if (!tokens.has(token)) return { status: 401, body: { message: 'Bad credentials' } };
    return instead ?? { status: 200, body };
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'http://github');
    switch (url.pathname) {
      case '/login/oauth/authorize':
        return authorize(url);
      case '/login/oauth/access_token':
        return exchange(request);
      case '/api/v3/user':
        return api(request, { id: person.id, login: 'ada' });
      case '/api/v3/user/emails':
        return api(request, person.emails);
      default:
        return { status: 404, body: {} };
    }
  };

  const server = createServer(async (request, response) => {
    const { status, body, location } = await answer(request);
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(location === undefined ? {} : { location }),
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    says: (said) => {
      person = said;
    },
    answers: (other) => {
      instead = other;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
