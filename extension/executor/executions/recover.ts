import { unifiedDiff } from '../../../domain/patching/hunks.ts';
import type { Outcome } from '../api/wire.ts';
import { recoverJournals } from '../delivery/recover.ts';
import { readPatch } from './artifacts.ts';
import type { Execute, ExecutionContext } from './execution.ts';
import { patchShadow, shadowOfBase } from './shadow-base.ts';

/** The last patch as a unified diff, for a person to look at; null when there is none or it does not apply. */
const partialDiff = async (context: ExecutionContext): Promise<string | null> => {
  const patch = await context.artifact('PATCH');
  if (patch === null) return null;
  const shadow = await shadowOfBase(context);
  try {
    const patched = await patchShadow(shadow, readPatch(patch));
    return patched.status === 'FAILED' ? null : patched.delivery.files.map(unifiedDiff).join('');
  } finally {
    await shadow.dispose();
  }
};

/** Makes sure that nothing half done is left in the project, and packs the last patch as a partial result. */
export const executeRecover: Execute = async (context): Promise<Outcome> => {
  await recoverJournals(context.home);
  const diff = await partialDiff(context);
  const partial = diff ? await context.upload('PARTIAL_PATCH', new TextEncoder().encode(diff)) : null;
  context.tell('Your files are as they were; the last attempt is kept as a partial patch.');
  return { kind: 'RECOVER', status: 'RESTORED', partial_patch: partial };
};
