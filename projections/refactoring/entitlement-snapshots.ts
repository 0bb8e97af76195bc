import type { Projection } from '../../domain/kernel/projection.ts';
import type { JobStarted } from '../../domain/refactoring/job/events.ts';
import type { ModelClass, Tier } from '../../domain/refactoring/job/values.ts';

/** What a job may use, fixed at its start (BIL-02). */
export type EntitlementSnapshotRow = Readonly<{
  job_id: string;
  owner_id: string;
  tier: Tier;
  model_classes: readonly ModelClass[];
  context_cap_tokens: number;
  jobs_per_day: number;
  fast_track: boolean;
  deep_fix: boolean;
  /** Micro-credits held at the start. */
  hold: bigint;
  created_at: string;
}>;

export const entitlementSnapshots: Projection<EntitlementSnapshotRow, JobStarted> = {
  name: 'entitlement-snapshots',
  revision: 1,
  table: 'entitlement_snapshots',
  handles: ['JobStarted'],
  columns: {
    job_id: 'text',
    owner_id: 'text',
    tier: 'text',
    model_classes: 'json',
    context_cap_tokens: 'int',
    jobs_per_day: 'int',
    fast_track: 'boolean',
    deep_fix: 'boolean',
    hold: 'bigint',
    created_at: 'timestamptz',
  },
  key: 'job_id',
  keysOf: (event) => [event.data.jobId],
  evolve(row, { data }) {
    if (row !== undefined) return row;
    const { entitlement } = data;
    return {
      job_id: data.jobId,
      owner_id: data.ownerId,
      tier: entitlement.tier,
      model_classes: entitlement.modelClasses,
      context_cap_tokens: entitlement.contextCapTokens,
      jobs_per_day: entitlement.jobsPerDay,
      fast_track: entitlement.fastTrack,
      deep_fix: entitlement.deepFix,
      hold: BigInt(data.hold),
      created_at: data.at,
    };
  },
};
