/** What a personal access token may be good for (ID-07). Nothing of these changes an account or its sessions. */
export const SCOPES = ['jobs:read', 'jobs:write', 'account:read'] as const;
export type Scope = (typeof SCOPES)[number];

/** So that a token is known as ours wherever it turns up. */
export const PERSONAL_TOKEN_PREFIX = 'iama_pat_';
