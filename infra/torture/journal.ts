import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';

/**
 * Lines in a file, one JSON value each, written before the process goes on: what a client remembers, outside of the system
 * that is under test.
 */
export class Journal<Entry> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines only, as they stand; another process may be writing. */
  read(): Entry[] {
    if (!existsSync(this.#path)) return [];
    const bytes = readFileSync(this.#path);
    return parse<Entry>(bytes.subarray(0, bytes.lastIndexOf(10) + 1).toString());
  }

  /** What an earlier process wrote. For the writer, before its first write: drops a line cut off by kill -9. */
  recover(): Entry[] {
    if (!existsSync(this.#path)) return [];
    const bytes = readFileSync(this.#path);
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) truncateSync(this.#path, end);
    return this.read();
  }

  write(...entries: readonly Entry[]): void {
    appendFileSync(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
}

const parse = <Entry>(text: string): Entry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Entry => JSON.parse(line));
