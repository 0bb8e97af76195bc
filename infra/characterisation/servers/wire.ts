/** Requests as they go over the wire: those that keep to the protocol, and those that do not. */
import type { Request } from './hints.ts';

const HOST = 'Host: localhost';
const CLOSE = 'Connection: close';

/** The server is asked to close the connection, which ends the answer. */
export function wireText({ method, path, headers, body }: Request): string {
  const length = body === null ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const { host, ...others } = headers;
  const named = Object.entries(others).map(([name, value]) => `${name}: ${value}`);
  const to = host === undefined ? HOST : `Host: ${host}`;
  return [`${method} ${path} HTTP/1.1`, to, CLOSE, ...named, ...length, '', body ?? ''].join('\r\n');
}

export const get = (path: string, headers: Request['headers'] = {}): Request => ({
  method: 'GET',
  path,
  headers,
  body: null,
});

/** Complete, so that nobody waits for more, and refused before the code that answers is reached. */
export const MALFORMED = [
  'NONSENSE\r\n\r\n',
  `GET / HTTP/1.1\r\n${CLOSE}\r\n\r\n`,
  `GET / HTTP/9.9\r\n${HOST}\r\n\r\n`,
  `GET / HTTP/1.1\r\n${HOST}\r\nno colon\r\n${CLOSE}\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\nContent-Length: abc\r\n\r\n`,
];
export const ODD_FORMS = [
  `GET http://localhost/ HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`,
  'GET / HTTP/1.0\r\n\r\n',
];
export const ODD_PATHS = [
  '/%E0%A4%A',
  '/?a&&=b&a=1&a=2&%zz=%',
  '//',
  `/${'x'.repeat(2_000)}`,
  '/missing/one',
  '/?__proto__=1',
];

/** How a person reads it. */
export const readable = (request: string): string => {
  const [line = '', host, close, ...rest] = request.split('\r\n');
  if (close !== CLOSE) return JSON.stringify(request);
  const body = rest.slice(rest.indexOf('') + 1).join('');
  const to = host === HOST ? '' : ` (${host})`;
  return `${line.replace(/ HTTP\/1\.1$/, '')}${to}${body === '' ? '' : ` ${body}`}`;
};
