import type { Decider } from '../../kernel/decider.ts';
import type { Command, Event } from '../../kernel/message.ts';

/** What the executor tells while it works; stream `job-log-<jobId>`. One event a line, so that each has a position. */
export type LogLineWritten = Event<
  'LogLineWritten',
  {
    jobId: string;
    executionId: string;
    line: string;
    /** 0 to 100 where the executor knows. */
    percent: number | null;
    at: string;
  }
>;
export type WriteLogLines = Command<
  'WriteLogLines',
  { jobId: string; executionId: string; lines: readonly string[]; percent: number | null; at: string }
>;

/** Keeps no state: a line depends on no other. */
export const jobLog: Decider<null, WriteLogLines, LogLineWritten> = {
  initialState: () => null,
  evolve: () => null,
  decide: ({ data: { lines, ...rest } }) =>
    lines.map((line) => ({ type: 'LogLineWritten', data: { ...rest, line } })),
};

export const jobLogStream = (jobId: string): string => `job-log-${jobId}`;
