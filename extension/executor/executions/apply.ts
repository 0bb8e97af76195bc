import { selectFiles } from '../../../domain/patching/select.ts';
import type { Outcome } from '../api/wire.ts';
import { applyWrites } from '../delivery/apply.ts';
import { asReason, plural, someOf } from '../words.ts';
import { readDelivery } from './artifacts.ts';
import { type Execute, required } from './execution.ts';

/** Writes what the person accepted into the person's project (DEL-02). */
export const executeApply: Execute = async (context): Promise<Outcome> => {
  const { home, workspace, jobId, execution } = context;
  const selected = selectFiles(
    readDelivery(await required(context, 'DELIVERY')),
    execution.selection ?? 'ALL',
  );
  if (selected.status === 'UNKNOWN') {
    const reason = asReason(`The selection names what is not in the delivery: ${someOf(selected.names)}.`);
    return { kind: 'APPLY', status: 'FAILED', code: 'APPLY_FAILED', files: [], reason };
  }
  const { writes } = selected;
  // A moved file is one to a person, and two to the file system.
  const moves = writes.filter(({ movedFrom }) => movedFrom !== null).length;
  const executionId = execution.execution_id;
  const result = await applyWrites({ home, workspace, jobId, executionId, writes, now: new Date() });
  context.tell(
    result.status === 'APPLIED'
      ? `Applied: ${plural(result.files.length - moves, 'file')} of your project changed.`
      : `Not applied: ${result.reason}`,
  );
  return { kind: 'APPLY', ...result };
};
