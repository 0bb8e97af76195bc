import { authorizationCodeGrant, Configuration, fetchProtectedResource } from 'openid-client';
import { z } from 'zod';
import {
  asking,
  authorizationUrl,
  insecureIfLocal,
  type Provider,
  refused,
  TIMEOUT_SECONDS,
  unavailable,
} from './provider.ts';

/** `url` and `apiUrl` differ on github.com; GitHub Enterprise has both on one host. */
export type GitHubClient = Readonly<{
  url: string;
  apiUrl: string;
  clientId: string;
  clientSecret: string;
}>;

const user = z.object({ id: z.int() });
const emails = z.array(z.object({ email: z.email(), primary: z.boolean(), verified: z.boolean() }));

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? refused() : error;
  }
};

/** GitHub speaks OAuth 2.0 without OpenID Connect: who somebody is, its API says to the holder of the access token. */
export const gitHubProvider = (client: GitHubClient, redirectUri: URL): Provider => {
  const issuer = `${client.url}/login/oauth`;
  const configuration = new Configuration(
    { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/access_token` },
    client.clientId,
    client.clientSecret,
  );
  configuration.timeout = TIMEOUT_SECONDS;
  for (const allow of insecureIfLocal(new URL(client.url))) allow(configuration);

  const read = async <Answer>(token: string, path: string, schema: z.ZodType<Answer>): Promise<Answer> => {
    const address = new URL(`${client.apiUrl}${path}`);
    const response = await fetchProtectedResource(configuration, token, address, 'GET');
    if (response.status >= 500) throw unavailable();
    if (response.status !== 200) throw refused();
    const parsed = schema.safeParse(asJson(await response.text()));
    if (!parsed.success) throw refused();
    return parsed.data;
  };

  return {
    begin: (checks) =>
      authorizationUrl(configuration, checks, { redirectUri, scope: 'user:email', withNonce: false }),
    finish: (callback, { state, verifier }) =>
      asking(async () => {
        const { access_token } = await authorizationCodeGrant(configuration, callback, {
          expectedState: state,
          pkceCodeVerifier: verifier,
        });
        const { id } = await read(access_token, '/user', user);
        const known = await read(access_token, '/user/emails', emails);
        const email = known.find(({ primary, verified }) => primary && verified)?.email ?? null;
        return { issuer, subject: String(id), email };
      }),
  };
};
