import type { PostgresEventLog } from '../postgres/postgres-event-log.ts';
import { inTodaysVersion, todaysLog } from './todays-log.ts';
import { UPCASTERS } from './upcasters.ts';

/** The log as all of the product uses it: every event in today's form. What verifies the tree reads the stored bytes instead. */
export const productLog = (stored: PostgresEventLog): PostgresEventLog => ({
  ...stored,
  ...todaysLog(stored, UPCASTERS),
  appendInTransaction: (client, appends, options) =>
    stored.appendInTransaction(client, inTodaysVersion(UPCASTERS, appends), options),
});
