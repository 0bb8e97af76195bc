import type { Command, Event, Positioned } from './message.ts';

/** A request for work outside the log (ask a model, send a mail). Run by the `Reactor` of the same type. */
export type Effect<
  Type extends string = string,
  Data extends Record<string, unknown> = Record<string, unknown>,
> = Readonly<{ type: Type; data: Readonly<Data> }>;

/**
 * How long an effect may take, all its attempts included: `ms` after its first attempt began, `command` is sent with that
 * instant as its `at`, unless a `cancelTimer` of `key` came. What waits for a worker has not begun, however long it waits.
 */
export type EffectLimit<C extends Command> = Readonly<{ key: string; ms: number; command: C }>;

/**
 * What a process manager asks for. Keys are unique within one instance; a timer or effect set again under a key whose
 * job still waits replaces it.
 */
export type ProcessOutput<C extends Command = Command, F extends Effect = Effect> =
  | Readonly<{ kind: 'command'; command: C }>
  /** With `due`, not before: RFC 3339, computed from the event. */
  | Readonly<{ kind: 'effect'; effect: F; key: string; due?: string; limit?: EffectLimit<C> }>
  /** Takes back an effect that waits; one that runs goes on, and is not tried again. */
  | Readonly<{ kind: 'cancelEffect'; key: string }>
  /** `due` is RFC 3339, computed from the event (`dueAfter`), never from a clock. */
  | Readonly<{ kind: 'timer'; key: string; due: string; command: C }>
  | Readonly<{ kind: 'cancelTimer'; key: string }>;

/**
 * A process manager: pure, one state per instance. The runtime passes each handled event of an instance once, in
 * position order, and stores the outputs in the transaction of the checkpoint: each output happens exactly once as a
 * request, and runs at least once with the same command id and idempotency key.
 */
export type ProcessManager<State, E extends Event, C extends Command, F extends Effect = never> = Readonly<{
  /** Unique over the whole system, kebab-case; also the name of the subscription and the system actor. */
  name: string;
  /** Raise it when `State` or `evolve` changes shape: the cached states are folded anew from the log, nothing is sent again. */
  revision: number;
  /** Every event type that the functions below look at; others are never passed. */
  handles: readonly E['type'][];
  /** The instance that the event belongs to (for example a job id); null: none. */
  correlate(event: Positioned<E>): string | null;
  /** States are JSON values: they are cached between events. */
  initialState(): State;
  evolve(state: State, event: Positioned<E>): State;
  /** `state` already includes `event`. */
  react(event: Positioned<E>, state: State): readonly ProcessOutput<C, F>[];
}>;

/** What the runtime accepts; every `ProcessManager` is one. */
export type AnyProcessManager = ProcessManager<unknown, Event, Command, Effect>;

/** The instant `milliseconds` after the event was recorded, RFC 3339 UTC. */
export const dueAfter = (event: Positioned, milliseconds: number): string =>
  new Date(Date.parse(event.metadata.recordedAt) + milliseconds).toISOString();

/**
 * given/when/then for process managers: `spec(...given).when(event).then(...outputs)`. The given events must belong to
 * the instance of `event`; others are passed over, as in production. Build events with `history` of `history.ts`.
 */
export const processManagerSpecification =
  <State, E extends Event, C extends Command, F extends Effect>(
    manager: ProcessManager<State, E, C, F>,
    equal: (actual: unknown, expected: unknown) => void,
  ) =>
  (...given: readonly Positioned<E>[]) => ({
    when: (event: Positioned<E>) => {
      const handled: ReadonlySet<string> = new Set(manager.handles);
      const instance = handled.has(event.type) ? manager.correlate(event) : null;
      const outputs = (): readonly ProcessOutput<C, F>[] => {
        if (instance === null) return [];
        const own = given.filter((past) => handled.has(past.type) && manager.correlate(past) === instance);
        const state = [...own, event].reduce(
          (before, next) => manager.evolve(before, next),
          manager.initialState(),
        );
        return manager.react(event, state);
      };
      return {
        then: (...expected: readonly ProcessOutput<C, F>[]): void => equal([...outputs()], expected),
        thenNothing: (): void => equal([...outputs()], []),
      };
    },
  });
