import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { LogWindow } from './log-window.ts';
import { readAhead } from './read-ahead.ts';

export type CancelCondition = Readonly<{
  handles: readonly string[];
  matches(event: Positioned): boolean;
}>;

export type Cancellation = Readonly<{ signal: AbortSignal; stop: () => void }>;

/** Watches the log for events that make running effects pointless. */
export class Cancellations {
  readonly #tail: LogWindow;
  readonly #log: LogReader;

  constructor(tail: LogWindow, log: LogReader) {
    this.#tail = tail;
    this.#log = log;
  }

  /** Looks at every event after `position`, those of the past before it resolves. Call `stop` when done. */
  async watch(position: bigint, condition: CancelCondition | undefined): Promise<Cancellation> {
    const controller = new AbortController();
    if (condition === undefined) return { signal: controller.signal, stop: () => undefined };
    const handled = new Set(condition.handles);
    const look = (events: readonly Positioned[]): void => {
      const found = events.find((event) => handled.has(event.type) && condition.matches(event));
      if (found !== undefined) controller.abort(new Error(`cancelled by ${found.type}`));
    };
    // First listen, then look back: an event in between is seen by both, never by neither.
    const stop = this.#tail.listen(look);
    try {
      const head = await this.#log.head();
      for await (const events of readAhead(this.#log, position, head, condition.handles)) {
        look(events);
        if (controller.signal.aborted) break;
      }
    } catch (error) {
      stop();
      throw error;
    }
    return { signal: controller.signal, stop };
  }
}
