import type { Pool } from 'pg';
import type { Command } from '../../domain/kernel/message.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import type { AnyReactor } from '../../domain/kernel/reactor.ts';
import type { Cancellations } from './cancellations.ts';
import type { SendCommand } from './command-sender.ts';
import { deterministicId } from './deterministic-id.ts';
import { addJobs, type HeldJob, holdsJob, JobLost, type PickedUp, retryJob, returnJob } from './job-queue.ts';
import { type EffectJob, systemContext, type TimerJob } from './process-subscription.ts';
import type { RunningEffects } from './running-effects.ts';
import type { Report } from './subscription.ts';
import { isFaultOfEvent, messageOf } from './transient-errors.ts';
import { patientlyFor, SETBACK_MS } from './until-answered.ts';

export type EffectDependencies = Readonly<{
  pool: Pool;
  send: SendCommand;
  cancellations: Cancellations;
  report: Report;
  /** Lock names of this process's job workers. */
  jobPools: () => readonly string[];
  running: RunningEffects;
}>;

/**
 * Runs of one effect that may be cut short before it is taken to be the cause. Cut short is what ended neither in an answer nor
 * in a failure nor by a stop: its worker died, or a session of the database was lost. Only failures count against `maxAttempts`.
 */
const MAX_DEATHS = 20;

/** From the stop of the worker to giving the effect back though its reactor still runs. */
const DEAF_AFTER_MS = 500;

const defaultBackoffMs = (failed: number): number => Math.min(300_000, 1_000 * 2 ** Math.max(0, failed - 1));

/**
 * Runs one effect and sends its answer. Keys of answers are hashes of the effect's key and the index, so that however often
 * the effect runs, the first answer counts. Throws when the job is another worker's, or the database is silent for long: what
 * throws is put off by graphile-worker, for hours where it was picked up often.
 */
export const effectTask =
  (reactor: AnyReactor, deps: EffectDependencies) => async (job: EffectJob, held: PickedUp) => {
    const { idempotencyKey, effect, cause } = job;
    const task = `effect:${effect.type}`;
    const at = (): HeldJob => ({ ...held, pools: deps.jobPools() });
    // Every job that is queued again begins a new count of pick-ups.
    const deaths = (job.deaths ?? 0) + held.attempts - 1;
    const attempt = job.failedAttempts + 1;
    const goesOn = job.isTimed === true && held.attempts === 1;
    const told = { effect: effect.type, correlationId: cause.correlationId };
    const patiently = patientlyFor(deps.report, told);
    const answer = async (
      kind: 'answer' | 'overtaken' | 'failure',
      commands: readonly Command[],
    ): Promise<void> => {
      if (!(await patiently(() => holdsJob(deps.pool, at())))) throw new JobLost();
      for (const [index, command] of commands.entries()) {
        const key = deterministicId(kind, idempotencyKey, index);
        const context = systemContext(job.manager, key, cause);
        await patiently(() => deps.send({ idempotencyKey: key, command, context }));
      }
    };
    const running = deps.running.begin(held);
    try {
      await runOnce();
    } catch (error) {
      await afterFailure(error);
    } finally {
      running.end();
    }

    async function runOnce(): Promise<void> {
      const position = BigInt(cause.position);
      const { cancelledBy } = reactor;
      const cancelled = await deps.cancellations.watch(
        position,
        cancelledBy && {
          handles: cancelledBy.handles,
          matches: (event) => cancelledBy.matches(event, effect),
        },
      );
      try {
        if (cancelled.signal.aborted) return;
        if (running.signal.aborted) return await giveBack();
        if (deaths >= MAX_DEATHS) {
          const message = `${MAX_DEATHS} runs of it were cut short`;
          const failure = { code: 'WORKER_DIED', message, attempts: MAX_DEATHS };
          return await answer('failure', reactor.giveUp(effect, failure));
        }
        if (!goesOn) await startLimit(deps.pool, job);
        const signal = AbortSignal.any([cancelled.signal, running.signal]);
        const context = { signal, idempotencyKey, attempt, cause: { ...cause, position } };
        const outcome = await Promise.race([
          settle(() => reactor.run(effect, context)),
          stoppedInVain(running.signal),
        ]);
        if (cancelled.signal.aborted) return await tellOvertaken(outcome.ok ? outcome.value : []);
        if (!outcome.ok) throw outcome.error;
        await answer('answer', outcome.value);
      } finally {
        cancelled.stop();
      }
    }

    async function tellOvertaken(dropped: readonly Command[]): Promise<void> {
      const commands = reactor.overtaken?.(dropped) ?? [];
      if (commands.length > 0) await answer('overtaken', commands);
    }

    async function afterFailure(error: unknown): Promise<void> {
      if (error instanceof JobLost) throw error;
      if (running.signal.aborted) return giveBack();
      if (error instanceof Postponed) return giveBack(error.ms, { isTimed: true });
      const cutShort = deaths + 1;
      if (isFaultOfEvent(error) || cutShort >= MAX_DEATHS) return fail(error);
      deps.report('warn', 'effect cut short', { ...told, times: cutShort, error: messageOf(error) });
      return giveBack(SETBACK_MS, { deaths: cutShort });
    }

    async function fail(error: unknown): Promise<void> {
      const message = messageOf(error);
      deps.report('warn', 'effect failed', { ...told, attempt, error: message });
      if (attempt >= reactor.maxAttempts)
        return answer(
          'failure',
          reactor.giveUp(effect, { code: 'EFFECT_FAILED', message, attempts: attempt }),
        );
      const delay = (reactor.backoffMs ?? defaultBackoffMs)(attempt);
      await patiently(() => retryJob(deps.pool, at(), task, { ...job, deaths }, delay));
    }

    function giveBack(delayMs = 0, change: Partial<EffectJob> = {}): Promise<void> {
      const again = { ...job, deaths, isTimed: false, ...change };
      return patiently(() => returnJob(deps.pool, at(), task, again, delayMs));
    }
  };

/**
 * The time of the effect begins with its first attempt, and anew where a worker died in it or gave it back. It goes on while the
 * effect is postponed, because that has no end of its own.
 */
const startLimit = async (pool: Pool, job: EffectJob): Promise<void> => {
  const { limit, manager, cause } = job;
  if (limit === undefined || job.failedAttempts > 0) return;
  const at = new Date(Date.now() + limit.ms).toISOString();
  const idempotencyKey = deterministicId('limit', job.idempotencyKey);
  const payload: TimerJob = {
    jobKey: limit.jobKey,
    failedAttempts: 0,
    idempotencyKey,
    command: { ...limit.command, data: { ...limit.command.data, at } },
    context: systemContext(manager, idempotencyKey, cause),
  };
  await addJobs(pool, [{ task: 'timer', payload, runAt: at }]);
};

type Failed = Readonly<{ ok: false; error: unknown }>;

/** Settles only some time after the abort, with its reason. */
const stoppedInVain = (signal: AbortSignal): Promise<Failed> =>
  new Promise((resolve) => {
    const giveUp = (): void => {
      setTimeout(() => resolve({ ok: false, error: signal.reason }), DEAF_AFTER_MS);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });

const settle = async <T>(run: () => Promise<T>): Promise<Readonly<{ ok: true; value: T }> | Failed> => {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error };
  }
};
