import type { EncodedAppend } from '../encoding.ts';
import type { StoredEvent } from '../recorded.ts';

/** All of a stored event that this process chose; the server adds its version and its time. */
export type EventContent = Omit<StoredEvent, 'id' | 'version' | 'recordedAt'>;

const MAX_EVENTS = 16_384;
/** Characters of data and metadata. */
const MAX_CHARACTERS = 32 * 1_048_576;

/**
 * What this process has appended and not yet numbered, by event id, so that its sequencer needs not read back from the
 * server what has just been sent there: that was half the work of a round. An aid only: what is not found here is read.
 */
export class PendingEvents {
  readonly #contents = new Map<string, EventContent>();
  #characters = 0;

  get size(): number {
    return this.#contents.size;
  }

  /** Before the append is sent; it may be visible to the sequencer before its sender hears of it. */
  add({ streams, metadata }: EncodedAppend): void {
    for (const { streamName, events } of streams)
      for (const { id, type, schemaVersion, data } of events) {
        const characters = this.#characters + data.length + metadata.length;
        if (this.#contents.size >= MAX_EVENTS || characters > MAX_CHARACTERS) return;
        this.#characters = characters;
        this.#contents.set(id, { stream: streamName, type, schemaVersion, data, metadata });
      }
  }

  /** The append failed, or was a repetition: none of its events will be numbered, or nobody knows. */
  remove({ streams }: EncodedAppend): void {
    for (const { events } of streams) for (const { id } of events) this.take(id);
  }

  /** Gives the content of an event and forgets it. */
  take(id: string): EventContent | undefined {
    const content = this.#contents.get(id);
    if (content === undefined) return undefined;
    this.#contents.delete(id);
    this.#characters -= content.data.length + content.metadata.length;
    return content;
  }

  clear(): void {
    this.#contents.clear();
    this.#characters = 0;
  }
}
