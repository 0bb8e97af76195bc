import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { projections } from '../../projections/index.ts';
import type { NotReady } from '../http/deps.ts';
import { DEFAULT_TIMINGS } from '../runtime/subscription.ts';

/** Whether a process may be given work (OPS-05). */

type Parts = Readonly<{ pool: Pick<Pool, 'query'>; logger: Logger }>;

const rowsOf = async ({ pool, logger }: Parts, sql: string, values: unknown[] = []): Promise<unknown[]> => {
  try {
    return (await pool.query(sql, values)).rows;
  } catch (error) {
    logger.warn({ err: error }, 'not ready: the database does not answer');
    return [];
  }
};

/** One row, so that an answer without any is none. */
const UNBUILT = `
  select array(
    select distinct relation from unnest($1::text[], $2::text[]) as needed (relation, name)
     where not exists (
       select from pg_catalog.pg_attribute
        where attrelid = to_regclass('read.' || quote_ident(relation)) and attname = name and not attisdropped)
     order by 1) as tables`;

const needed = projections.flatMap(({ table, columns }) =>
  Object.keys(columns).map((column) => [table, column] as const),
);

const REVISIONS = 'select name, live_revision as revision from runtime.projections';

const REASONS: Readonly<Record<NotReady['code'], string>> = {
  DATABASE_UNREACHABLE: 'The database does not answer.',
  READ_TABLES_MISSING: 'A worker of this release has not built all read tables yet.',
  RELEASE_OUTDATED:
    'A later release has built read tables without what this one reads. Start the later release: this one is never ready again.',
};

const because = (code: NotReady['code']): NotReady => ({ code, reason: REASONS[code] });

/** Whether a worker of a later release has made one of these tables. */
const isOutdated = async (parts: Parts, tables: readonly string[]): Promise<boolean> => {
  const found = (await rowsOf(parts, REVISIONS)) as { name: string; revision: number }[];
  const live = new Map(found.map(({ name, revision }) => [name, revision]));
  return projections.some(
    ({ name, table, revision }) => tables.includes(table) && (live.get(name) ?? 0) > revision,
  );
};

/**
 * Null once it is ready, else why not. Ready once the database answers and has every column of the read tables of this release, which a worker makes (decision 0021): an API that is asked
 * before refuses. Asked of the tables until they were there once: those of a later release may lack a column, and all APIs of this one
 * would be taken out at the same moment.
 */
export const apiReadiness = (parts: Parts): (() => Promise<NotReady | null>) => {
  let isBuilt = false;
  let told: NotReady['code'] | null = null;
  return async () => {
    if (isBuilt) return (await rowsOf(parts, 'select 1')).length > 0 ? null : because('DATABASE_UNREACHABLE');
    const values = [needed.map(([table]) => table), needed.map(([, column]) => column)];
    const [answer] = (await rowsOf(parts, UNBUILT, values)) as { tables: readonly string[] }[];
    if (answer === undefined) return because('DATABASE_UNREACHABLE');
    isBuilt = answer.tables.length === 0;
    if (isBuilt) return null;
    const outdated = await isOutdated(parts, answer.tables);
    const why = because(outdated ? 'RELEASE_OUTDATED' : 'READ_TABLES_MISSING');
    if (why.code !== told)
      parts.logger[outdated ? 'error' : 'warn']({ ...answer, code: why.code }, `not ready: ${why.reason}`);
    told = why.code;
    return why;
  };
};

/** Far more than a heartbeat that is late because the machine is busy: others have taken its work over long before. */
const SILENT_MS = 4 * DEFAULT_TIMINGS.leaseMs;

const BEATS = `select 1 from runtime.workers
  where id = $1 and heartbeat_at > clock_timestamp() - $2 * interval '1 ms'`;

/** Whether the heartbeat of a worker reaches the database, without which it is given nothing to do. */
export const workerIsHeard = async (parts: Parts, workerId: string): Promise<boolean> =>
  (await rowsOf(parts, BEATS, [workerId, SILENT_MS])).length > 0;
