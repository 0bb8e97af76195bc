import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import type { PatchEditsReported } from '../../domain/refactoring/job/events.ts';
import type { EditOperation } from '../../domain/refactoring/job/values.ts';
import { patchEditOperations } from './patch-edit-operations.ts';
import { AT, JOB, made, toldTo } from './testing/job-events.ts';

const edit = (path: string, overrides: Partial<EditOperation> = {}): EditOperation => ({
  path,
  targetSha256: 'a'.repeat(64),
  anchor: 'file, to index.ts',
  operation: 'RENAME_FILE',
  strategy: 'WHOLE_FILE',
  outcome: 'APPLIED',
  reason: null,
  ...overrides,
});

const reported = (first: number, ...edits: readonly EditOperation[]): PatchEditsReported => ({
  type: 'PatchEditsReported',
  data: { jobId: JOB, at: AT, executionId: 'e-test', attempt: 1, first, edits },
});

const row = (ordinal: number, path: string) => ({
  operation_id: `e-test:${ordinal}`,
  job_id: JOB,
  execution_id: 'e-test',
  attempt: 1,
  ordinal,
  path,
  target_sha256: 'a'.repeat(64),
  anchor: 'file, to index.ts',
  operation: 'RENAME_FILE' as const,
  strategy: 'WHOLE_FILE',
  outcome: 'APPLIED',
  reason: null,
  reported_at: AT,
});

const spec = projectionSpecification(patchEditOperations, deepStrictEqual);

describe('patch_edit_operations', () => {
  it('[EXE-06] has a row per edit, numbered over the events that tell them', () => {
    spec(
      ...toldTo(
        patchEditOperations,
        reported(0, edit('a.js'), edit('b.js')),
        reported(2, edit('c.js')),
        made.failed,
      ),
    ).then([row(0, 'a.js'), row(1, 'b.js'), row(2, 'c.js')]);
  });

  it('[EXE-06] keeps why an edit was not applied', () => {
    const failed = { strategy: null, outcome: 'NOT_UNIQUE', reason: 'it is there twice', targetSha256: null };
    spec(...toldTo(patchEditOperations, reported(0, edit('a.js', failed)))).then([
      {
        ...row(0, 'a.js'),
        strategy: null,
        outcome: 'NOT_UNIQUE',
        reason: 'it is there twice',
        target_sha256: null,
      },
    ]);
  });
});
