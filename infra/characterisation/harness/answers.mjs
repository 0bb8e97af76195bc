/** Sends requests to a server of the package and writes down what it answers, as text that two runs can be compared by. */
import net from 'node:net';
import { contentText, named } from './program-output.mjs';

const LINE_END = '\r\n';
/** Stack frames inside of a page or of a JSON text, where the line ends are written otherwise. */
const WRITTEN_FRAMES =
  /(?:<br>(?:\s|&nbsp;)+at (?:<(?:package|run|home|temp)>|[^<])*|\\n\s+at (?:[^"\\]|\\(?!n))*)/g;
/** A tag that is made of when a file was changed: size and time. */
const TAG_OF_TIME = /^((?:W\/)?"[\da-f]+)-[\da-f]{8,11}(?:\.[\da-f]+)?"$/;

/** All that the server answers until it closes the connection; more than `limit` bytes are not waited for. */
export function exchange(port, request, limit) {
  return new Promise((resolve) => {
    const chunks = [];
    let size = 0;
    const socket = net.connect(port, '127.0.0.1');
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) socket.destroy();
    });
    // A server that ends, or does not take the request whole, cuts the connection: what came before that is its answer.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.write(request);
  });
}

function withoutChunks(body) {
  const parts = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(LINE_END, at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (end === -1 || !(size > 0)) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function headerOf(line) {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** Neither the time of the answer or of a file, nor the length of what names a place of this machine. */
function comparable([name, value], isChanged) {
  if (name === 'date' || name === 'last-modified') return '<time>';
  if (isChanged && (name === 'content-length' || name === 'etag')) return '<of the body>';
  return name === 'etag' ? value.replace(TAG_OF_TIME, '$1-<time>"') : value;
}

/**
 * @param bytes all of an answer
 * @param places `{ run, packageRoot }`
 * @returns status, headers by name, and body
 */
export function answerText(bytes, port, places) {
  const end = bytes.indexOf(LINE_END + LINE_END);
  if (end === -1) return bytes.length === 0 ? 'no answer' : `answer ${contentText(bytes, places)}`;
  const withoutPort = (text) => text.replaceAll(`:${port}`, ':<port>');
  const [status, ...lines] = bytes.subarray(0, end).toString('latin1').split(LINE_END);
  const headers = lines.map(headerOf);
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value === 'chunked');
  const rest = bytes.subarray(end + 4);
  const body = isChunked ? withoutChunks(rest) : rest;
  const written = body.toString();
  let text = named(withoutPort(written), places);
  if (text !== written) text = text.replace(WRITTEN_FRAMES, '');
  const isText = Buffer.from(written).equals(body);
  const told = isText ? contentText(Buffer.from(text), places) : contentText(body, places);
  const shown = headers
    .map((header) => [header[0], named(withoutPort(comparable(header, isText && text !== written)), places)])
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => `${name}: ${value}`);
  return `answer ${status.replace(/^HTTP\/\S+ /, '')} {${shown.join('; ')}}${body.length === 0 ? '' : ` ${told}`}`;
}
