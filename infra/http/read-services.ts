import type { ClientConfig, Pool } from 'pg';
import type { IdentityServices } from '../../commands/identity/services.ts';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import { isHaltedFor } from '../../domain/operations/spending.ts';
import type { LogEvidence } from '../../read-api/kernel/evidence.ts';
import type { KeptMails } from '../../read-api/kernel/mails.ts';
import type { ArtifactReader, SharedReadServices } from '../../read-api/kernel/query.ts';
import { exportFiles } from '../finance/export-files.ts';
import { reconciler } from '../finance/reconciler.ts';
import type { Statements } from '../finance/statements.ts';
import { auditTrail } from '../operations/audit/audit-trail.ts';
import type { LiveRules } from '../operations/operating-rules.ts';
import type { OperatorServices } from '../operations/services.ts';
import { systemHealth } from '../operations/system-health.ts';
import { postgresReadTables } from './read-tables.ts';

/** Everything that queries need, from the parts of this process. */
export const readServices = (
  parts: Readonly<{
    store: EventLog;
    pool: Pool;
    texts: PersonalTexts;
    artifacts: ArtifactReader;
    identity: IdentityServices;
    operators: OperatorServices;
    rules: Pick<LiveRules, 'halts' | 'tiers' | 'setting'>;
    tree: LogEvidence;
    /** Where a worker writes exports: the folder that artifacts are in, too. */
    dataFolder: string;
    /** Of the payment provider. Absent or null: nothing is sold here. */
    statements?: Statements | null;
    /** Absent or null: a mail server takes them. */
    mails?: KeptMails | null;
    /** Past PgBouncer, for sessions that last. Default: the settings of the pool. */
    direct?: ClientConfig;
  }>,
): SharedReadServices => {
  const { halts, tiers } = parts.rules;
  const direct = parts.direct ?? parts.pool.options;
  return {
    store: parts.store,
    tables: postgresReadTables(parts.pool),
    artifacts: parts.artifacts,
    emailOf: parts.identity.credentials.emailOf,
    adminEmailOf: parts.operators.adminCredentials.emailOf,
    personalTokensOf: parts.identity.personalTokens.listOf,
    tree: parts.tree,
    health: () => systemHealth(parts.pool, parts.store, halts),
    isHalted: async (userId) => isHaltedFor(await halts(), userId),
    tiers,
    exportFiles: exportFiles(parts.dataFolder),
    mails: parts.mails ?? null,
    audit: auditTrail(parts.store, parts.texts, parts.pool, direct),
    reconcile: reconciler({
      direct,
      store: parts.store,
      statements: parts.statements ?? null,
      rules: parts.rules,
    }),
  };
};
