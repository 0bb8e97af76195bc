import type { Client } from './api/client.ts';
import { ApiProblem } from './api/problem.ts';
import type { Claim } from './api/wire.ts';
import { pause } from './bell.ts';

const FLUSH_MS = 1_000;
const MAX_LINES = 200;
const MAX_LINE = 2_000;

export type Progress = Readonly<{
  tell: (line: string) => void;
  /** Sends what is left. */
  close: () => Promise<void>;
}>;

/** The server has given the execution to somebody else, or the job is over. */
const isTaken = (error: unknown): boolean =>
  error instanceof ApiProblem && [401, 403, 404, 409, 410].includes(error.status);

/**
 * Sends lines once a second and, without lines, often enough that the lease never runs out (EXE-01). `onTaken` is called
 * when the server says that this execution is ours no longer.
 */
export const startProgress = (
  client: Client,
  jobId: string,
  claim: Claim,
  onTaken: (reason: ApiProblem) => void,
): Progress => {
  const executionId = claim.execution.execution_id;
  const renewMs = Math.max(1_000, (claim.lease_seconds * 1_000) / 3);
  const closing = new AbortController();
  let waiting: string[] = [];
  let lastSent = Date.now();

  const send = async (): Promise<void> => {
    const lines = waiting.splice(0, MAX_LINES);
    if (lines.length === 0 && Date.now() - lastSent < renewMs) return;
    try {
      await client.progress(jobId, executionId, claim.task_token, { lines });
      lastSent = Date.now();
    } catch (error) {
      if (isTaken(error) && error instanceof ApiProblem) onTaken(error);
      // Lines are for reading along; a server that is away gets the outcome later.
      else waiting = [...lines, ...waiting].slice(-MAX_LINES);
    }
  };
  const pump = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await send();
      await pause(FLUSH_MS, closing.signal);
    }
  };
  const pumping = pump();
  return {
    tell: (line) => {
      waiting.push(line.slice(0, MAX_LINE).toWellFormed());
    },
    close: async () => {
      closing.abort();
      await pumping;
      if (waiting.length > 0) await send();
    },
  };
};
