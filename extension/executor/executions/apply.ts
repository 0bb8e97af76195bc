import { selectFiles } from '../../../domain/patching/select.ts';
import type { Outcome } from '../api/wire.ts';
import { applyWrites } from '../delivery/apply.ts';
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
    const reason = `The selection names what is not in the delivery: ${selected.names.join(', ')}.`;
    return { kind: 'APPLY', status: 'FAILED', code: 'APPLY_FAILED', files: [], reason };
  }
  const { writes } = selected;
  const executionId = execution.execution_id;
  const result = await applyWrites({ home, workspace, jobId, executionId, writes, now: new Date() });
  context.tell(
    result.status === 'APPLIED'
      ? `Applied ${result.files.length} files to ${workspace}.`
      : `Not applied: ${result.reason}`,
  );
  return { kind: 'APPLY', ...result };
};
