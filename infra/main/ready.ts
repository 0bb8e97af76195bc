import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { DEFAULT_TIMINGS } from '../runtime/subscription.ts';

/** Whether a process may be given work (OPS-05). */

type Parts = Readonly<{ pool: Pick<Pool, 'query'>; logger: Logger }>;

const answers = async ({ pool, logger }: Parts, sql: string, values: unknown[] = []): Promise<boolean> => {
  try {
    return (await pool.query(sql, values)).rows.length > 0;
  } catch (error) {
    logger.warn({ err: error }, 'not ready: the database does not answer');
    return false;
  }
};

export const databaseAnswers = (parts: Parts): Promise<boolean> => answers(parts, 'select 1');

/** Far more than a heartbeat that is late because the machine is busy: others have taken its work over long before. */
const SILENT_MS = 4 * DEFAULT_TIMINGS.leaseMs;

const BEATS = `select 1 from runtime.workers
  where id = $1 and heartbeat_at > clock_timestamp() - $2 * interval '1 ms'`;

/** Whether the heartbeat of a worker reaches the database, without which it is given nothing to do. */
export const workerIsHeard = (parts: Parts, workerId: string): Promise<boolean> =>
  answers(parts, BEATS, [workerId, SILENT_MS]);
