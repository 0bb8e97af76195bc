import type { Pool } from 'pg';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import { haltsNow, type SpendingState } from '../../domain/operations/spending.ts';
import type { SystemHealth } from '../../read-api/kernel/health.ts';
import { breakersNow } from '../model/route-breakers.ts';
import { runtimeHealth } from '../runtime/health.ts';

/** Only what is behind the newest numbered event, so that it costs what waits and not what the log holds. */
const UNNUMBERED = `
  select count(*)::int as events,
         coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8 as "oldestSeconds"
    from events
   where seq > coalesce((select seq from event_log order by position desc limit 1), 0)`;

const OLDEST_TRANSACTION = `
  select coalesce(extract(epoch from max(clock_timestamp() - xact_start)), 0)::float8 as seconds
    from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid()`;

const JOBS = `
  select status, count(*)::int as count
    from read.refactor_jobs
   where updated_at > clock_timestamp() - interval '1 day'
   group by status order by status`;

const MODEL_CALLS = `
  select model_class as "modelClass", gateway, model, coalesce(failure_class, 'UNDECIDED') as outcome,
         count(*)::int as count
    from read.usage_ledger
   where booked_at > clock_timestamp() - interval '1 day'
   group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

const NOTHING = { events: 0, oldestSeconds: 0 };

/** One look at the database. Throws what the database throws: figures that are not known are not zero. */
export const systemHealth = async (
  pool: Pick<Pool, 'query'>,
  log: Pick<LogReader, 'head'>,
  halts: () => Promise<SpendingState>,
): Promise<SystemHealth> => {
  const runtime = await runtimeHealth(pool, await log.head());
  const unnumbered = await pool.query<SystemHealth['unnumbered']>(UNNUMBERED);
  const oldest = await pool.query<{ seconds: number }>(OLDEST_TRANSACTION);
  const lasting = haltsNow(await halts());
  const people = lasting.filter(({ userId }) => userId !== null).length;
  const jobs = await pool.query<SystemHealth['jobs'][number]>(JOBS);
  const calls = await pool.query<SystemHealth['modelCalls'][number]>(MODEL_CALLS);
  return {
    ...runtime,
    unnumbered: unnumbered.rows[0] ?? NOTHING,
    oldestTransactionSeconds: oldest.rows[0]?.seconds ?? 0,
    halts: { everybody: people < lasting.length, people },
    jobs: jobs.rows,
    modelCalls: calls.rows,
    breakers: await breakersNow(pool, Date.now()),
  };
};
