import { ApiProblem } from './api/problem.ts';
import type { SseEvent } from './api/sse.ts';
import type { JobView, Outcome } from './api/wire.ts';
import { createBell, pause } from './bell.ts';
import { type ExecutorOptions, workOn } from './executor.ts';

/** States in which the server counts on this client, so that it must hear from it (JOB-05). */
const EXECUTING = new Set([
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'GENERATING_TESTS',
  'BASELINE_VALIDATION',
  'REFACTORING',
  'DEEP_FIX_ACTIVE',
  'RECOVERY_PENDING',
]);

const HEARTBEAT_MS = 30_000;
/** The stream wakes us at once; this is for when the stream is down. */
const POLL_MS = 2_000;
const CLAIMED_ELSEWHERE_MS = 5_000;

export type SessionOptions = ExecutorOptions &
  Readonly<{
    signal: AbortSignal;
    onEvent: (event: SseEvent) => void;
    /** Called with the outcome of every execution that this session did. */
    onOutcome: (outcome: Outcome) => void;
    /**
     * Called whenever the job is seen in a state with nothing to execute. Answer `DONE` to end the session, `WAIT` to be
     * called again after the next change.
     */
    onState: (view: JobView) => Promise<'DONE' | 'WAIT'>;
  }>;

/**
 * Follows one job as its executor until `onState` says that it is done: streams what happens, sends heartbeats while the
 * server works, and does every execution that is asked for (EXE-01, JOB-05). Safe to start again at any moment.
 */
export const followJob = async (options: SessionOptions): Promise<JobView> => {
  const { client, jobId, onEvent, onState } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const bell = createBell();
  const elsewhere = new Map<string, number>();
  let view = await client.job(jobId, signal);
  let failure: unknown = null;

  const stream = async (): Promise<void> => {
    for await (const event of client.follow(jobId, null, signal)) {
      onEvent(event);
      bell.ring();
    }
  };
  const beat = async (): Promise<void> => {
    while (!signal.aborted) {
      if (EXECUTING.has(view.status)) {
        await client.heartbeat(jobId, signal).catch((error: unknown) => {
          // A heartbeat that is refused shows in the job's own state.
          if (!(error instanceof ApiProblem)) throw error;
        });
      }
      await pause(HEARTBEAT_MS, signal);
    }
  };
  const background = [stream(), beat()].map((task) =>
    task.catch((error: unknown) => {
      if (signal.aborted) return;
      // Without the stream the job is polled.
      if (!(error instanceof ApiProblem)) failure = error;
      bell.ring();
    }),
  );

  /**
   * The job is looked at while an execution runs: when it is asked for no longer (the job was cancelled, or its
   * specification was changed), it stops and does not keep the machine busy.
   */
  const watchWhile = async (
    executionId: string,
    running: Promise<unknown>,
    cancel: AbortController,
  ): Promise<void> => {
    const ended = new AbortController();
    const watch = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        await bell.heard(POLL_MS * 2, AbortSignal.any([ended.signal, signal]));
        if (ended.signal.aborted || signal.aborted) return;
        view = await client.job(jobId, signal);
        const asked = view.executions.some(({ execution_id }) => execution_id === executionId);
        if (!asked && !ended.signal.aborted) cancel.abort(new Error('the execution is asked for no longer'));
      }
    };
    const watching = watch().catch((error: unknown) => {
      if (!(error instanceof ApiProblem) && !signal.aborted) failure = error;
    });
    try {
      await running;
    } finally {
      ended.abort();
      bell.ring();
      await watching;
    }
  };

  const work = async (executionId: string): Promise<void> => {
    const cancel = new AbortController();
    const running = workOn(options, executionId, AbortSignal.any([signal, cancel.signal])).then((result) => {
      if (result.status === 'REPORTED') options.onOutcome(result.outcome);
      else elsewhere.set(executionId, Date.now() + CLAIMED_ELSEWHERE_MS);
    });
    try {
      await watchWhile(executionId, running, cancel);
    } catch (error) {
      if (!cancel.signal.aborted) throw error;
    }
  };

  try {
    for (;;) {
      signal.throwIfAborted();
      if (failure !== null) throw failure;
      view = await client.job(jobId, signal);
      const next = view.executions.find(
        ({ execution_id }) => (elsewhere.get(execution_id) ?? 0) < Date.now(),
      );
      if (next) {
        await work(next.execution_id);
        continue;
      }
      const waiting = view.executions.length > 0;
      if (!waiting && (await onState(view)) === 'DONE') return view;
      await bell.heard(POLL_MS, signal);
    }
  } finally {
    stop.abort();
    await Promise.all(background);
  }
};
