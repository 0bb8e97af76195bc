/** Sends one request over HTTP/2, on a connection of its own, and writes what is answered as it would be over HTTP/1.1. */
import http2 from 'node:http2';

const LINE_END = '\r\n';
const LINE = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/;
const HEADER = /^([\w-]+):\s*(.*)$/;
/** What is of one connection alone has no place in HTTP/2, which has frames for it. */
const OF_CONNECTION =
  /^(?:connection|host|http2-settings|keep-alive|proxy-connection|te|transfer-encoding|upgrade)$/;

/** A request that was written for HTTP/1.1: `{ headers, body }`, or null where it is none, so that HTTP/2 has no words for it. */
function framesOf(request) {
  const end = request.indexOf(LINE_END + LINE_END);
  const [line, ...lines] = request.slice(0, end).split(LINE_END);
  const asked = LINE.exec(line);
  const named = lines.map((one) => HEADER.exec(one));
  if (end === -1 || asked === null || named.includes(null)) return null;
  const headers = named.map(([, name, value]) => [name.toLowerCase(), value]);
  const length = headers.find(([name]) => name === 'content-length')?.[1] ?? '0';
  const host = headers.find(([name]) => name === 'host')?.[1];
  if (!/^\d+$/.test(length) || host === undefined) return null;
  return {
    headers: {
      ':method': asked[1],
      ':path': asked[2],
      ':authority': host,
      ...Object.fromEntries(headers.filter(([name]) => !OF_CONNECTION.test(name))),
    },
    body: request.slice(end + 4),
  };
}

const linesOf = (headers) =>
  Object.entries(headers)
    .filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));

const headOf = (headers, more) =>
  [`HTTP/2 ${headers[':status']}`, ...linesOf(headers), ...more, '', ''].join(LINE_END);

/** Only a body in parts can be followed by headers, and be seen to be cut off. */
function written(heads, body, trailers, isCut) {
  if (heads.length === 0) return Buffer.alloc(0);
  const inParts = trailers !== null || isCut;
  const head = heads.map((one, at) =>
    headOf(one, inParts && at === heads.length - 1 ? ['transfer-encoding: chunked'] : []),
  );
  if (!inParts) return Buffer.concat([Buffer.from(head.join(''), 'latin1'), body]);
  const part =
    body.length === 0
      ? []
      : [Buffer.from(`${body.length.toString(16)}${LINE_END}`), body, Buffer.from(LINE_END)];
  const after = isCut ? '' : [`0`, ...linesOf(trailers ?? {}), '', ''].join(LINE_END);
  return Buffer.concat([Buffer.from(head.join(''), 'latin1'), ...part, Buffer.from(after, 'latin1')]);
}

/**
 * @param options for `http2.connect`
 * @param limit more bytes than these are not waited for
 * @returns all that is answered, as bytes; null: the request cannot be sent
 */
export function exchangeHttp2(address, options, request, limit) {
  const frames = framesOf(request);
  if (frames === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const session = http2.connect(address, { ...options, settings: { enablePush: false } });
    const heads = [];
    const chunks = [];
    let size = 0;
    let trailers = null;
    // What came before the connection, or this answer alone, was cut off is its answer.
    session.on('error', () => session.destroy());
    let stream;
    try {
      stream = session.request(frames.headers, { endStream: frames.body === '' });
    } catch {
      // A method or a header that HTTP/2 does not have.
      session.destroy();
      resolve(null);
      return;
    }
    stream.on('headers', (headers) => heads.push(headers));
    stream.on('response', (headers) => heads.push(headers));
    stream.on('trailers', (headers) => {
      trailers = headers;
    });
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) session.destroy();
    });
    stream.on('error', () => stream.destroy());
    stream.on('close', () => {
      session.destroy();
      resolve(
        written(heads, Buffer.concat(chunks), trailers, stream.rstCode !== http2.constants.NGHTTP2_NO_ERROR),
      );
    });
    if (frames.body !== '') stream.end(frames.body);
  });
}
