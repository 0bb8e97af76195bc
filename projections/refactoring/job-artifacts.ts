import type { Projection } from '../../domain/kernel/projection.ts';
import type {
  BaselineFailed,
  BaselinePassed,
  ContextAttached,
  ExecutionRequested,
  PatchGenerated,
  ProposalsGenerated,
  RecoveryCompleted,
  ScopeAnalysed,
  TestPlanGenerated,
  TestsFailed,
  TestsPassed,
} from '../../domain/refactoring/job/events.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';

/** Encrypted content that events name (DEL-05). The row stays when the content has expired. */
export type JobArtifactRow = Readonly<{
  artifact_id: string;
  job_id: string;
  kind: ArtifactRef['kind'];
  sha256: string;
  size: bigint;
  encrypted: true;
  /** null: stored before the name of its key was recorded. */
  kms_key_ref: string | null;
  created_at: string;
  expires_at: string;
}>;

type ArtifactEvent =
  | ContextAttached
  | ScopeAnalysed
  | ProposalsGenerated
  | TestPlanGenerated
  | BaselinePassed
  | BaselineFailed
  | PatchGenerated
  | TestsPassed
  | TestsFailed
  | RecoveryCompleted
  | ExecutionRequested;

/** Every artifact that the event names, in order. */
export const artifactsOf = (event: ArtifactEvent): readonly ArtifactRef[] => {
  switch (event.type) {
    case 'ContextAttached':
      return [event.data.context];
    case 'ProposalsGenerated':
      return [event.data.analysis];
    case 'TestPlanGenerated':
      return [event.data.plan];
    case 'ScopeAnalysed':
    case 'BaselinePassed':
    case 'TestsFailed':
      return [event.data.report];
    case 'BaselineFailed':
      return event.data.report === null ? [] : [event.data.report];
    case 'PatchGenerated':
      return [event.data.patch];
    case 'TestsPassed':
      return [event.data.report, event.data.delivery];
    case 'RecoveryCompleted':
      return event.data.partialPatch === null ? [] : [event.data.partialPatch];
    case 'ExecutionRequested':
      return event.data.artifacts;
  }
};

export const ARTIFACT_EVENTS = [
  'ContextAttached',
  'ScopeAnalysed',
  'ProposalsGenerated',
  'TestPlanGenerated',
  'BaselinePassed',
  'BaselineFailed',
  'PatchGenerated',
  'TestsPassed',
  'TestsFailed',
  'RecoveryCompleted',
  'ExecutionRequested',
] as const satisfies readonly ArtifactEvent['type'][];

export const jobArtifacts: Projection<JobArtifactRow, ArtifactEvent> = {
  name: 'job-artifacts',
  revision: 2,
  table: 'job_artifacts',
  handles: ARTIFACT_EVENTS,
  columns: {
    artifact_id: 'text',
    job_id: 'text',
    kind: 'text',
    sha256: 'text',
    size: 'bigint',
    encrypted: 'boolean',
    kms_key_ref: 'text?',
    created_at: 'timestamptz',
    expires_at: 'timestamptz',
  },
  key: 'artifact_id',
  indexes: [['job_id', 'created_at'], ['expires_at']],
  keysOf: (event) => artifactsOf(event).map(({ artifactId }) => artifactId),
  evolve(row, event, key) {
    const ref = artifactsOf(event).find(({ artifactId }) => artifactId === key);
    if (row !== undefined || ref === undefined) return row;
    return {
      artifact_id: key,
      job_id: event.data.jobId,
      kind: ref.kind,
      sha256: ref.sha256,
      size: BigInt(ref.size),
      encrypted: true,
      kms_key_ref: ref.keyRef ?? null,
      created_at: event.data.at,
      expires_at: ref.expiresAt,
    };
  },
};
