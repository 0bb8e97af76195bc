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
import { identityServices } from '../identity/services.ts';
import { newSigningKeyPem, signingKey } from '../identity/signing-key.ts';
import { liveRules } from '../operations/operating-rules.ts';
import { operatorServices } from '../operations/services.ts';
import { createPool } from '../postgres/pool.ts';

/**
 * The OpenAPI document of the API as the manifests make it, without a database: the pool connects at the first query, and
 * nothing is asked of this API.
 */
export const openApiDocument = async (): Promise<Readonly<Record<string, unknown>>> => {
  const pool = createPool({ connectionString: 'postgres://localhost/none' });
  const log = openMemoryEventLog();
  const erasure = { erase: async () => undefined };
  const texts = personalTexts({ existing: async () => 'UNKNOWN' });
  const key = () => new Uint8Array(randomBytes(32));
  const artifacts = folderArtifactStore({ root: tmpdir(), keyring: keyring('none', { none: key() }) });
  const tokens = await tokenAuthority([signingKey(newSigningKeyPem())], {
    issuer: 'none',
    audience: 'none',
  });
  const kept = { pool, keys: { emailIndex: key(), emailSeal: key() }, passwords: passwords(key()) };
  const identity = identityServices({ ...kept, tokens });
  const operators = operatorServices({ ...kept, store: log });
  const rules = liveRules(log);
  const tree = openLogTree(pool, { signer: null, origin: 'none', now: () => new Date() });
  const api = await createApi(
    {
      log,
      commandServices: commandServices({
        rules,
        store: log,
        texts,
        erasure,
        pool,
        artifacts,
        identity,
        operators,
      }),
      readServices: readServices({
        dataFolder: tmpdir(),
        rules,
        store: log,
        texts,
        pool,
        artifacts,
        identity,
        operators,
        tree,
      }),
      tokens,
      ownedJobs: async () => ({ jobIds: [], upTo: 0n }),
      isReady: async () => false,
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
