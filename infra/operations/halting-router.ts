import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { isHaltedFor, type SpendingState } from '../../domain/operations/spending.ts';
import type { JobRequested } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import type { ModelRouter } from '../../processors/refactoring/model-router.port.ts';

/** Calls under way end within this time of a halt, and a second for the gateway (LLM-03, OPS-04). */
const LOOK_MS = 500;
/** Halted work asks this often whether it may go on. */
const AGAIN_MS = 5_000;

export type HaltingOptions = Readonly<{
  store: Pick<StreamStore, 'read'>;
  halts: () => Promise<SpendingState>;
  /** The log cannot be read while a call is under way; it is looked at again. */
  onError: (error: unknown) => void;
  lookMs?: number;
  againMs?: number;
}>;

/**
 * Asks no model while the spending of the job's owner is halted, and ends what is under way. The question is postponed, so that
 * the job goes on where it was once spending is released (OPS-04).
 */
export const haltingRouter = (
  router: ModelRouter,
  { store, halts, onError, lookMs = LOOK_MS, againMs = AGAIN_MS }: HaltingOptions,
): ModelRouter => ({
  async ask(request, signal) {
    const { events } = await store.read<JobRequested>(jobStream(request.jobId), { maxCount: 1 });
    const ownerId = events[0]?.data.ownerId ?? '';
    const halted = new AbortController();
    const look = async (): Promise<void> => {
      if (isHaltedFor(await halts(), ownerId)) halted.abort(new Postponed('spending is halted', againMs));
    };
    await look();
    halted.signal.throwIfAborted();
    const looking = setInterval(() => void look().catch(onError), lookMs);
    try {
      return await router.ask(request, AbortSignal.any([signal, halted.signal]));
    } finally {
      clearInterval(looking);
    }
  },
});
