import type { Duplex } from 'node:stream';
import pg from 'pg';
import { Parser } from 'pg-protocol/dist/parser.js';

/** Gets the message of a row, from its number of columns on. The bytes are those of the connection: nothing may keep them. */
export type TakeRow = (bytes: Buffer, at: number) => void;

type Message = Readonly<{ name: string }>;
type OpenParser = {
  parse(buffer: Buffer, callback: (message: Message) => void): void;
  handlePacket(at: number, code: number, length: number, bytes: Buffer): Message;
};

const DATA_ROW = 68;
const TAKEN: Message & { length: number } = { name: 'taken', length: 0 };

// pg has no way to read rows but as one text a column. What it calls private is stable since 8.0, and the version is exact.
const OpenParserClass = Parser as unknown as new () => OpenParser;

/** pg's own parser, which hands over rows as bytes while somebody takes them. */
class RowParser extends OpenParserClass {
  #take: TakeRow | null = null;
  #failure: unknown;

  takeWith(take: TakeRow): void {
    this.#take = take;
    this.#failure = undefined;
  }

  /** Throws what taking a row threw. */
  done(): void {
    this.#take = null;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  override handlePacket(at: number, code: number, length: number, bytes: Buffer): Message {
    if (code !== DATA_ROW || this.#take === null) return super.handlePacket(at, code, length, bytes);
    // Thrown from here it would end the process; the session goes on to the end of the answer.
    if (this.#failure === undefined)
      try {
        this.#take(bytes, at);
      } catch (error) {
        this.#failure = error ?? new Error('a row could not be taken');
      }
    return TAKEN;
  }
}

const parsers = new WeakMap<pg.Connection, RowParser>();

/** A session whose rows can be taken as bytes. All else is as pg does it. */
export class RowClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connection } = this;
    const attachListeners = (stream: Duplex): void => {
      const parser = new RowParser();
      parsers.set(connection, parser);
      const tell = (message: Message): void => {
        if (message !== TAKEN)
          connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message);
      };
      stream.on('data', (buffer: Buffer) => parser.parse(buffer, tell));
    };
    Object.assign(connection, { attachListeners });
  }
}

/**
 * Asks a statement whose rows are taken one by one as they arrive, in binary format, by `take`. A row as texts in an array costs
 * this process a quarter more, and the server a tenth (docs/performance.md). `pool`: of `createPool`.
 */
export const takeRows = async (pool: pg.Pool, query: pg.QueryConfig, take: TakeRow): Promise<void> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const parser = parsers.get(client.connection);
    if (parser === undefined) throw new Error('the pool has sessions that no rows can be taken from');
    parser.takeWith(take);
    try {
      // Its type does not know these two. Asked in the simple mode, a statement without values is answered in texts.
      const binary: pg.QueryConfig = Object.assign({ binary: true, queryMode: 'extended' }, query);
      await client.query(binary);
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      parser.done();
    }
  } finally {
    client.release(broken);
  }
};
