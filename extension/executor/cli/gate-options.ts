import type { Client } from '../api/client.ts';
import type { Outcome } from '../api/wire.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { JobFile } from './job-file.ts';
import type { Output } from './output.ts';
import type { Prompt } from './prompt.ts';

export type GateOptions = Readonly<{
  client: Client;
  job: JobFile;
  output: Output;
  /** Null: nobody can be asked. */
  prompt: Prompt | null;
  /** What this very command was given for `--accept`; null: nothing. `job.accept` may be of an earlier command. */
  acceptTyped: JobFile['accept'];
  lastOutcome: () => Outcome | null;
}>;

type OfJob = Readonly<{ path: Readonly<{ job_id: string }> }>;

export type Way = Readonly<{ meaning: string; take: (client: Client, of: OfJob) => Promise<unknown> }>;

/** What a job asks, and what each key does about it. `safe` spends nothing and is taken with `--yes`. */
export type Question = Readonly<{ text: string; ways: Readonly<Record<string, Way>>; safe: string }>;

export type GateAnswer = 'DONE' | 'WAIT';

/** Nothing is decided in the name of a person who was not asked. */
export const nobodyToAsk = (job: JobFile, what: string): CommandEnd =>
  new CommandEnd(
    EXIT.WAITING,
    'WAITING_FOR_A_DECISION',
    `The job waits for a decision: ${what}`,
    `Decide with: iama attach ${job.jobId}   (or run with --yes)`,
  );
