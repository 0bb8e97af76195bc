import fc from 'fast-check';

/** Bytes that no HTTP client would send, as text of one byte a character. */
export type Wild = Readonly<{
  kind: 'WILD';
  operation: string;
  text: string;
  /** Whether it is a whole request, so that somebody must answer. */
  isWhole: boolean;
}>;

const JOBS = '/api/v1/jobs';
const AUTH = 'Authorization: Bearer {{developer:0}}\r\n';
const HEAD = `Host: a\r\nConnection: close\r\n${AUTH}`;
const JSON_TYPE = 'Content-Type: application/json\r\n';

const whole = (text: string) => ({ text, isWhole: true });
const part = (text: string) => ({ text, isWhole: false });

const REQUESTS: readonly Readonly<{ text: string; isWhole: boolean }>[] = [
  whole('\u0000\u0001\u0002\r\n\r\n'),
  whole('\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\r\n\r\n'),
  whole('nonsense\r\n\r\n'),
  whole(`GET ${JOBS}\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/9.9\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS} HTTP/1.0\r\n${AUTH}\r\n`),
  whole(`get ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`BREW ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`TRACE ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`PROPFIND ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`PURGE ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET  ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS}?goal=a b HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS}?goal=\u0000 HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS}?goal=\u00e9\u00ff HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS}#fragment HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET http://127.0.0.1${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET //${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET * HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS}/../../../etc/passwd HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${HEAD}\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\nConnection: close\r\n${AUTH}\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}Host: b\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}${AUTH}\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}no colon\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}: no name\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}a b: c\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}x: \u0000\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}x: a\rb\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\n${HEAD}\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD} folded\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}x: ${'y'.repeat(40_000)}\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}${'x: y\r\n'.repeat(3_000)}\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}Expect: the impossible\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\nHost: a\r\n${AUTH}Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`),
  whole(`GET ${JOBS} HTTP/1.1\r\n${HEAD}Content-Length: 2\r\n\r\n{}`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Content-Length: -1\r\n\r\n`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Content-Length: 1e1\r\n\r\n`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Content-Length: ${'9'.repeat(40)}\r\n\r\n`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `),
  whole(
    `POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  whole(
    `POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  ),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Transfer-Encoding: gzip\r\n\r\n`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`),
  whole(`POST ${JOBS} HTTP/1.1\r\n${HEAD}\r\n`),
  part(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Content-Length: 200\r\n\r\n{"goal":`),
  part(`POST ${JOBS} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n20\r\n{}`),
  part(`POST ${JOBS} HTTP/1.1\r\nHost: a\r\nContent-Le`),
  part(`CONNECT example.org:443 HTTP/1.1\r\n${HEAD}\r\n`),
];

const noise = fc
  .tuple(fc.constantFrom(...REQUESTS), fc.nat({ max: 200 }), fc.nat({ max: 255 }))
  .map(([{ text }, at, byte]) => {
    const where = Math.min(at, text.length);
    return part(`${text.slice(0, where)}${String.fromCharCode(byte)}${text.slice(where)}`);
  });

/** Requests written by hand, and the same with one byte too many somewhere. */
export const wild: fc.Arbitrary<Wild> = fc
  .oneof({ weight: 3, arbitrary: fc.constantFrom(...REQUESTS) }, { weight: 1, arbitrary: noise })
  .map((request) => ({ kind: 'WILD', operation: 'by hand', ...request }));
