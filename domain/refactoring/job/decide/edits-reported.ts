import type { PatchEditsReported } from '../events.ts';
import type { OpenExecution } from '../state.ts';
import type { EditOperation } from '../values.ts';

/** Characters of JSON in one event: far below its limit, also where each takes several bytes. */
const EDITS_PER_EVENT_CHARS = 60_000;

/** How each edit fared, in as many events as it takes (EXE-06). */
export const editsReported = (
  { jobId, at }: Readonly<{ jobId: string; at: string }>,
  { executionId, attempt }: OpenExecution,
  edits: readonly EditOperation[],
): PatchEditsReported[] => {
  const events: { first: number; edits: EditOperation[] }[] = [];
  let room = 0;
  edits.forEach((edit, index) => {
    const size = JSON.stringify(edit).length;
    if (size > room) {
      events.push({ first: index, edits: [] });
      room = EDITS_PER_EVENT_CHARS;
    }
    events.at(-1)?.edits.push(edit);
    room -= size;
  });
  return events.map((part) => ({
    type: 'PatchEditsReported',
    data: { jobId, at, executionId, attempt, ...part },
  }));
};
