import type { PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import type { Random } from './random.ts';

/** The share of appends whose answer is lost. */
const LOST = 0.1;

/**
 * As when a connection breaks between the commit and its answer, which a kill hits once in a thousand times: what was
 * appended stays, and who appended it must ask again.
 */
export const losingAnswers = (log: PostgresEventLog, random: Random): PostgresEventLog => ({
  ...log,
  append: async (appends, options) => {
    const outcome = await log.append(appends, options);
    if (random.chance(LOST)) throw new Error('Connection terminated unexpectedly');
    return outcome;
  },
});
