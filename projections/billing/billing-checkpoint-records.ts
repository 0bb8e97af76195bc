import type { Placed } from '../../domain/kernel/message.ts';
import type { Projection } from '../../domain/kernel/projection.ts';
import { JOB_ENDINGS, type JobEnding } from '../../domain/refactoring/job/endings.ts';
import type {
  BaselineOverridden,
  BaselinePassed,
  JobStarted,
  ModelCalled,
  SpecApproved,
  SpecReopened,
  SpecUpdatedDuringExecution,
} from '../../domain/refactoring/job/events.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';

/**
 * What the models used in one phase of a job (BIL-07): 1 analysis, proposals and specification, 2 tests and baseline,
 * 3 patches and repair. A phase is closed at its boundary; a specification that is opened again opens phases again.
 */
export type BillingCheckpointRow = Readonly<{
  /** `<job_id>:<phase>`. */
  record_id: string;
  job_id: string;
  phase: number;
  model_calls: number;
  input_tokens: bigint;
  cached_tokens: bigint;
  output_tokens: bigint;
  opened_at: string;
  /** null: the phase goes on. */
  closed_at: string | null;
  /** The event that closed it; null while it goes on. */
  closed_by: string | null;
}>;

type Boundary =
  | JobStarted
  | SpecApproved
  | BaselinePassed
  | BaselineOverridden
  | SpecReopened
  | SpecUpdatedDuringExecution;
export type BillingCheckpointEvent = ModelCalled | Boundary | JobEnding;
type Phase = 1 | 2 | 3;

const PHASE_OF_STAGE: Readonly<Record<ModelCall['stage'], Phase>> = {
  ANALYSE: 1,
  SPECIFY: 1,
  PLAN_TESTS: 2,
  PATCH: 3,
  REPAIR: 3,
};

/** The phases that each boundary closes and opens; an end closes all. */
const BOUNDARIES: Readonly<Record<Boundary['type'], Readonly<{ closes: readonly Phase[]; opens: Phase }>>> = {
  JobStarted: { closes: [], opens: 1 },
  SpecApproved: { closes: [1], opens: 2 },
  BaselinePassed: { closes: [2], opens: 3 },
  BaselineOverridden: { closes: [2], opens: 3 },
  SpecReopened: { closes: [2, 3], opens: 1 },
  SpecUpdatedDuringExecution: { closes: [2, 3], opens: 1 },
};

const PHASES: readonly Phase[] = [1, 2, 3];

const isBoundary = (event: BillingCheckpointEvent): event is Boundary =>
  Object.hasOwn(BOUNDARIES, event.type);

const phasesOf = (event: BillingCheckpointEvent): readonly Phase[] => {
  if (event.type === 'ModelCalled') return [PHASE_OF_STAGE[event.data.call.stage]];
  if (!isBoundary(event)) return PHASES;
  const { closes, opens } = BOUNDARIES[event.type];
  return [...closes, opens];
};

const recordId = (jobId: string, phase: Phase): string => `${jobId}:${phase}`;

const opened = (record_id: string, job_id: string, phase: Phase, at: string): BillingCheckpointRow => ({
  record_id,
  job_id,
  phase,
  model_calls: 0,
  input_tokens: 0n,
  cached_tokens: 0n,
  output_tokens: 0n,
  opened_at: at,
  closed_at: null,
  closed_by: null,
});

/** A call that is recorded after its phase has closed is still one of it. */
const tally = (row: BillingCheckpointRow, { call }: ModelCalled['data']): BillingCheckpointRow => ({
  ...row,
  model_calls: row.model_calls + 1,
  input_tokens: row.input_tokens + BigInt(call.inputTokens),
  cached_tokens: row.cached_tokens + BigInt(call.cachedTokens),
  output_tokens: row.output_tokens + BigInt(call.outputTokens),
});

const evolve = (
  row: BillingCheckpointRow | undefined,
  event: Placed<BillingCheckpointEvent>,
  key: string,
): BillingCheckpointRow | undefined => {
  const { jobId, at } = event.data;
  const phase = phasesOf(event).find((each) => recordId(jobId, each) === key);
  if (phase === undefined) return row;
  if (event.type === 'ModelCalled') return tally(row ?? opened(key, jobId, phase, at), event.data);
  if (isBoundary(event) && BOUNDARIES[event.type].opens === phase)
    return { ...(row ?? opened(key, jobId, phase, at)), closed_at: null, closed_by: null };
  if (row === undefined || row.closed_at !== null) return row;
  return { ...row, closed_at: at, closed_by: event.type };
};

export const billingCheckpointRecords: Projection<BillingCheckpointRow, BillingCheckpointEvent> = {
  name: 'billing-checkpoint-records',
  revision: 1,
  table: 'billing_checkpoint_records',
  handles: [
    'JobStarted',
    'ModelCalled',
    'SpecApproved',
    'SpecReopened',
    'SpecUpdatedDuringExecution',
    'BaselinePassed',
    'BaselineOverridden',
    ...JOB_ENDINGS,
  ],
  columns: {
    record_id: 'text',
    job_id: 'text',
    phase: 'int',
    model_calls: 'int',
    input_tokens: 'bigint',
    cached_tokens: 'bigint',
    output_tokens: 'bigint',
    opened_at: 'timestamptz',
    closed_at: 'timestamptz?',
    closed_by: 'text?',
  },
  key: 'record_id',
  indexes: [['job_id', 'phase']],
  keysOf: (event) => phasesOf(event).map((phase) => recordId(event.data.jobId, phase)),
  evolve,
};
