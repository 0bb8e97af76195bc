/** What headers are tried with: forms that mean something where the name is a known one. */

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  accept: ['text/html', 'application/json', '*/*;q=0.1'],
  'accept-encoding': ['gzip', 'br;q=0.5, deflate', 'identity;q=0'],
  'accept-language': ['de-CH, en;q=0.5', 'fr', '*'],
  authorization: ['Basic dXNlcjpwYXNz', 'Bearer abc', 'abc'],
  'cache-control': ['no-cache', 'max-age=0', 'abc'],
  cookie: ['a=1; b="2"; a=3', 'session=abc', 'abc'],
  host: ['localhost:8080', 'a.example.com', ''],
  'if-modified-since': ['Mon, 01 Jan 2001 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:00 GMT', 'abc'],
  'if-none-match': ['*', '"abc", W/"abc"', 'abc'],
  origin: ['http://localhost:3000', 'https://example.com', 'null'],
  range: ['bytes=0-3', 'bytes=-2', 'bytes=99999-', 'bytes=0-0,2-3'],
  referer: ['http://localhost/a', 'https://example.com/', 'abc'],
  'x-forwarded-for': ['192.0.2.1, 192.0.2.2', 'abc', ''],
  'x-forwarded-proto': ['https', 'http', 'abc'],
};
/** How a message is framed: with another value the server waits for what never comes, or sees two requests in one. */
const FRAMING =
  /^(?:content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer|http2-settings)$/;

/** Whether a request may be sent with this header. */
export const isSent = (name: string): boolean => !FRAMING.test(name);

/** A value of a header is one line of plain characters. */
const plain = (value: string): string => value.replace(/[^\x20-\x7e]/g, '');

/** @param values what is tried with a header that means nothing by itself */
export const headerValues = (name: string, values: readonly string[]): readonly string[] =>
  (Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined) ?? values.map(plain);
