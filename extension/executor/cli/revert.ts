import type { Outcome } from '../api/wire.ts';
import { reversePatchOf } from '../delivery/revert.ts';
import { claimantOf } from '../home/home.ts';
import { followJob } from '../session.ts';
import type { Environment } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { cleanUp, withJobLock } from './follow.ts';
import { meantJob } from './meant-job.ts';
import { summarise } from './summary.ts';

/** `iama revert`: asks the server for a revert and does it here, from the before-images on this machine (DEL-04). */
export const revert = async (environment: Environment, jobId: string | undefined): Promise<ExitCode> => {
  const { home, output, signal, began } = environment;
  await cleanUp(home, output);
  const { job, client } = await meantJob(environment, jobId, {
    command: 'revert',
    are: 'are applied',
    fits: ({ delivery_phase }) => delivery_phase === 'APPLIED',
  });
  const before = await client.job(job.jobId);
  if (before.delivery_phase === 'REVERTED') {
    output.step('This job was reverted before: your files are as they were.');
    output.value(await summarise(client, before, (Date.now() - began) / 1_000));
    return EXIT.OK;
  }
  if (before.delivery_phase !== 'APPLIED') {
    const reason = `Nothing of job ${job.jobId} has been applied, so there is nothing to put back.`;
    throw new CommandEnd(EXIT.CONFLICT, 'NOT_APPLIED', reason, 'See your jobs with: iama jobs');
  }
  const reverting = before.executions.some(({ kind }) => kind === 'REVERT');
  if (!reverting) await client.revertDelivery(job.jobId);
  let outcome: Outcome | null = null;
  const view = await withJobLock(home, job, async () =>
    followJob({
      client,
      home,
      claimant: await claimantOf(home),
      jobId: job.jobId,
      workspace: job.workspace,
      signal,
      tell: (line) => output.step(line),
      onClaim: () => undefined,
      onEvent: (event) => output.event(event),
      onOutcome: (done) => {
        outcome = done;
      },
      // Nothing is left to execute: the revert has been reported, by this session or by another one.
      onState: async () => 'DONE',
    }),
  );
  const blocked = blockedOf(outcome);
  const isReverted = blocked === null && view.delivery_phase === 'REVERTED';
  const code = isReverted ? {} : { code: blocked?.code ?? 'NOT_REVERTED' };
  output.value({ ...(await summarise(client, view, (Date.now() - began) / 1_000)), ...code });
  if (blocked !== null) {
    const committed = blocked.code === 'POST_COMMIT_REVERT_BLOCKED';
    throw new CommandEnd(
      EXIT.CONFLICT,
      blocked.code,
      blocked.reason,
      committed
        ? `Undo it in the project with: git apply ${reversePatchOf(home, job.jobId)}`
        : `Make these files what the job left, then: iama revert ${job.jobId}`,
    );
  }
  if (!isReverted) {
    throw new CommandEnd(
      EXIT.CONFLICT,
      'NOT_REVERTED',
      'The change was not put back.',
      'Look at the job with: iama jobs',
    );
  }
  return EXIT.OK;
};

const blockedOf = (outcome: Outcome | null): Extract<Outcome, { status: 'BLOCKED' }> | null =>
  outcome?.status === 'BLOCKED' ? outcome : null;
