import type { Wire } from './send.ts';

/**
 * How a body comes that no client library would send so: in chunks of a few bytes, with headers behind it, or half of it, after which the
 * sender is gone.
 */
export const FRAMINGS = ['CHUNKS', 'TRAILER', 'CUT_CHUNK', 'CUT_CHUNKS', 'CUT_LENGTH'] as const;
export type Framing = (typeof FRAMINGS)[number];

/** Of these the body never ends, so that nobody may do what it asks for. */
export const isCut = (framing: Framing): boolean => framing.startsWith('CUT');

const CHUNK_BYTES = 7;
/** Many small chunks of a large body would only take long. */
const MOST_CHUNKS = 200;

const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

const chunks = (body: Buffer): Buffer => {
  const size = Math.max(CHUNK_BYTES, Math.ceil(body.length / MOST_CHUNKS));
  const made: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) made.push(chunk(body.subarray(at, at + size)));
  return Buffer.concat(made);
};

const framed = (body: Buffer, framing: Framing): Buffer => {
  const half = body.subarray(0, Math.floor(body.length / 2));
  switch (framing) {
    case 'CHUNKS':
      return Buffer.concat([chunks(body), Buffer.from('0\r\n\r\n')]);
    case 'TRAILER':
      return Buffer.concat([chunks(body), Buffer.from('0\r\nauthorization: Bearer x\r\n\r\n')]);
    case 'CUT_CHUNK':
      return Buffer.concat([Buffer.from(`${(body.length + 1).toString(16)}\r\n`), half]);
    case 'CUT_CHUNKS':
      return chunks(half);
    case 'CUT_LENGTH':
      return half;
    default:
      return framing satisfies never;
  }
};

/** The bytes of the request on a connection of its own, which the server is to close. */
export const framedBytes = ({ method, target, headers, body }: Wire, framing: Framing): Buffer => {
  const bytes = body ?? Buffer.alloc(0);
  const length =
    framing === 'CUT_LENGTH' ? `content-length: ${bytes.length + 1}` : 'transfer-encoding: chunked';
  const own = headers.filter(([name]) => name !== 'host');
  const lines = own.map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${target} HTTP/1.1`, 'host: a', 'connection: close', length, ...lines].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), framed(bytes, framing)]);
};
