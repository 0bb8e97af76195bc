import type { Pool } from 'pg';
import type { IdentityServices } from '../../commands/identity/services.ts';
import type { LogReader, StreamStore } from '../../domain/kernel/event-store.ts';
import type { ArtifactReader, LogEvidence, ReadServices } from '../../read-api/kernel/query.ts';
import type { OperatorServices } from '../operations/services.ts';
import { systemHealth } from '../operations/system-health.ts';
import { postgresReadTables } from './read-tables.ts';

/** Everything that queries need, from the parts of this process. */
export const readServices = (
  parts: Readonly<{
    store: Pick<StreamStore, 'read'> & Pick<LogReader, 'head'>;
    pool: Pool;
    artifacts: ArtifactReader;
    identity: IdentityServices;
    operators: OperatorServices;
    tree: LogEvidence;
  }>,
): ReadServices => ({
  store: parts.store,
  tables: postgresReadTables(parts.pool),
  artifacts: parts.artifacts,
  emailOf: parts.identity.credentials.emailOf,
  adminEmailOf: parts.operators.adminCredentials.emailOf,
  personalTokensOf: parts.identity.personalTokens.listOf,
  tree: parts.tree,
  health: () => systemHealth(parts.pool, parts.store),
});
