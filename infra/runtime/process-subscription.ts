import type { ClientBase } from 'pg';
import type { Command, MessageContext, Positioned } from '../../domain/kernel/message.ts';
import type { AnyProcessManager, ProcessOutput } from '../../domain/kernel/process-manager.ts';
import type { SystemCommand } from './command-sender.ts';
import { deterministicId } from './deterministic-id.ts';
import { addJobs, type Job, type JobPayload, removeJobs } from './job-queue.ts';
import type { Delivery, Subscription } from './subscription.ts';

type Queryable = Pick<ClientBase, 'query'>;

/** What a timer carries to its due instant. */
export type TimerJob = JobPayload & SystemCommand;

/** What an effect carries to its reactor. */
export type EffectJob = JobPayload &
  Readonly<{
    idempotencyKey: string;
    /** Workers that died on it before it was last queued again. */
    deaths?: number;
    manager: string;
    effect: Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>;
    cause: Readonly<{ messageId: string; correlationId: string; position: string }>;
    /** The timer that its first attempt sets. */
    limit?: Readonly<{ jobKey: string; ms: number; command: Command }>;
    /** It was postponed: its timer is set and goes on. */
    isTimed?: boolean;
  }>;

export type DispatchJob = JobPayload & Readonly<{ manager: string; instance: string }>;

type StoredCommand = Readonly<{ instance: string; position: bigint; output: number } & SystemCommand>;

type Collected = {
  commands: StoredCommand[];
  jobs: Job[];
  /** In order: a timer set and cancelled in one batch must not fire. */
  cancelled: Set<string>;
};

/** How the event that caused it travels with a command of the system. */
export const systemContext = (
  source: string,
  idempotencyKey: string,
  cause: Readonly<{ messageId: string; correlationId: string }>,
): MessageContext => ({
  commandId: deterministicId('command', idempotencyKey),
  correlationId: cause.correlationId,
  causationId: cause.messageId,
  actor: { type: 'system', id: source },
});

/**
 * Runs a process manager: states and outputs are written in the transaction of the checkpoint, so each output is asked for
 * exactly once. A lane is an instance. Ids of outputs are hashes of manager, instance, position and index.
 */
export const processSubscription = (manager: AnyProcessManager, partitions: number): Subscription => ({
  id: manager.name,
  revision: manager.revision,
  partitions,
  handles: new Set(manager.handles),
  lanesOf: (event) => {
    const instance = manager.correlate(event);
    return instance === null ? [] : [instance];
  },
  handle: async (deliveries, client) => {
    const states = await readStates(client, manager.name, deliveries);
    const outputs: Collected = { commands: [], jobs: [], cancelled: new Set() };
    for (const { event, lane } of deliveries) {
      const state = manager.evolve(states.get(lane) ?? manager.initialState(), event);
      states.set(lane, state);
      for (const [index, output] of manager.react(event, state).entries())
        collect(outputs, manager.name, lane, event, output, index);
    }
    await writeStates(client, manager.name, states);
    await writeCommands(client, manager.name, outputs.commands);
    await removeJobs(client, [...outputs.cancelled]);
    await addJobs(client, outputs.jobs);
  },
});

const collect = (
  outputs: Collected,
  manager: string,
  instance: string,
  event: Positioned,
  output: ProcessOutput,
  index: number,
): void => {
  const { messageId, correlationId, globalPosition } = event.metadata;
  const idempotencyKey = deterministicId('output', manager, instance, globalPosition, index);
  const context = systemContext(manager, idempotencyKey, event.metadata);
  switch (output.kind) {
    case 'command': {
      const { command } = output;
      outputs.commands.push({
        instance,
        position: globalPosition,
        output: index,
        idempotencyKey,
        command,
        context,
      });
      const jobKey = `dispatch/${manager}/${instance}`;
      const payload: DispatchJob = { jobKey, failedAttempts: 0, manager, instance };
      setJob(outputs, { task: 'dispatch', payload });
      return;
    }
    case 'effect': {
      const jobKey = effectKey(manager, instance, output.key);
      const cause = { messageId, correlationId, position: String(globalPosition) };
      const { effect, limit, due } = output;
      const payload: EffectJob = {
        jobKey,
        failedAttempts: 0,
        idempotencyKey,
        manager,
        effect,
        cause,
        ...(limit && { limit: { ...limit, jobKey: timerKey(manager, instance, limit.key) } }),
      };
      setJob(outputs, { task: `effect:${effect.type}`, payload, ...(due && { runAt: due }) });
      return;
    }
    case 'cancelEffect':
      cancelJob(outputs, effectKey(manager, instance, output.key));
      return;
    case 'timer': {
      const jobKey = timerKey(manager, instance, output.key);
      const payload: TimerJob = {
        jobKey,
        failedAttempts: 0,
        idempotencyKey,
        command: output.command,
        context,
      };
      setJob(outputs, { task: 'timer', payload, runAt: output.due });
      return;
    }
    case 'cancelTimer':
      cancelJob(outputs, timerKey(manager, instance, output.key));
      return;
  }
};

const timerKey = (manager: string, instance: string, key: string): string =>
  `timer/${manager}/${instance}/${key}`;

const effectKey = (manager: string, instance: string, key: string): string =>
  `effect/${manager}/${instance}/${key}`;

const cancelJob = (outputs: Collected, key: string): void => {
  outputs.jobs = outputs.jobs.filter(({ payload }) => payload.jobKey !== key);
  outputs.cancelled.add(key);
};

const setJob = (outputs: Collected, job: Job): void => {
  outputs.jobs = outputs.jobs.filter(({ payload }) => payload.jobKey !== job.payload.jobKey);
  outputs.jobs.push(job);
};

const readStates = async (
  db: Queryable,
  manager: string,
  deliveries: readonly Delivery[],
): Promise<Map<string, unknown>> => {
  const instances = [...new Set(deliveries.map(({ lane }) => lane))];
  const { rows } = await db.query<{ instance: string; state: string }>(
    `select instance, state::text from runtime.process_states
     where manager = $1 and instance = any($2) order by instance for update`,
    [manager, instances],
  );
  return new Map(rows.map(({ instance, state }) => [instance, JSON.parse(state)]));
};

/** `states` by instance; JSON values. */
export const writeStates = async (
  db: Queryable,
  manager: string,
  states: ReadonlyMap<string, unknown>,
): Promise<void> => {
  if (states.size === 0) return;
  await db.query(
    `insert into runtime.process_states (manager, instance, state)
     select $1, * from unnest($2::text[], $3::json[])
     on conflict (manager, instance) do update set state = excluded.state`,
    [manager, [...states.keys()], [...states.values()].map((state) => JSON.stringify(state))],
  );
};

const writeCommands = async (
  db: Queryable,
  manager: string,
  commands: readonly StoredCommand[],
): Promise<void> => {
  if (commands.length === 0) return;
  await db.query(
    `insert into runtime.process_commands (manager, instance, position, output, idempotency_key, command, context)
     select $1, * from unnest($2::text[], $3::bigint[], $4::int[], $5::text[], $6::json[], $7::json[])`,
    [
      manager,
      commands.map(({ instance }) => instance),
      commands.map(({ position }) => String(position)),
      commands.map(({ output }) => output),
      commands.map(({ idempotencyKey }) => idempotencyKey),
      commands.map(({ command }) => JSON.stringify(command)),
      commands.map(({ context }) => JSON.stringify(context)),
    ],
  );
};
