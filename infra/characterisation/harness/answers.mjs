/** Writes down what a server of the package answers, as text that two runs can be compared by. */
import { FIXED_TIME } from './fixed-world.mjs';
import { contentText, named } from './program-output.mjs';

const LINE_END = '\r\n';
/** Stack frames inside of a page or of a JSON text, where the line ends are written otherwise. */
const WRITTEN_FRAMES =
  /(?:<br>(?:\s|&nbsp;)+at (?:<(?:package|run|home|temp)>|[^<])*|\\n\s+at (?:[^"\\]|\\(?!n))*)/g;
/** A tag that is made of when a file was changed: size and time. */
const TAG_OF_TIME = /^((?:W\/)?"[\da-f]+)-([\da-f]{8,11})(?:\.[\da-f]+)?"$/;
const DAY_MS = 86_400_000;

/** The parts of a body put together. `rest`: lines after the last part; null: the connection was cut before that came. */
function withoutChunks(bytes) {
  const parts = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf(LINE_END, at);
    const size = end === -1 ? Number.NaN : Number.parseInt(bytes.subarray(at, end).toString(), 16);
    const next = end + 2 + size;
    if (size === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(next).toString('latin1') };
    // Less than nothing, as raw writes may say, would lead back to the same line for ever.
    if (!(size > 0 && next <= bytes.length)) {
      if (size > 0) parts.push(bytes.subarray(end + 2));
      return { body: Buffer.concat(parts), rest: null };
    }
    parts.push(bytes.subarray(end + 2, next));
    at = next + 2;
  }
}

function headerOf(line) {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** The clock of the server stands still: what is later was read from a real one, or from a file that was made just now. */
const isReal = (time) => time > FIXED_TIME + DAY_MS;

/** Neither the time of the answer or of a file, nor the length of what names a place of this machine. */
function comparable([name, value], isChanged) {
  if (name === 'date' || name === 'last-modified') return isReal(Date.parse(value)) ? '<time>' : value;
  if (isChanged && (name === 'content-length' || name === 'etag')) return '<of the body>';
  if (name !== 'etag') return value;
  return value.replace(TAG_OF_TIME, (tag, size, time) =>
    isReal(Number.parseInt(time, 16)) ? `${size}-<time>"` : tag,
  );
}

/** A head that only says that another one follows. */
const INTERIM = /^HTTP\/\S+ 1(?!01)\d\d(?: |$)/;

/** The heads in front of a body, `[status, ...headers]` each: one, and before it those that only say that another one follows. */
function headsOf(bytes) {
  const heads = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf(LINE_END + LINE_END, at);
    if (end === -1) return { heads, rest: bytes.subarray(at) };
    heads.push(bytes.subarray(at, end).toString('latin1').split(LINE_END));
    at = end + 4;
    if (!INTERIM.test(heads.at(-1)[0])) return { heads, rest: bytes.subarray(at) };
  }
}

/**
 * @param bytes all of an answer
 * @param asked the request; what is asked for the head alone has no body that could be cut off
 * @param places `{ run, packageRoot }`
 * @returns status, headers by name, body, and what came after it
 */
export function answerText(bytes, asked, port, places) {
  const { heads, rest } = headsOf(bytes);
  if (heads.length === 0) return bytes.length === 0 ? 'no answer' : `answer ${contentText(bytes, places)}`;
  const withoutPort = (text) => text.replaceAll(`:${port}`, ':<port>');
  const listed = (headers, isChanged) =>
    headers
      .map((header) => [header[0], named(withoutPort(comparable(header, isChanged)), places)])
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
      .map(([name, value]) => `${name}: ${value}`)
      .join('; ');
  const isChunked =
    !asked.startsWith('HEAD ') && heads.at(-1).some((line) => /^transfer-encoding: *chunked$/i.test(line));
  const { body, rest: after } = isChunked ? withoutChunks(rest) : { body: rest, rest: '' };
  const written = body.toString();
  let text = named(withoutPort(written), places);
  if (text !== written) text = text.replace(WRITTEN_FRAMES, '');
  const isText = Buffer.from(written).equals(body);
  const shown = heads.map(([status, ...lines]) => {
    const headers = listed(lines.map(headerOf), isText && text !== written);
    return `${status.replace(/^HTTP\/\S+ /, '')} {${headers}}`;
  });
  const trailers = (after ?? '').split(LINE_END).filter((line) => line !== '');
  return [
    `answer ${shown.join(', ')}`,
    ...(body.length === 0 ? [] : [contentText(isText ? Buffer.from(text) : body, places)]),
    ...(trailers.length === 0 ? [] : [`{${listed(trailers.map(headerOf), false)}}`]),
    ...(after === null ? ['cut off'] : []),
  ].join(' ');
}
