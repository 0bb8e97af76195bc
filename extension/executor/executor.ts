import type { Client } from './api/client.ts';
import { ApiProblem } from './api/problem.ts';
import type { Claim, ExecutionKind, Outcome } from './api/wire.ts';
import { executeApply } from './executions/apply.ts';
import { executeBaseline } from './executions/baseline.ts';
import type { Execute, ExecutionContext } from './executions/execution.ts';
import { timeFromNow } from './executions/limits.ts';
import { executeRevert } from './executions/revert.ts';
import { executeTest } from './executions/test.ts';
import type { Home } from './home/home.ts';
import { startProgress } from './progress.ts';

const EXECUTE: Readonly<Record<ExecutionKind, Execute>> = {
  BASELINE: executeBaseline,
  TEST: executeTest,
  APPLY: executeApply,
  REVERT: executeRevert,
};

export type ExecutorOptions = Readonly<{
  client: Client;
  home: Home;
  /** Stable id of this machine: after a crash the same claimant gets its execution back. */
  claimant: string;
  jobId: string;
  workspace: string;
  tell: (line: string) => void;
  /** Called when an execution is ours, before it begins. */
  onClaim: (executionId: string) => void;
}>;

export type WorkResult =
  | Readonly<{ status: 'REPORTED'; outcome: Outcome }>
  /** Another client has it, or it is over. */
  | Readonly<{ status: 'NOT_OURS'; reason: string }>;

const MAX_REPORTS = 3;

const contextOf = (
  { client, home, workspace, jobId }: ExecutorOptions,
  claim: Claim,
  tell: ExecutionContext['tell'],
  signal: AbortSignal,
): ExecutionContext => ({
  home,
  workspace,
  jobId,
  execution: claim.execution,
  tell,
  signal,
  timeLeft: timeFromNow(claim.execution.timeout_seconds),
  artifact: async (kind) => {
    const ref = claim.execution.artifacts.findLast((artifact) => artifact.kind === kind);
    return ref === undefined ? null : client.artifact(jobId, ref);
  },
  upload: (kind, bytes) => client.upload(jobId, claim.execution.execution_id, claim.task_token, kind, bytes),
});

/** Reports until the server has it. A token that ran out while the server was away is renewed by claiming again. */
const report = async (options: ExecutorOptions, claim: Claim, outcome: Outcome): Promise<void> => {
  const { client, jobId, claimant } = options;
  const executionId = claim.execution.execution_id;
  let token = claim.task_token;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.report(jobId, executionId, token, outcome);
      return;
    } catch (error) {
      const expired = error instanceof ApiProblem && error.code === 'TASK_TOKEN_INVALID';
      if (!expired || attempt === MAX_REPORTS) throw error;
      token = (await client.claim(jobId, executionId, claimant)).task_token;
    }
  }
};

/** Claims one execution, does it and reports it (EXE-01). Aborting the signal stops what runs; nothing is reported then. */
export const workOn = async (
  options: ExecutorOptions,
  executionId: string,
  signal: AbortSignal,
): Promise<WorkResult> => {
  const { client, jobId, claimant } = options;
  let claim: Claim;
  try {
    claim = await client.claim(jobId, executionId, claimant);
  } catch (error) {
    if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) {
      return { status: 'NOT_OURS', reason: error.message };
    }
    throw error;
  }
  options.onClaim(executionId);
  const taken = new AbortController();
  const progress = startProgress(client, jobId, claim, (reason) => taken.abort(reason));
  const tell: ExecutionContext['tell'] = (line, here) => {
    options.tell(here === undefined ? line : `${line} ${here}`);
    progress.tell(line);
  };
  try {
    const context = contextOf(options, claim, tell, AbortSignal.any([signal, taken.signal]));
    const outcome = await EXECUTE[claim.execution.kind](context);
    await report(options, claim, outcome);
    return { status: 'REPORTED', outcome };
  } catch (error) {
    signal.throwIfAborted();
    if (taken.signal.aborted) return { status: 'NOT_OURS', reason: String(taken.signal.reason) };
    if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) {
      return { status: 'NOT_OURS', reason: error.message };
    }
    throw error;
  } finally {
    await progress.close();
  }
};
