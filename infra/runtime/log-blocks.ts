import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { charactersIn } from './characters.ts';

const SIZE = 500;
/** Subscriptions walk at different speeds: each keeps a block or two in use. */
const BLOCKS = 64;
/** Characters of event data in all blocks together. */
const CHARACTERS = 16 * 1_048_576;

type Block = { readonly events: Promise<readonly Positioned[]>; characters: number };

/**
 * Past stretches of the log, read once for all partitions that catch up side by side. Each reading for itself, 264 partitions
 * took 80 s over 100,000 events that none of them handles; sharing, 1.3 s. The log is immutable, so a block cannot be stale.
 */
export class LogBlocks {
  readonly #log: LogReader;
  /** By number, the one used last at the end. */
  readonly #blocks = new Map<bigint, Block>();
  #characters = 0;

  constructor(log: LogReader) {
    this.#log = log;
  }

  /** Events after `after`, at most `limit`, in order, up to the end of its block. `known`: a position that the log has. */
  async read(after: bigint, limit: number, known: bigint): Promise<readonly Positioned[]> {
    const number = after / BigInt(SIZE);
    const first = number * BigInt(SIZE);
    if (first + BigInt(SIZE) <= known) {
      const offset = Number(after - first);
      const block = this.#block(number, first);
      // The next one is on its way while this one is worked on.
      if (first + 2n * BigInt(SIZE) <= known) this.#block(number + 1n, first + BigInt(SIZE));
      const found = (await block).slice(offset, offset + limit);
      if (found.length > 0) return found;
    }
    // A block may end before an event that only a later release can read: whoever asks for that one hears why.
    return this.#log.readLog({ after, limit });
  }

  #block(number: bigint, first: bigint): Promise<readonly Positioned[]> {
    const known = this.#blocks.get(number);
    const block = known ?? { events: this.#log.readLog({ after: first, limit: SIZE }), characters: 0 };
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    if (known === undefined) {
      block.events.then(
        (events) => this.#weigh(number, block, events),
        () => this.#forget(number, block),
      );
      this.#keepToLimits();
    }
    return block.events;
  }

  #weigh(number: bigint, block: Block, events: readonly Positioned[]): void {
    if (this.#blocks.get(number) !== block) return;
    for (const { data } of events) block.characters += charactersIn(data);
    this.#characters += block.characters;
    this.#keepToLimits();
  }

  #keepToLimits(): void {
    for (const [number, block] of this.#blocks) {
      if (this.#blocks.size <= BLOCKS && this.#characters <= CHARACTERS) return;
      this.#forget(number, block);
    }
  }

  #forget(number: bigint, block: Block): void {
    if (this.#blocks.get(number) !== block) return;
    this.#blocks.delete(number);
    this.#characters -= block.characters;
  }
}
