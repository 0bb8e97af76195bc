import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';

/** An operator looked into the log, which tells about people (OPS-02); stream `log-reads-<operator>`. */
export type LogRead = Event<
  'LogRead',
  {
    by: string;
    what: 'STREAM' | 'MOMENT' | 'JOB' | 'SEARCH' | 'REPLAY' | 'VERIFY' | 'WHAT_IF';
    /** The name of the stream or table, the id of the job, what was searched for, or `log`. */
    subject: string;
    at: string;
  }
>;
export type RecordLogRead = Command<'RecordLogRead', LogRead['data']>;

/** Every look is one of its own. */
export const logReads: Decider<null, RecordLogRead, LogRead> = {
  initialState: () => null,
  evolve: () => null,
  decide: ({ data }) => [{ type: 'LogRead', data }],
};

export const logReadsStream = (adminId: string): string => `log-reads-${adminId}`;
