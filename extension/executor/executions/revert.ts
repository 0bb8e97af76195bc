import type { Outcome } from '../api/wire.ts';
import { revertJob } from '../delivery/revert.ts';
import type { Execute } from './execution.ts';

/** Puts back what this job changed, from the before-images on this machine (DEL-04). */
export const executeRevert: Execute = async ({ home, jobId, tell }): Promise<Outcome> => {
  const result = await revertJob(home, jobId);
  if (result.status === 'REVERTED') {
    tell('Put back, byte for byte, every file that the job had changed.');
    return { kind: 'REVERT', ...result };
  }
  const { reversePatch: _, ...blocked } = result;
  // Why is said at the end of the command, which knows what to do about it.
  tell('The change was not put back.');
  return { kind: 'REVERT', ...blocked };
};
