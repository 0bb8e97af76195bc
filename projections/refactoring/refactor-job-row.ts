import type {
  FailureClass,
  Goal,
  JobStatus,
  ModelClass,
  PresentationMode,
  StrategyName,
  Tier,
} from '../../domain/refactoring/job/values.ts';

type OpenExecution = Readonly<{
  execution_id: string;
  kind: string;
  attempt: number;
  requested_at: string;
  claimant: string | null;
}>;

/** One job as people see it. Read by lists from the table, and by the single view from the stream itself. */
export type RefactorJobRow = Readonly<{
  job_id: string;
  owner_id: string;
  title: string;
  goal: Goal;
  goal_text: string;
  mode: PresentationMode;
  targets: readonly string[];
  status: JobStatus;
  strategy: StrategyName | null;
  tier: Tier | null;
  failure_class: FailureClass | null;
  /** Why the job was refused or a stage failed, in plain words. */
  reasons: readonly Readonly<{ code: string; path: string | null; line: number | null; reason: string }>[];
  attempts: number;
  model_class: ModelClass | null;
  /** At most one, as a list because clients read it so. */
  executions: readonly OpenExecution[];
  heartbeat_status: 'ALIVE' | 'GRACE' | 'PARKED';
  grace_deadline_at: string | null;
  /** When a decision is due (escalation, intervention). */
  decision_deadline_at: string | null;
  /** What the job asks: whether a stronger class may be used, or whether it may spend more (BIL-08). */
  escalation: Readonly<{ reason: 'PHASE' | 'BUDGET'; to_class: ModelClass }> | null;
  /** Tests ran out of time, and the job asks how to go on (TST-04); `tests` can be set aside. */
  timed_out: Readonly<{ timeout_seconds: number; tests: readonly string[] }> | null;
  delivery_phase: 'OFFERED' | 'ACCEPTED' | 'APPLIED' | 'REVERTED' | null;
  artifact_expires_at: string | null;
  /** Model calls and their tokens; recipes use none. */
  model_calls: number;
  tokens: bigint;
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string;
}>;
