import type { AnyProjection } from '../domain/kernel/projection.ts';
import { billingCheckpointRecords } from './billing/billing-checkpoint-records.ts';
import { ledgerPostings } from './billing/ledger-postings.ts';
import { quotaReservations } from './billing/quota-reservations.ts';
import { subscriptionTiers } from './billing/subscription-tiers.ts';
import { usageLedger } from './billing/usage-ledger.ts';
import { oauthAccounts } from './identity/oauth-accounts.ts';
import { sessions } from './identity/sessions.ts';
import { users } from './identity/users.ts';
import { productAnalytics } from './operations/product-analytics.ts';
import { supportTicketLogs } from './operations/support-ticket-logs.ts';
import { bddItems } from './refactoring/bdd-items.ts';
import { clientHeartbeatSessions } from './refactoring/client-heartbeat-sessions.ts';
import { entitlementSnapshots } from './refactoring/entitlement-snapshots.ts';
import { jobArtifacts } from './refactoring/job-artifacts.ts';
import { patchAttempts } from './refactoring/patch-attempts.ts';
import { patchEditOperations } from './refactoring/patch-edit-operations.ts';
import { refactorJobs } from './refactoring/refactor-jobs.ts';
import { sddItems } from './refactoring/sdd-items.ts';
import { specRevisions } from './refactoring/spec-revisions.ts';
import { testRuns } from './refactoring/test-runs.ts';

/** Every read table of the system. */
export const projections: readonly AnyProjection[] = [
  refactorJobs,
  specRevisions,
  bddItems,
  sddItems,
  patchAttempts,
  patchEditOperations,
  testRuns,
  jobArtifacts,
  clientHeartbeatSessions,
  entitlementSnapshots,
  usageLedger,
  ledgerPostings,
  quotaReservations,
  subscriptionTiers,
  billingCheckpointRecords,
  users,
  sessions,
  oauthAccounts,
  productAnalytics,
  supportTicketLogs,
];
