-- Checkpoints, leases, dead letters and queues of the processes that follow the log. Read tables and process states are caches
-- of it. The checkpoints of process managers are not: without them every effect would be asked for again.
create schema runtime;
create schema read;

-- A process that follows the log. `subscriptions` are those it carries, as id#revision; `job_pools` are the lock names of
-- its job workers.
create table runtime.workers (
  id text primary key,
  subscriptions text[] not null default '{}',
  job_pools text[] not null default '{}',
  heartbeat_at timestamptz not null default clock_timestamp()
);

create table runtime.subscriptions (
  id text primary key,
  -- Fixed at registration: checkpoints belong to a hash modulo this number.
  partitions int not null check (partitions > 0),
  revision int not null
);

-- Checkpoint, lease and fencing token in one row: one update proves the lease and moves the checkpoint.
create table runtime.partitions (
  subscription text not null references runtime.subscriptions (id) on delete cascade,
  partition int not null,
  position bigint not null default 0,
  owner text,
  token bigint not null default 0,
  leased_until timestamptz,
  primary key (subscription, partition)
) with (fillfactor = 50);

-- Called as the last statement before COMMIT, in the same message, so that a holder paused between the two keeps no lock.
-- Compares the old position too: after a commit whose answer was lost, the repetition is refused.
create function runtime.advance(p_subscription text, p_partition int, p_token bigint, p_from bigint, p_to bigint)
returns void language plpgsql as $$
begin
  update runtime.partitions set position = p_to
  where subscription = p_subscription and partition = p_partition and token = p_token and position = p_from
    and p_to >= p_from;
  if not found then
    raise exception 'partition %/% is not held with token % at position %', p_subscription, p_partition, p_token, p_from
      using errcode = 'IA001';
  end if;
end $$;

create table runtime.dead_letters (
  id bigint generated always as identity primary key,
  subscription text not null,
  partition int not null,
  lane text not null,
  position bigint not null,
  event_type text not null,
  stream_name text not null,
  status text not null check (status in ('retrying', 'parked', 'skipped', 'resolved')),
  attempts int not null,
  error text not null,
  next_attempt_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (subscription, lane, position)
);
create index dead_letters_open on runtime.dead_letters (subscription, partition) where status in ('retrying', 'parked');

-- Events that wait behind a dead letter of their lane.
create table runtime.deferred_events (
  subscription text not null,
  partition int not null,
  lane text not null,
  position bigint not null,
  primary key (subscription, partition, lane, position)
);

create table runtime.projections (
  name text primary key,
  live_revision int not null,
  table_name text not null,
  swapped_at timestamptz not null default clock_timestamp()
);

-- A cache: the fold of the events of one instance up to the checkpoint of its partition.
create table runtime.process_states (
  manager text not null,
  instance text not null,
  state json not null,
  primary key (manager, instance)
);

-- Commands of process managers, sent in order per instance and deleted when decided.
create table runtime.process_commands (
  manager text not null,
  instance text not null,
  position bigint not null,
  output int not null,
  idempotency_key text not null unique,
  command json not null,
  context json not null,
  primary key (manager, instance, position, output)
);

-- Commands of the system that a decider refused: an answer, not a fault, kept for people to look at.
create table runtime.rejected_commands (
  idempotency_key text primary key,
  source text not null,
  command json not null,
  code text not null,
  message text not null,
  rejected_at timestamptz not null default clock_timestamp()
);

-- The application role runs all of it; projections own their tables (docs/decisions/0021).
grant usage on schema runtime to iama_app;
grant select, insert, update, delete on all tables in schema runtime to iama_app;
grant usage, select on all sequences in schema runtime to iama_app;
grant execute on all functions in schema runtime to iama_app;
grant usage, create on schema read to iama_app;

-- Graphile Worker was installed by the owner and protects its tables by row security.
grant usage on schema graphile_worker to iama_app;
grant select, insert, update, delete on all tables in schema graphile_worker to iama_app;
grant usage, select on all sequences in schema graphile_worker to iama_app;
grant execute on all functions in schema graphile_worker to iama_app;
do $$
declare
  secured record;
begin
  for secured in
    select relname from pg_class where relnamespace = 'graphile_worker'::regnamespace and relrowsecurity
  loop
    execute format('create policy iama_app on graphile_worker.%I to iama_app using (true) with check (true)', secured.relname);
  end loop;
end $$;
