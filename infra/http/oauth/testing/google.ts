import { OAuth2Server } from 'oauth2-mock-server';

/** What the provider says about the person. */
type Said = Readonly<{ sub: string; email?: string; email_verified?: unknown }>;

export type TestGoogle = Readonly<{
  issuer: string;
  /** From now on. */
  says(person: Said): void;
  /** Claims of the next id_tokens, over those of the person. */
  claims(more: Readonly<Record<string, unknown>>): void;
  /** Changes the next answers of the token endpoint after they were signed. */
  spoils(change: ((body: Record<string, unknown>) => void) | null): void;
  /** Sends the person back with this error, and no code. */
  fails(error: string | null): void;
  stop(): Promise<void>;
}>;

/** A provider of OpenID Connect on loopback: discovery, keys, PKCE, nonce and signatures are its own. */
export const startGoogle = async (): Promise<TestGoogle> => {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  let person: Said = { sub: 'nobody' };
  let more: Readonly<Record<string, unknown>> = {};
  let spoil: ((body: Record<string, unknown>) => void) | null = null;
  let error: string | null = null;
  server.service.on('beforeTokenSigning', ({ payload }: { payload: object }) => {
    Object.assign(payload, person, more);
  });
  server.service.on('beforeResponse', ({ body }: { body: Record<string, unknown> }) => spoil?.(body));
  server.service.on('beforeAuthorizeRedirect', ({ url }: { url: URL }) => {
    if (error === null) return;
    url.searchParams.delete('code');
    url.searchParams.set('error', error);
  });
  const { port } = server.address();
  const issuer = server.issuer.url ?? `http://127.0.0.1:${port}`;
  return {
    issuer,
    says: (said) => {
      person = said;
    },
    claims: (claims) => {
      more = claims;
    },
    spoils: (change) => {
      spoil = change;
    },
    fails: (code) => {
      error = code;
    },
    stop: () => server.stop(),
  };
};
