import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { folderArtifactStore } from '../artifacts/folder-store.ts';
import { keyring } from '../artifacts/keyring.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { commandServices } from '../commands/services.ts';
import { personalTexts } from '../erasure/personal-texts.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { readServices } from '../http/read-services.ts';
import { createApi } from '../http/server.ts';
import { tokenAuthority } from '../identity/access-tokens.ts';
import { passwords } from '../identity/passwords.ts';
import { newSigningKeyPem, signingKey } from '../identity/signing-key.ts';
import { sharedParts } from '../main/shared-parts.ts';
import { createPool } from '../postgres/pool.ts';

/**
 * The OpenAPI document of the API as the manifests make it, without a database: the pool connects at the first query, and
 * nothing is asked of this API.
 */
export const openApiDocument = async (): Promise<Readonly<Record<string, unknown>>> => {
  const pool = createPool({ connectionString: 'postgres://localhost/none' });
  const log = openMemoryEventLog();
  const erasure = { erase: async () => undefined };
  const texts = personalTexts({ existing: () => 'UNKNOWN', keyOf: async () => null });
  const key = () => new Uint8Array(randomBytes(32));
  const artifacts = folderArtifactStore({ root: tmpdir(), keyring: keyring('none', { none: key() }) });
  const tokens = await tokenAuthority([signingKey(newSigningKeyPem())], {
    issuer: 'none',
    audience: 'none',
  });
  const shared = sharedParts(
    { pool, store: log, texts, artifacts },
    { tokens, keys: { emailIndex: key(), emailSeal: key() }, passwords: passwords(key()) },
  );
  const tree = openLogTree(pool, { signer: null, origin: 'none', now: () => new Date() });
  const api = await createApi(
    {
      log,
      commandServices: commandServices({ ...shared, erasure }),
      readServices: readServices({ ...shared, tree, dataFolder: tmpdir() }),
      tokens,
      ownedJobs: async () => ({ jobIds: [], upTo: 0n }),
      counts: { tell: async () => new Map(), leave: async () => undefined },
      whyNotReady: async () => null,
    },
    { logger: pino({ level: 'silent' }), rateLimits: { signInPerAddress: 0, requestsPerUser: 0 } },
  );
  try {
    return { ...api.swagger() };
  } finally {
    await api.close();
    await pool.end();
  }
};
