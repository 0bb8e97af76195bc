import { downloadFinanceExport, getFinanceExport } from './billing/get-finance-export.ts';
import { getJobProof } from './billing/get-job-proof.ts';
import { getJobUsage } from './billing/get-job-usage.ts';
import { getPlan } from './billing/get-plan.ts';
import { getSubscription } from './billing/get-subscription.ts';
import { getUsageReport } from './billing/get-usage-report.ts';
import { getUsageSummary } from './billing/get-usage-summary.ts';
import { listPeriods } from './billing/list-periods.ts';
import { listPrices } from './billing/list-prices.ts';
import { reconcilePeriod } from './billing/reconcile-period.ts';
import { getMe } from './identity/get-me.ts';
import { listPersonalTokens } from './identity/list-personal-tokens.ts';
import { listProviderAccounts } from './identity/list-provider-accounts.ts';
import { listSessions } from './identity/list-sessions.ts';
import type { AnyQuery } from './kernel/query.ts';
import {
  auditEvents,
  auditJob,
  auditMoment,
  auditStream,
  auditWhatIf,
  replayProjection,
  verifyLog,
} from './operations/audit.ts';
import { getSetting, listHalts, listSettings } from './operations/configuration.ts';
import { getAnalytics } from './operations/get-analytics.ts';
import { getConsistencyProof } from './operations/get-consistency-proof.ts';
import { getHealth } from './operations/get-health.ts';
import { getInclusionProof } from './operations/get-inclusion-proof.ts';
import { getTreeHead } from './operations/get-tree-head.ts';
import { getTreeKeys } from './operations/get-tree-keys.ts';
import { listTickets } from './operations/list-tickets.ts';
import { listTreeHeads } from './operations/list-tree-heads.ts';
import { getMail, listMails } from './operations/mails.ts';
import { getOperator, listOperators } from './operations/operators.ts';
import { downloadArtifact } from './refactoring/download-artifact.ts';
import { downloadPatch } from './refactoring/download-patch.ts';
import { getDelivery } from './refactoring/get-delivery.ts';
import { getJob } from './refactoring/get-job.ts';
import { getJobEvents } from './refactoring/get-job-events.ts';
import { getProposals } from './refactoring/get-proposals.ts';
import { getSpec } from './refactoring/get-spec.ts';
import { listJobs } from './refactoring/list-jobs.ts';

/** Every question that can be asked over HTTP; streams are in `infra/http/sse`. */
export const queries: readonly AnyQuery[] = [
  getMe,
  listSessions,
  listPersonalTokens,
  listProviderAccounts,
  getSubscription,
  getPlan,
  getUsageReport,
  getUsageSummary,
  getJobUsage,
  getJobProof,
  listPrices,
  listPeriods,
  reconcilePeriod,
  getFinanceExport,
  downloadFinanceExport,
  listJobs,
  getJob,
  getJobEvents,
  getProposals,
  getSpec,
  getDelivery,
  downloadPatch,
  downloadArtifact,
  getTreeHead,
  listTreeHeads,
  getTreeKeys,
  getInclusionProof,
  getConsistencyProof,
  getHealth,
  getOperator,
  listOperators,
  listSettings,
  getSetting,
  listHalts,
  auditStream,
  auditWhatIf,
  auditMoment,
  auditEvents,
  auditJob,
  replayProjection,
  verifyLog,
  getAnalytics,
  listTickets,
  listMails,
  getMail,
];
