import type { Projection } from '../../domain/kernel/projection.ts';
import type { PatchEditsReported } from '../../domain/refactoring/job/events.ts';
import type { EditOperation } from '../../domain/refactoring/job/values.ts';

/** One edit of a patch and how it fared on the person's machine (EXE-06). */
export type PatchEditOperationRow = Readonly<{
  /** `{execution_id}:{ordinal}`. */
  operation_id: string;
  job_id: string;
  execution_id: string;
  attempt: number;
  /** Place of the edit in its patch, from 0. */
  ordinal: number;
  path: string;
  /** SHA-256 of the file that the edit was written for; null: a new file. */
  target_sha256: string | null;
  anchor: string;
  operation: EditOperation['operation'];
  strategy: string | null;
  outcome: string;
  reason: string | null;
  reported_at: string;
}>;

export const patchEditOperations: Projection<PatchEditOperationRow, PatchEditsReported> = {
  name: 'patch-edit-operations',
  revision: 1,
  table: 'patch_edit_operations',
  handles: ['PatchEditsReported'],
  columns: {
    operation_id: 'text',
    job_id: 'text',
    execution_id: 'text',
    attempt: 'int',
    ordinal: 'int',
    path: 'text',
    target_sha256: 'text?',
    anchor: 'text',
    operation: 'text',
    strategy: 'text?',
    outcome: 'text',
    reason: 'text?',
    reported_at: 'timestamptz',
  },
  key: 'operation_id',
  indexes: [['job_id', 'attempt', 'ordinal']],
  keysOf: ({ data }) => data.edits.map((_edit, index) => `${data.executionId}:${data.first + index}`),
  evolve(row, { data }, key) {
    const ordinal = Number(key.slice(key.lastIndexOf(':') + 1));
    const edit = data.edits[ordinal - data.first];
    if (row !== undefined || edit === undefined) return row;
    return {
      operation_id: key,
      job_id: data.jobId,
      execution_id: data.executionId,
      attempt: data.attempt,
      ordinal,
      path: edit.path,
      target_sha256: edit.targetSha256,
      anchor: edit.anchor,
      operation: edit.operation,
      strategy: edit.strategy,
      outcome: edit.outcome,
      reason: edit.reason,
      reported_at: data.at,
    };
  },
};
