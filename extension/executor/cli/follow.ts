import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView, Outcome } from '../api/wire.ts';
import { recoverJournals } from '../delivery/recover.ts';
import { claimantOf, type Home } from '../home/home.ts';
import { releaseLock, takeLock } from '../home/lock.ts';
import { sweepRuns } from '../native-runner/processes.ts';
import { followJob } from '../session.ts';
import { sweepShadows } from '../workspace/shadow.ts';
import type { Connection } from './account.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { createGates } from './gates.ts';
import type { JobFile } from './job-file.ts';
import { sweepLeftovers } from './leftovers.ts';
import type { Output } from './output.ts';
import { type Prompt, PromptClosed } from './prompt.ts';
import { afterwards, codeOf, noDelivery, spent, stateLine, timelineLine } from './render.ts';
import { type Summary, summarise } from './summary.ts';

/** Cleans up after a process of ours that was killed, before anything new begins. */
export const cleanUp = async (home: Home, output: Output): Promise<void> => {
  sweepRuns();
  await sweepShadows();
  await sweepLeftovers(home, new Date());
  for (const { jobId, workspace, left } of await recoverJournals(home)) {
    if (left === null) {
      output.step(
        `A change in ${workspace} was interrupted, and that folder is not there now: it may be half changed.`,
        'yellow',
      );
      output.show(
        `  Put it back there, and the next command undoes the change. Its files as they were: ${home.path('journal', jobId)}`,
        'yellow',
      );
      continue;
    }
    output.step(`An interrupted change in ${workspace} was undone.`, 'yellow');
    if (left.length > 0)
      output.show(`  Changed by somebody else meanwhile, and left alone: ${left.join(', ')}`, 'yellow');
  }
};

const HALTED =
  'An operator has halted spending. The job waits where it is, and goes on by itself later; nothing is lost.';
const RELEASED = 'Spending is released.';

export type FollowOptions = Readonly<{
  home: Home;
  output: Output;
  prompt: Prompt | null;
  connection: Connection;
  job: JobFile;
  acceptTyped: JobFile['accept'];
  signal: AbortSignal;
  began: number;
}>;

const detached = (job: JobFile): CommandEnd =>
  new CommandEnd(
    EXIT.DETACHED,
    'DETACHED',
    `Detached from job ${job.jobId}; it is not cancelled. While it works it waits 5 minutes for this machine.`,
    `Go on: iama attach ${job.jobId}\nStop it: iama cancel ${job.jobId}`,
  );

const exitCodeOf = (summary: Summary): ExitCode =>
  summary.status === 'DELIVERED' ? EXIT.OK : EXIT.NOT_DELIVERED;

/** The code of what ended the command stands above that of the job, and where it ended the job, so does its reason. */
const endedBy = (summary: Summary, { code, exitCode, message }: CommandEnd): Summary => ({
  ...summary,
  code,
  reason: summary.status === 'FAILED' && exitCode === EXIT.NOT_DELIVERED ? message : summary.reason,
});

/** A command that was killed a moment ago may still be ending. */
const LOCK_PATIENCE_MS = 3_000;

/** One command at a time follows a job on this machine: two would take each other's executions away. */
export const withJobLock = async <Result>(
  home: Home,
  job: JobFile,
  work: () => Promise<Result>,
): Promise<Result> => {
  const lock = home.path('jobs', `${job.jobId}.lock`);
  const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
  while (!(await takeLock(lock))) {
    if (Date.now() < giveUpAt) {
      await sleep(100);
      continue;
    }
    throw new CommandEnd(
      EXIT.USAGE,
      'JOB_IS_FOLLOWED',
      `Another iama command is following job ${job.jobId} on this machine.`,
      'Use that one, or end it with Ctrl-C first.',
    );
  }
  try {
    return await work();
  } finally {
    await releaseLock(lock);
  }
};

/** Follows a job to its end, or to what the person wants of it, and sums it up. */
export const followToEnd = (options: FollowOptions): Promise<ExitCode> =>
  withJobLock(options.home, options.job, () => follow(options));

const follow = async (options: FollowOptions): Promise<ExitCode> => {
  const { home, output, prompt, connection, job, acceptTyped, signal, began } = options;
  const { client } = connection;
  const done = new Set<string>();
  let lastOutcome: Outcome | null = null;
  let lastState: string | null = null;
  let isHalted = false;
  const tellHalt = ({ halted }: JobView): void => {
    if (halted === isHalted) return;
    isHalted = halted;
    output.step(halted ? HALTED : RELEASED, 'yellow');
  };
  const gates = createGates({
    ...{ client, job, output, prompt, acceptTyped },
    lastOutcome: () => lastOutcome,
  });
  const sum = async (): Promise<Summary> =>
    summarise(client, await client.job(job.jobId), (Date.now() - began) / 1_000);
  try {
    await followJob({
      client,
      home,
      claimant: await claimantOf(home),
      jobId: job.jobId,
      workspace: job.workspace,
      signal,
      tell: (line) => output.step(`  ${line}`),
      onClaim: (executionId) => done.add(executionId),
      onOutcome: (outcome) => {
        lastOutcome = outcome;
      },
      onEvent: (event) => {
        output.event(event);
        const line = timelineLine(event, (executionId) => done.has(executionId));
        const isState = event.event === 'state_change';
        if (line !== null && !(isState && line === lastState)) output.step(line);
        if (isState) lastState = line;
      },
      onState: (view) => {
        tellHalt(view);
        return gates(view);
      },
    });
  } catch (error) {
    if (signal.aborted || error instanceof PromptClosed) throw detached(job);
    if (error instanceof CommandEnd) output.value(endedBy(await sum(), error));
    throw error;
  }
  const view = await client.job(job.jobId);
  const state = stateLine(view.status, view.delivery_phase ?? null);
  if (state !== null && state !== lastState) output.step(state);
  const summary = await summarise(client, view, (Date.now() - began) / 1_000);
  output.value(summary);
  output.step(spent(view));
  if (summary.status !== 'DELIVERED') {
    const again =
      view.failure_class === 'CLIENT_DISCONNECTED' ? `\nBegin again: iama run ${job.workspace}` : '';
    const next = `Your files are as they were. The whole story: iama audit job ${job.jobId}${again}`;
    output.problem(noDelivery(view), { code: codeOf(view), next });
  } else if (summary.applied && !summary.reverted) {
    output.step(`Done. To undo it: iama revert ${job.jobId}`, 'green');
    const left = afterwards(await client.delivery(job.jobId));
    if (left !== null) output.step(left);
  }
  return exitCodeOf(summary);
};
