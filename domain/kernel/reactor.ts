import type { Command, Event, MessageContext, Positioned } from './message.ts';
import type { Effect } from './process-manager.ts';

/** Sends a command to its decider. Implemented by the composition of the commands room. */
export type CommandBus = Readonly<{
  /**
   * Resolves when the command was decided and its events are stored (or were, under the same key: a repetition is
   * silent). Throws `Rejection` when a rule is broken: final, never retried. Any other error is retried.
   */
  dispatch(
    command: Command,
    options: Readonly<{ context: MessageContext; idempotencyKey: string }>,
  ): Promise<void>;
}>;

/** Why an effect is given up: thrown on every attempt, the last error named. */
export type EffectFailure = Readonly<{ code: string; message: string; attempts: number }>;

export type ReactorContext = Readonly<{
  /** Aborted when the effect is cancelled by an event, the lease is lost or the worker stops. */
  signal: AbortSignal;
  /** The same on every attempt: pass it to the outside service. */
  idempotencyKey: string;
  /** 1 on the first attempt. */
  attempt: number;
  /** The event that asked for the effect. */
  cause: Readonly<{ messageId: string; correlationId: string; position: bigint }>;
}>;

/**
 * Does one kind of effect and answers with commands. Runs at least once: after a crash it runs again with the same
 * idempotency key. The lease is kept by the runtime in the background, whatever `run` does.
 */
export type Reactor<F extends Effect, C extends Command> = Readonly<{
  /** The effect type. */
  type: F['type'];
  /**
   * A thrown error is taken as passing and tried again, `maxAttempts` times in all; `Postponed` counts as none. A known outcome
   * is a returned command.
   */
  maxAttempts: number;
  /** Wait before the attempt after the nth failed one, in ms. Default: exponential from 1 s, at most 5 min. */
  backoffMs?(failedAttempts: number): number;
  /** Events that make the effect pointless. It is then aborted, or never started, and its answer is dropped. */
  cancelledBy?: Readonly<{
    handles: readonly string[];
    matches(event: Positioned<Event>, effect: F): boolean;
  }>;
  run(effect: F, context: ReactorContext): Promise<readonly C[]>;
  /** What is told in place of an answer that such an event overtook, as after the answer of an outside service; default: nothing. */
  overtaken?(answer: readonly C[]): readonly C[];
  /** The answer once all attempts have failed. */
  giveUp(effect: F, failure: EffectFailure): readonly C[];
}>;

/** What the runtime accepts; every `Reactor` is one. */
export type AnyReactor = Reactor<Effect, Command>;
