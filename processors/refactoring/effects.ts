import type { Effect } from '../../domain/kernel/process-manager.ts';
import type {
  ArtifactRef,
  Condition,
  EntitlementSnapshot,
  Goal,
  ModelClass,
  Proposal,
  Specification,
  TestMode,
} from '../../domain/refactoring/job/values.ts';

/** Work outside the log that the job process asks for. Each carries all that its reactor needs: no reactor reads tables. */

/** What every question about the code is asked with. */
export type Assignment = Readonly<{
  jobId: string;
  goal: Goal;
  goalText: string;
  entitlement: EntitlementSnapshot;
  context: ArtifactRef;
}>;

/** What the person chose; without `accepted` the proposal has no condition. */
type Chosen = Readonly<{ proposal: Proposal; accepted?: readonly Condition[] }>;

/** One attempt of the running cycle, as the next one learns of it. */
export type PastAttempt = Readonly<{
  attempt: number;
  modelClass: ModelClass;
  patch: ArtifactRef | null;
  /** Test report of a failed run. */
  report: ArtifactRef | null;
  /** Why the patch never ran. */
  rejection: string | null;
}>;

export type AnalyseCode = Effect<'AnalyseCode', Assignment>;
export type WriteSpecification = Effect<
  'WriteSpecification',
  Assignment & Chosen & Readonly<{ analysis: ArtifactRef; testMode: TestMode | null }>
>;
export type PlanTests = Effect<
  'PlanTests',
  Assignment & Chosen & Readonly<{ specification: Specification; testMode: TestMode | null }>
>;
export type GeneratePatch = Effect<
  'GeneratePatch',
  Assignment &
    Chosen &
    Readonly<{
      attempt: number;
      modelClass: ModelClass;
      specification: Specification;
      /** Of this cycle, oldest first; empty: the first patch. */
      past: readonly PastAttempt[];
    }>
>;
export type PackageRecovery = Effect<
  'PackageRecovery',
  Readonly<{ jobId: string; context: ArtifactRef; patch: ArtifactRef | null }>
>;

export type JobEffect = AnalyseCode | WriteSpecification | PlanTests | GeneratePatch | PackageRecovery;
