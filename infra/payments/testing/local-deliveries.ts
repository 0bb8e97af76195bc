import { setTimeout as sleep } from 'node:timers/promises';
import type { StripeEvent } from './stripe-books.ts';
import { signed } from './stripe-double.ts';

const FIRST_WAIT_MS = 500;
const PATIENCE_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;

const shuffled = <T>(all: readonly T[]): readonly T[] =>
  all
    .map((each) => ({ each, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ each }) => each);

export type Deliveries = Readonly<{
  /** Something was told, or there is somebody to tell it to. */
  wake(url?: string): void;
  stop(): Promise<void>;
}>;

/**
 * Tells webhooks as Stripe does: signed, in any order, about half of them twice, and again until they are taken. `onTaken` is
 * called when one was.
 */
export const deliveries = (
  known: Readonly<{
    find: (eventId: string) => StripeEvent | undefined;
    /** Ids of what nobody has taken yet. */
    pending: Set<string>;
    secret: string;
    onTaken: () => Promise<void>;
    report: (error: unknown) => void;
  }>,
): Deliveries => {
  const { find, pending, secret, onTaken, report } = known;
  const ending = new AbortController();
  let target: string | null = null;
  let running: Promise<void> | null = null;

  const send = async (event: StripeEvent): Promise<boolean> => {
    const body = JSON.stringify(event);
    const { ok } = await fetch(`${target}/api/v1/webhooks/payment`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signed(body, secret),
      },
      body,
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return ok;
  };
  const deliver = async (eventId: string): Promise<void> => {
    const event = find(eventId);
    if (event === undefined || !(await send(event))) return;
    if (Math.random() < 0.5) await send(event);
    pending.delete(eventId);
    await onTaken();
  };
  const round = async (wait: number): Promise<void> => {
    for (const eventId of shuffled([...pending]))
      await deliver(eventId).catch((error: unknown) => {
        if (!ending.signal.aborted) report(error);
      });
    if (pending.size === 0 || ending.signal.aborted) return;
    const waited = await sleep(wait, true, { signal: ending.signal, ref: false }).catch((error: unknown) => {
      if (ending.signal.aborted) return false;
      throw error;
    });
    if (waited) await round(Math.min(wait * 2, LONGEST_WAIT_MS));
  };
  const wake = (url?: string): void => {
    target = url ?? target;
    if (target === null || running !== null || ending.signal.aborted) return;
    running = round(FIRST_WAIT_MS).finally(() => {
      running = null;
      if (pending.size > 0) wake();
    });
  };
  return {
    wake,
    async stop() {
      ending.abort();
      await running;
    },
  };
};
