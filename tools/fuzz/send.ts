import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, Pool } from 'undici';

export type Header = readonly [name: string, value: string];

export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}>;

export type Wire = Readonly<{
  method: string;
  target: string;
  headers: readonly Header[];
  body: Buffer | null;
}>;

const LATEST_MS = 20_000;
/** Of a stream of events the beginning is read, and no more comes for so long. */
const STREAM_MS = 40;

const told = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));

/** Connections for so many requests at once, used again as long as they last. */
export class Sender {
  /** The most that were under way together so far. */
  most = 0;
  readonly #pool: Pool;
  #underWay = 0;

  constructor(url: string, atOnce: number) {
    const limits = { headersTimeout: LATEST_MS, bodyTimeout: LATEST_MS, pipelining: 1 };
    this.#pool = new Pool(url, { ...limits, connections: atOnce });
  }

  /** The answer, or why there is none. Throws what is wrong with the request by the rules of the client. */
  async send(wire: Wire): Promise<Answer | string> {
    this.#underWay += 1;
    this.most = Math.max(this.most, this.#underWay);
    try {
      return await this.#ask(wire);
    } catch (error) {
      if (error instanceof errors.InvalidArgumentError || !(error instanceof Error)) throw error;
      return error.message;
    } finally {
      this.#underWay -= 1;
    }
  }

  async #ask({ method, target, headers, body }: Wire): Promise<Answer> {
    const answer = await this.#pool.request({
      method,
      path: target,
      headers: headers.flat(),
      body,
    });
    const read = { status: answer.statusCode, headers: told(answer.headers) };
    if (!read.headers['content-type']?.startsWith('text/event-stream'))
      return { ...read, body: Buffer.from(await answer.body.arrayBuffer()) };
    const chunks: Buffer[] = [];
    answer.body.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => answer.body.once('close', resolve));
    await Promise.race([ended, sleep(STREAM_MS)]);
    answer.body.on('error', () => ended);
    answer.body.destroy();
    return { ...read, body: Buffer.concat(chunks) };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

const HEAD_END = '\r\n\r\n';

const parsed = (bytes: Buffer): Answer | null => {
  const end = bytes.indexOf(HEAD_END);
  const [first = '', ...lines] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
  if (status === undefined) return null;
  if (status === '100') return parsed(bytes.subarray(end + HEAD_END.length));
  const headers = lines.map((line) => {
    const [name = '', ...value] = line.split(':');
    return [name.toLowerCase(), value.join(':').trim()];
  });
  const named: Record<string, string> = Object.fromEntries(headers);
  // Bytes after the request may be answered as another.
  const from = end + HEAD_END.length;
  return {
    status: Number(status),
    headers: named,
    body: bytes.subarray(from, from + Number(named['content-length'] ?? bytes.length)),
  };
};

/**
 * Bytes as they are, on a connection of their own; null: it was closed without an answer. `isLast`: the sender says that no more comes.
 */
export const sendBytes = async (
  url: string,
  bytes: Buffer,
  patienceMs = LATEST_MS,
  isLast = false,
): Promise<Answer | null> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset after the answer is how a server refuses to read on.
  socket.on('error', () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (isLast) socket.end(bytes);
  else socket.write(bytes);
  await Promise.race([closed, sleep(patienceMs, undefined, { ref: false })]);
  socket.destroy();
  return parsed(Buffer.concat(chunks));
};
