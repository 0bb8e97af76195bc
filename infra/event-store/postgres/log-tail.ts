import type { LogEntry } from '../recorded.ts';

const MAX_ENTRIES = 8_192;
/** Characters of event data: events may be large, and somebody may write many of them. */
const MAX_CHARACTERS = 32 * 1_048_576;

/**
 * What this process knows of the end of the log: its head, the newest entries (only where this process sequences),
 * and who waits for more. Entries are a contiguous run; a gap drops those before it.
 */
export class LogTail {
  #head = 0n;
  #entries: LogEntry[] = [];
  #characters = 0;
  readonly #waiters = new Set<{ position: bigint; wake: () => void }>();

  get head(): bigint {
    return this.#head;
  }

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  /** Entries that this process has just sequenced, in order. */
  push(entries: readonly LogEntry[]): void {
    const [first] = entries;
    const last = entries.at(-1);
    if (first === undefined || last === undefined) return;
    const known = this.#entries.at(-1);
    if (known !== undefined && known.position + 1n !== first.position) this.#keepFrom(this.#entries.length);
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#characters += sizeOf(entry);
    }
    if (this.#entries.length > 2 * MAX_ENTRIES) this.#keepFrom(this.#entries.length - MAX_ENTRIES);
    if (this.#characters > MAX_CHARACTERS) this.#keepFrom(this.#tooMuch());
    this.advance(last.position);
  }

  #keepFrom(start: number): void {
    for (const entry of this.#entries.slice(0, start)) this.#characters -= sizeOf(entry);
    this.#entries = this.#entries.slice(start);
  }

  /** How many of the oldest must go, so that the rest is half of what is allowed. */
  #tooMuch(): number {
    let left = this.#characters;
    return (
      this.#entries.findIndex((entry) => {
        left -= sizeOf(entry);
        return left <= MAX_CHARACTERS / 2;
      }) + 1
    );
  }

  /** The head as heard from elsewhere; wakes whoever waits below it. */
  advance(head: bigint): void {
    if (head <= this.#head) return;
    this.#head = head;
    for (const waiter of [...this.#waiters])
      if (waiter.position < head) {
        this.#waiters.delete(waiter);
        waiter.wake();
      }
  }

  /** What the database answers, where nothing was found below the head that was heard of: anybody may notify. */
  correct(believed: bigint, head: bigint): void {
    if (this.#head === believed) this.#head = head;
  }

  /** Entries after a position, or null when the database must be asked. */
  read(range: Readonly<{ after: bigint; to: bigint; limit: number }>): LogEntry[] | null {
    const [first] = this.#entries;
    const last = this.#entries.at(-1);
    if (first === undefined || last === undefined) return null;
    if (range.after < first.position - 1n || range.after >= last.position) return null;
    const start = Number(range.after + 1n - first.position);
    const found = this.#entries.slice(start, start + range.limit);
    return range.to >= last.position ? found : found.filter(({ position }) => position <= range.to);
  }

  /** Resolves when the head is above `position`, after `timeoutMs`, or when aborted. */
  wait(position: bigint, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#head > position || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiters.delete(waiter);
        resolve();
      };
      const waiter = { position, wake };
      const timer = setTimeout(wake, timeoutMs);
      signal?.addEventListener('abort', wake, { once: true });
      this.#waiters.add(waiter);
    });
  }

  wakeAll(): void {
    for (const waiter of [...this.#waiters]) waiter.wake();
  }
}

const sizeOf = ({ stored }: LogEntry): number => stored.data.length + stored.metadata.length;
