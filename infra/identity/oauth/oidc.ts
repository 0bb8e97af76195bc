import {
  authorizationCodeGrant,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import {
  asking,
  authorizationUrl,
  insecureIfLocal,
  type Provider,
  refused,
  TIMEOUT_SECONDS,
} from './provider.ts';

export type OidcClient = Readonly<{ issuer: string; clientId: string; clientSecret: string }>;

/**
 * A provider of OpenID Connect, such as Google. The signature of the id_token is checked although it comes over TLS, so that
 * nothing between us and the provider can say who somebody is.
 */
export const oidcProvider = (client: OidcClient, redirectUri: URL): Provider => {
  const issuer = new URL(client.issuer);
  let found: Promise<Configuration> | null = null;

  /** Looked up at the first sign-in, and again after a failure: a provider that is away does not keep us from starting. */
  const configuration = (): Promise<Configuration> => {
    found ??= discovery(issuer, client.clientId, client.clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      execute: [...insecureIfLocal(issuer), enableNonRepudiationChecks],
    }).catch((error: unknown) => {
      found = null;
      throw error;
    });
    return found;
  };

  return {
    begin: (checks) =>
      asking(async () =>
        authorizationUrl(await configuration(), checks, {
          redirectUri,
          scope: 'openid email',
          withNonce: true,
        }),
      ),
    finish: (callback, { state, nonce, verifier }) =>
      asking(async () => {
        const tokens = await authorizationCodeGrant(await configuration(), callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw refused();
        const { iss, sub, email, email_verified } = claims;
        const isVerified = typeof email === 'string' && email_verified === true;
        return { issuer: iss, subject: sub, email: isVerified ? email : null };
      }),
  };
};
