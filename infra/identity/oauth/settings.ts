import type { OAuthProvider } from '../../../domain/identity/provider-claim.ts';
import { type GitHubClient, gitHubProvider } from './github.ts';
import { type OidcClient, oidcProvider } from './oidc.ts';
import type { Provider } from './provider.ts';

/** Where this API is reached from outside, and its clients at the providers; null: not configured. */
export type OAuthConfig = Readonly<{
  publicUrl: string;
  github: GitHubClient | null;
  google: OidcClient | null;
}>;

export type OAuthSettings = Readonly<{
  /** The one address that providers send people back to; it never follows from a request. */
  redirectUri: URL;
  providers: ReadonlyMap<OAuthProvider, Provider>;
}>;

export const oauthSettings = ({ publicUrl, github, google }: OAuthConfig): OAuthSettings => {
  const redirectUri = new URL(`${publicUrl.replace(/\/+$/, '')}/api/v1/auth/oauth/callback`);
  const providers = new Map<OAuthProvider, Provider>();
  if (github !== null) providers.set('github', gitHubProvider(github, redirectUri));
  if (google !== null) providers.set('google', oidcProvider(google, redirectUri));
  return { redirectUri, providers };
};
