import type { Pool } from 'pg';
import type { AdminTokens } from '../../commands/operations/services.ts';
import { userStream } from '../../domain/identity/user.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { CredentialKeys } from '../identity/credentials.ts';
import type { Passwords } from '../identity/passwords.ts';
import { type PostgresAdminCredentials, postgresAdminCredentials } from './admin-credentials.ts';
import { postgresAdminTokens } from './admin-tokens.ts';
import { tierOf } from './tickets.ts';

export type OperatorServices = Readonly<{
  adminCredentials: PostgresAdminCredentials;
  adminTokens: AdminTokens;
  userExists: (userId: string) => Promise<boolean>;
  hasZeroTelemetry: (userId: string) => Promise<boolean>;
}>;

/** What the commands of operators need, on one database. */
export const operatorServices = (
  parts: Readonly<{
    pool: Pool;
    store: Pick<StreamStore, 'read' | 'snapshots'>;
    keys: CredentialKeys;
    passwords: Passwords;
  }>,
): OperatorServices => ({
  adminCredentials: postgresAdminCredentials(parts.pool, parts.keys, parts.passwords),
  adminTokens: postgresAdminTokens(parts.pool, parts.store),
  userExists: async (userId) => (await parts.store.read(userStream(userId), { maxCount: 1 })).streamExists,
  hasZeroTelemetry: async (userId) => (await tierOf(parts.store, userId)) === 'ENTERPRISE',
});
