import type { Pool } from 'pg';

export type SubscriptionHealth = Readonly<{
  subscription: string;
  partitions: number;
  /** Partitions that nobody holds at the moment. */
  unheld: number;
  /** Events between the head of the log and the slowest partition. */
  lag: number;
  retrying: number;
  parked: number;
  /** Events that wait behind a dead letter. */
  deferred: number;
}>;

export type RuntimeHealth = Readonly<{
  head: number;
  workers: number;
  subscriptions: readonly SubscriptionHealth[];
  /** Jobs by task. `due` should be running by now; `failed` will not run again by themselves. */
  queues: readonly Readonly<{
    task: string;
    waiting: number;
    due: number;
    running: number;
    failed: number;
  }>[];
  /** Commands of process managers not yet decided. */
  commandsWaiting: number;
  rejectedCommands: number;
}>;

/** Figures for `/metrics` and for operators, in two queries. `aliveMs`: how recent a heartbeat must be. */
export const runtimeHealth = async (
  pool: Pick<Pool, 'query'>,
  head: bigint,
  aliveMs = 10_000,
): Promise<RuntimeHealth> => {
  const subscriptions = await pool.query<SubscriptionHealth>(
    `select s.id as subscription, s.partitions,
       (select count(*) from runtime.partitions p where p.subscription = s.id
          and (p.owner is null or p.leased_until < clock_timestamp()))::int as unheld,
       greatest(0, $1 - (select min(position) from runtime.partitions p where p.subscription = s.id))::float8 as lag,
       (select count(*) from runtime.dead_letters l where l.subscription = s.id and status = 'retrying')::int as retrying,
       (select count(*) from runtime.dead_letters l where l.subscription = s.id and status = 'parked')::int as parked,
       (select count(*) from runtime.deferred_events d where d.subscription = s.id)::int as deferred
     from runtime.subscriptions s order by s.id`,
    [String(head)],
  );
  const queues = await pool.query<RuntimeHealth['queues'][number]>(
    `select task_identifier as task,
       count(*) filter (where locked_at is null and attempts < max_attempts and run_at > clock_timestamp())::int as waiting,
       count(*) filter (where locked_at is null and attempts < max_attempts and run_at <= clock_timestamp())::int as due,
       count(*) filter (where locked_at is not null)::int as running,
       count(*) filter (where locked_at is null and attempts >= max_attempts)::int as failed
     from graphile_worker.jobs group by 1 order by 1`,
  );
  const totals = await pool.query<{ workers: number; commands: number; rejected: number }>(
    `select (select count(*) from runtime.workers
             where heartbeat_at > clock_timestamp() - $1 * interval '1 ms')::int as workers,
            (select count(*) from runtime.process_commands)::int as commands,
            (select count(*) from runtime.rejected_commands)::int as rejected`,
    [aliveMs],
  );
  const { workers = 0, commands = 0, rejected = 0 } = totals.rows[0] ?? {};
  return {
    head: Number(head),
    workers,
    subscriptions: subscriptions.rows,
    queues: queues.rows,
    commandsWaiting: commands,
    rejectedCommands: rejected,
  };
};
