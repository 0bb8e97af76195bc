import { sealing } from '../../erasure/sealing.ts';
import type { SubjectKeys } from '../../erasure/subject-keys.ts';
import type { PostgresEventLog } from '../postgres/postgres-event-log.ts';
import { inTodaysVersion, todaysLog } from './todays-log.ts';
import { UPCASTERS } from './upcasters.ts';

/**
 * The log as all of the product uses it: every event in today's form (ES-08), and what people wrote sealed under the key of
 * each (ES-13). What verifies the tree reads the stored bytes instead.
 */
export const productLog = (stored: PostgresEventLog, keys: Pick<SubjectKeys, 'keyOf'>): PostgresEventLog => {
  const today = todaysLog(stored, UPCASTERS);
  const sealed = sealing(stored, keys);
  return {
    ...stored,
    ...today,
    append(appends, options) {
      const ready = sealed(appends);
      // Waiting for nothing would cost every append.
      return ready instanceof Promise
        ? ready.then((each) => today.append(each, options))
        : today.append(ready, options);
    },
    appendInTransaction: async (client, appends, options) =>
      stored.appendInTransaction(client, inTodaysVersion(UPCASTERS, await sealed(appends)), options),
  };
};
