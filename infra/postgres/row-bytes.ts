const SECONDS_TO_2000 = 946_684_800;
const MICROSECONDS = 1_000_000;
const SECOND_LENGTH = '2026-11-20T22:58:33.'.length;
/** Above it, the high half of an int8 makes numbers that are not exact. */
const EXACT_HIGH = 2 ** 20;

/** Walks the columns of one row in PostgreSQL's binary format, each read once and in order. One object serves all rows. */
export class RowBytes {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Neighbouring rows were mostly recorded in the same second: its text is made once. */
  #second = Number.NaN;
  #secondText = '';
  /** The text that `sameText` read last, with its bytes. */
  #lastText = '';
  #lastBytes: Buffer = Buffer.alloc(0);

  /** Goes to a row whose number of columns is at `at`. */
  begin(bytes: Buffer, at: number): void {
    this.#bytes = bytes;
    this.#at = at + 2;
  }

  /** True, and past the column, when it is NULL. */
  isNull(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== 0xff) return false;
    this.#at += 4;
    return true;
  }

  int4(): number {
    const value = this.#bytes.readInt32BE(this.#at + 4);
    this.#at += 8;
    return value;
  }

  int8(): bigint {
    const at = this.#at + 4;
    this.#at += 12;
    const high = this.#bytes.readInt32BE(at);
    if (high >= EXACT_HIGH || high < 0) return this.#bytes.readBigInt64BE(at);
    return BigInt(high * 4_294_967_296 + this.#bytes.readUInt32BE(at + 4));
  }

  text(): string {
    const start = this.#at + 4;
    const end = start + this.#bytes.readInt32BE(this.#at);
    this.#at = end;
    // UTF-8; named, it would be looked up each time.
    return this.#bytes.toString(undefined, start, end);
  }

  /** The same as `text`, for a column that is mostly what it was in the row before: its bytes are compared and not read. */
  sameText(): string {
    const bytes = this.#bytes;
    const last = this.#lastBytes;
    const start = this.#at + 4;
    const length = bytes.readInt32BE(this.#at);
    if (length === last.length) {
      let same = 0;
      while (same < length && bytes[start + same] === last[same]) same++;
      if (same === length) {
        this.#at = start + length;
        return this.#lastText;
      }
    }
    this.#lastText = this.text();
    this.#lastBytes = Buffer.from(bytes.subarray(start, start + length));
    return this.#lastText;
  }

  json<T>(): T {
    return JSON.parse(this.text());
  }

  /** A `timestamptz` of the years 2000 to 2285 as RFC 3339, UTC, in microseconds. */
  timestamp(): string {
    const at = this.#at + 4;
    this.#at += 12;
    const micros = this.#bytes.readInt32BE(at) * 4_294_967_296 + this.#bytes.readUInt32BE(at + 4);
    const second = Math.floor(micros / MICROSECONDS);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date((second + SECONDS_TO_2000) * 1_000).toISOString().slice(0, SECOND_LENGTH);
    }
    // A leading 1 keeps the zeros.
    const fraction = String(MICROSECONDS + micros - second * MICROSECONDS).slice(1);
    return `${this.#secondText}${fraction}Z`;
  }
}
