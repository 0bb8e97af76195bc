import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../extension/executor/api/client.ts';
import { awaited, type Sight, send, type Turn, waitHere } from './scenario.ts';

/** What a person, or another machine, does at the gates of a job. */

/** The address of the job in a request. */
export const of = ({ jobId }: Sight) => ({ path: { job_id: jobId } });

/** A patch made by hand: one line more. */
export const ownPatch = ({ project }: Sight) => {
  const before = readFileSync(join(project, 'index.js'));
  const baseSha256 = createHash('sha256').update(before).digest('hex');
  const content = `${before.toString()}// looked at by hand\n`;
  return {
    schema: 'iama.patch/1' as const,
    edits: [{ op: 'WRITE_FILE' as const, path: 'index.js', baseSha256, content }],
  };
};

/** Another machine takes the work and says that the patch does not apply to what it has. */
const patchDoesNotApply = ({ jobId, state }: Sight): Turn =>
  send(async (client) => {
    const executionId = ('execution' in state && state.execution?.executionId) || '';
    const { task_token } = await client.claim(jobId, executionId, 'another-machine');
    await client.report(jobId, executionId, task_token, {
      kind: 'TEST',
      status: 'REJECTED',
      code: 'APPLY_FAILED',
      reason: 'The files of this machine differ.',
      report: null,
    });
  });

export const changeSpec = ({ jobId }: Sight, statement: string): Turn =>
  send(async (client: Client) => {
    const { revision_token, specification } = await client.spec(jobId);
    const added = { id: `sdd-${statement.length}`, topic: 'STRUCTURE' as const, statement };
    const sdd = [...specification.sdd, added].map((item) => ({
      ...item,
      topic: item.topic as typeof added.topic,
    }));
    await client.call('ReviseSpec', {
      path: { job_id: jobId },
      body: { revision_token, specification: { ...specification, sdd } },
    });
  });

/** One file whole, and one hunk of another. */
export const acceptPart = ({ jobId }: Sight): Turn =>
  send(async (client) => {
    const { files } = await client.delivery(jobId);
    const [hunk] = files.find(({ to, hunks }) => to === 'index.ts' && hunks.length > 1)?.hunks ?? [];
    if (hunk === undefined) throw new Error('index.ts has no hunks to choose among');
    await client.acceptDelivery(jobId, { files: ['twice.ts'], hunks: [hunk.hunk_id] });
  });

/** Untouched code that cannot be run: the baseline is looked at once more, and then overridden. */
const overridden = (sight: Sight): Turn | null => {
  if (sight.state.status !== 'BASELINE_VALIDATION_FAILED') return null;
  const again = sight.times('SpecReopened') === 0;
  return send(({ call }) =>
    again
      ? call('ReopenSpec', { ...of(sight), body: { reason: 'Look at it once more.' } })
      : call('OverrideBaseline', { ...of(sight), body: { why: 'Its machine is elsewhere.' } }),
  );
};

/** Up to the fallback: the first patch is refused by another machine, and the recipe has no other. */
export const toFallback = (sight: Sight): Turn | null => {
  const { state, times } = sight;
  if (times('BaselineOverridden') === 0 || times('DeepFixConfirmed') > 0) return overridden(sight);
  if (awaited(sight) === 'TEST') return patchDoesNotApply(sight);
  return state.status === 'REFACTORING' || state.status === 'RECOVERY_PENDING' ? waitHere(sight) : null;
};

export const inFallback = (sight: Sight, answer: (client: Client) => Promise<unknown>): Turn | null =>
  sight.state.status === 'FALLBACK_REQUIRED' ? send(answer) : null;

export const decideTimeout = (sight: Sight, choice: 'increase_timeout' | 'continue'): Turn =>
  send(({ call }) => call('DecideTimeout', { ...of(sight), body: { choice } }));

export const atIntervention = (sight: Sight): boolean => sight.state.status === 'WAITING_INTERVENTION';
