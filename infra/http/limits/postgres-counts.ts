import type { Pool } from 'pg';
import { COUNTED_SECONDS, type CountExchange } from './shared-counts.ts';

/** Sorted, so that two processes that tell at once never wait for each other in a circle. */
const TELL = `
  with told as (
    insert into api_counts as c (counter, process, amount, told_at)
    select counter, $1::uuid, amount, clock_timestamp()
      from unnest($2::text[], $3::int[]) as own (counter, amount) order by counter
    on conflict (counter, process) do update set amount = excluded.amount, told_at = excluded.told_at
  )
  select counter, sum(amount)::int as amount
    from api_counts
   where counter = any($4::text[]) and process <> $1::uuid
     and told_at > clock_timestamp() - make_interval(secs => $5::float)
   group by counter`;

/** Deletes what counts no more. Answers how much went. */
export const pruneCounts = async (pool: Pick<Pool, 'query'>): Promise<number> => {
  const { rowCount } = await pool.query(
    "delete from api_counts where told_at < clock_timestamp() - interval '1 minute'",
  );
  return rowCount ?? 0;
};

/** In an unlogged table: what it holds is worth nothing after a crash. */
export const postgresCounts = (pool: Pick<Pool, 'query'>): CountExchange => ({
  async tell(process, counts, watched) {
    const { rows } = await pool.query<{ counter: string; amount: number }>(TELL, [
      process,
      [...counts.keys()],
      [...counts.values()],
      watched,
      COUNTED_SECONDS,
    ]);
    return new Map(rows.map(({ counter, amount }) => [counter, amount]));
  },

  async leave(process) {
    await pool.query('delete from api_counts where process = $1', [process]);
  },
});
