import { withoutAddresses } from '../kernel/addresses.ts';
import type { Decider } from '../kernel/decider.ts';
import type { LookedAt } from '../kernel/looked-at.ts';
import type { Command, Event } from '../kernel/message.ts';
import { ADDRESS } from './redaction.ts';

/** An operator looked at what tells about people: the log, mails, exports of the books (OPS-02); stream `log-reads-<operator>`. */
export type LogRead = Event<
  'LogRead',
  {
    by: string;
    what: LookedAt;
    /** The name of the stream or table, the id of the job or mail, what was searched for, `<export>/<file>`, or `log`. */
    subject: string;
    at: string;
  }
>;
export type RecordLogRead = Command<'RecordLogRead', LogRead['data']>;

/** Every look is one of its own. */
export const logReads: Decider<null, RecordLogRead, LogRead> = {
  initialState: () => null,
  evolve: () => null,
  decide: ({ data }) => [
    { type: 'LogRead', data: { ...data, subject: withoutAddresses(data.subject, ADDRESS) } },
  ],
};

export const logReadsStream = (adminId: string): string => `log-reads-${adminId}`;
