import { selectFiles } from '../../../domain/patching/select.ts';
import type { Outcome } from '../api/wire.ts';
import { applyWrites, withoutWriting } from '../delivery/apply.ts';
import { asReason, plural, someOf } from '../words.ts';
import { readDelivery } from './artifacts.ts';
import { type Execute, required } from './execution.ts';
import { retest } from './retest.ts';

/** Writes what the person accepted into the person's project (DEL-02), once a part of it is proven on its own (DEL-03). */
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
  const executionId = execution.execution_id;
  const request = { home, workspace, jobId, executionId, writes, now: new Date() };
  const isPart = !selected.whole && writes.length > 0;
  // Nobody waits for the tests of what cannot be written, or is written already.
  const needsTest = execution.retest === 'REQUIRED' && isPart;
  const settled = needsTest ? await withoutWriting(request) : null;
  const tested = needsTest && settled === null ? await retest(context, writes) : null;
  if (tested?.status === 'FAILED') {
    context.tell('Not applied: what you chose does not pass on its own.');
    return { kind: 'APPLY', status: 'FAILED', code: 'RETEST_FAILED', files: [], reason: tested.reason };
  }
  // A moved file is one to a person, and two to the file system.
  const moves = writes.filter(({ movedFrom }) => movedFrom !== null).length;
  // Compared anew after tests: a person may have worked on meanwhile. Without them nothing may be written that needed them.
  const result = settled ?? (await applyWrites({ ...request, now: new Date() }));
  context.tell(
    result.status === 'APPLIED'
      ? `Applied: ${plural(result.files.length - moves, 'file')} of your project changed.`
      : // Whoever asked for it is told the reason next, with what to do.
        'Not applied.',
  );
  return result.status === 'APPLIED'
    ? { kind: 'APPLY', ...result, retest: tested?.counts ?? null }
    : { kind: 'APPLY', ...result };
};
