import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { ask as sample } from '../../domain/refactoring/job/testing/ask.ts';
import { JOB, OWNER as owner } from '../../domain/refactoring/job/testing/samples.ts';
import type {
  ModelAnswer,
  ModelRequest,
  ModelRouter,
} from '../../processors/refactoring/model-router.port.ts';
import { contextOf } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { haltingRouter } from './halting-router.ts';
import { liveRules } from './operating-rules.ts';

/** What a gateway and the effect around it may take from the signal to their end. */
const FOR_THE_GATEWAY_MS = 2_000;
const NO_SIGNAL = new AbortController().signal;
const request = { jobId: JOB } as ModelRequest;
const answer = { output: 'answered' } as unknown as ModelAnswer;

afterEach(() => vi.useRealTimers());

let log: ReturnType<typeof openMemoryEventLog>;
beforeEach(async () => {
  log = openMemoryEventLog();
  const events = job.decide(sample.request(), job.initialState());
  await log.append([{ streamName: jobStream(JOB), events, expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }], {
    context: contextOf(),
  });
});

const switchTo = (isHalted: boolean, userId: string | null) =>
  log.append(
    [
      {
        streamName: 'spending',
        events: [
          {
            type: isHalted ? 'SpendingHalted' : 'SpendingReleased',
            data: { userId, reason: 'r', by: 'eve', at: new Date().toISOString() },
          },
        ],
        expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
      },
    ],
    { context: contextOf() },
  );

const halting = (
  router: ModelRouter,
  halts = liveRules(log).halts,
  onError: (error: unknown) => void = () => undefined,
) => haltingRouter(router, { store: log, halts, onError, lookMs: 5, againMs: 1_234 });

/** A model that answers once it is told to, and stops when it is told to. */
const slowModel = () => {
  const begun = Promise.withResolvers<void>();
  const done = Promise.withResolvers<ModelAnswer>();
  let calls = 0;
  const router: ModelRouter = {
    ask: (_request, signal) => {
      calls += 1;
      signal.addEventListener('abort', () => done.reject(signal.reason), { once: true });
      begun.resolve();
      return done.promise;
    },
  };
  return { router, begun: begun.promise, finish: () => done.resolve(answer), calls: () => calls };
};

describe('asking a model', () => {
  it('[OPS-04] is postponed while spending is halted for all or for the owner, and nobody is asked', async () => {
    for (const whom of [null, owner]) {
      const model = slowModel();
      await switchTo(true, whom);
      const asked = halting(model.router).ask(request, NO_SIGNAL);
      await expect(asked).rejects.toBeInstanceOf(Postponed);
      await expect(asked).rejects.toMatchObject({ ms: 1_234 });
      expect(model.calls()).toBe(0);
      await switchTo(false, whom);
    }
  });

  it('[OPS-04] [LLM-03] ends under way when spending is halted, to be asked again', async () => {
    const model = slowModel();
    const asked = halting(model.router).ask(request, NO_SIGNAL);
    await model.begun;
    await switchTo(true, null);
    await expect(asked).rejects.toBeInstanceOf(Postponed);
    await switchTo(false, null);
    const again = slowModel();
    again.finish();
    expect(await halting(again.router).ask(request, NO_SIGNAL)).toBe(answer);
  });

  it('[OPS-04] ends within 5 s of the halt by the times of the product, and the rest of them is for the gateway', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const model = slowModel();
    const options = { store: log, halts: liveRules(log).halts, onError: () => undefined };
    const asked = haltingRouter(model.router, options).ask(request, NO_SIGNAL);
    const ended = vi.fn();
    void asked.catch(ended);
    await model.begun;
    // The halt comes right after a look, so that the whole time to the next one passes.
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).not.toHaveBeenCalled();
    await switchTo(true, owner);
    await vi.advanceTimersByTimeAsync(5_000 - FOR_THE_GATEWAY_MS);
    // Waiting by the clock of the test would move it on.
    vi.useRealTimers();
    await vi.waitFor(() => expect(ended).toHaveBeenCalled());
    await expect(asked).rejects.toMatchObject({ ms: 5_000 });
  });

  it('[OPS-04] goes on where the halt is that of another person, and where the log cannot be read for a while', async () => {
    await switchTo(true, 'somebody else');
    const model = slowModel();
    const halts = liveRules(log).halts;
    const errors: unknown[] = [];
    let looks = 0;
    const failing = async () => {
      looks += 1;
      if (looks === 2) throw new Error('no database');
      return halts();
    };
    const asked = halting(model.router, failing, (error) => errors.push(error)).ask(request, NO_SIGNAL);
    await model.begun;
    await expect.poll(() => looks).toBeGreaterThan(3);
    model.finish();
    expect(await asked).toBe(answer);
    expect(errors).toEqual([new Error('no database')]);
    const settled = looks;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(looks).toBe(settled);
  });

  it('[OPS-04] still ends for the reasons of the caller', async () => {
    const model = slowModel();
    const stop = new AbortController();
    const asked = halting(model.router).ask(request, stop.signal);
    await model.begun;
    stop.abort(new Error('cancelled'));
    await expect(asked).rejects.toThrow('cancelled');
  });
});
