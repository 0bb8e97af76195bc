import { z } from 'zod';
import type { OAuthConfig } from '../identity/oauth/settings.ts';
import { safeUrl } from './safe-url.ts';

const GITHUB = 'https://github.com';
const GITHUB_API = 'https://api.github.com';

const filled = z.string().min(1);

/** Variables of sign-in at providers (ID-05). */
export const oauthVariables = {
  /** Where this API is reached from outside; providers send people back there. */
  IAMA_PUBLIC_URL: safeUrl.optional(),
  IAMA_GITHUB_CLIENT_ID: filled.optional(),
  IAMA_GITHUB_CLIENT_SECRET: filled.optional(),
  /** Another one for GitHub Enterprise. */
  IAMA_GITHUB_URL: safeUrl.default(GITHUB),
  /** Default: that of github.com; for GitHub Enterprise `/api/v3` below `IAMA_GITHUB_URL`. */
  IAMA_GITHUB_API_URL: safeUrl.optional(),
  IAMA_GOOGLE_CLIENT_ID: filled.optional(),
  IAMA_GOOGLE_CLIENT_SECRET: filled.optional(),
  IAMA_GOOGLE_ISSUER: safeUrl.default('https://accounts.google.com'),
};

type Variables = z.infer<z.ZodObject<typeof oauthVariables>>;

type Client = Readonly<{ clientId: string; clientSecret: string }>;

/** Id and secret, or neither. */
const clientOf = (
  clientId: string | undefined,
  clientSecret: string | undefined,
  name: string,
): Readonly<{ client: Client | null; faults: readonly string[] }> => {
  if (clientId !== undefined && clientSecret !== undefined)
    return { client: { clientId, clientSecret }, faults: [] };
  const isHalf = clientId !== undefined || clientSecret !== undefined;
  const fault = `IAMA_${name}_CLIENT_ID and IAMA_${name}_CLIENT_SECRET belong together`;
  return { client: null, faults: isHalf ? [fault] : [] };
};

/** null: no provider is configured. */
export const oauthOf = (
  env: Variables,
): Readonly<{ oauth: OAuthConfig | null; faults: readonly string[] }> => {
  const github = clientOf(env.IAMA_GITHUB_CLIENT_ID, env.IAMA_GITHUB_CLIENT_SECRET, 'GITHUB');
  const google = clientOf(env.IAMA_GOOGLE_CLIENT_ID, env.IAMA_GOOGLE_CLIENT_SECRET, 'GOOGLE');
  const faults = [...github.faults, ...google.faults];
  if (github.client === null && google.client === null) return { oauth: null, faults };
  const publicUrl = env.IAMA_PUBLIC_URL;
  if (publicUrl === undefined)
    return {
      oauth: null,
      faults: [...faults, 'IAMA_PUBLIC_URL is missing: providers send people back there'],
    };
  const url = env.IAMA_GITHUB_URL;
  const apiUrl = env.IAMA_GITHUB_API_URL ?? (url === GITHUB ? GITHUB_API : `${url}/api/v3`);
  const issuer = env.IAMA_GOOGLE_ISSUER;
  return {
    oauth: {
      publicUrl,
      github: github.client === null ? null : { ...github.client, url, apiUrl },
      google: google.client === null ? null : { ...google.client, issuer },
    },
    faults,
  };
};
