import { connect } from 'node:net';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBytes } from '../../tools/fuzz/send.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { startTestApi, type TestApi } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ listen: true });
});
afterAll(() => api.close());

const HOST = 'Host: a\r\nConnection: close\r\n';
const CASES: readonly (readonly [what: string, bytes: string, status: number, code: string])[] = [
  ['nonsense', 'nonsense\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  ['another version', `GET / HTTP/9.9\r\n${HOST}\r\n`, 400, 'MALFORMED_REQUEST'],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  ['two hosts', `GET / HTTP/1.1\r\n${HOST}Host: b\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
  [
    'two tokens',
    `GET / HTTP/1.1\r\n${HOST}Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n`,
    400,
    'MALFORMED_REQUEST',
  ],
  ['a NUL', `GET / HTTP/1.1\r\n${HOST}x: \u0000\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
  ['an expectation', `GET / HTTP/1.1\r\n${HOST}Expect: wonders\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
  ['half a character', `GET /api/v1/jobs/%ed%a0%80 HTTP/1.1\r\n${HOST}\r\n`, 400, 'MALFORMED_REQUEST'],
  ['a long part', `GET /api/v1/jobs/${'x'.repeat(201)} HTTP/1.1\r\n${HOST}\r\n`, 400, 'MALFORMED_REQUEST'],
  ['long headers', `GET / HTTP/1.1\r\n${HOST}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
];

describe('what cannot be read', () => {
  it.each(CASES)('is a problem with a stable code: %s', async (_what, bytes, status, code) => {
    const answer = await sendBytes(api.url, Buffer.from(bytes, 'latin1'));
    expect(answer?.status).toBe(status);
    expect(JSON.parse(answer?.body.toString() ?? '')).toMatchObject({ status, code });
    expect(answer?.headers).toMatchObject({
      ...SECURITY_HEADERS,
      'content-type': expect.stringContaining('application/problem+json'),
      'x-request-id': expect.stringMatching(/^[\w-]{8,}$/),
    });
  });

  it('is refused too where earlier requests of the connection were answered', async () => {
    const pool = new Pool(api.url, { connections: 1, pipelining: 1 });
    try {
      for (const [length, status] of [
        [1, 404],
        [20_000, 431],
        [1, 404],
      ] as const) {
        const answer = await pool.request({ method: 'GET', path: `/${'x'.repeat(length)}` });
        await answer.body.dump();
        expect(answer.statusCode).toBe(status);
      }
    } finally {
      await pool.destroy();
    }
  });

  it('never stands in the middle of another answer', async () => {
    const { headers } = await api.user();
    const stream = `GET /api/v1/jobs/stream HTTP/1.1\r\nHost: a\r\nAuthorization: ${headers.authorization}\r\n\r\n`;
    const { hostname, port } = new URL(api.url);
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: string[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(stream);
    await expect.poll(() => chunks.join('')).toContain('text/event-stream');
    socket.write('nonsense\r\n\r\n');
    await closed;
    expect(chunks.join('').match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('never stands in the place of an answer to requests before it that were read', async () => {
    const { hostname, port } = new URL(api.url);
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: string[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const readable = 'GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n';
    socket.write(`${readable}${readable}nonsense\r\n\r\n`);
    await closed;
    expect(chunks.join('').match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 400',
    ]);
  });

  it('is answered at once where it is the body of the request before that cannot be read', async () => {
    const answer = await sendBytes(
      api.url,
      Buffer.from(
        `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ),
    );
    expect([answer?.status, JSON.parse(answer?.body.toString() ?? '{}').code]).toEqual([
      400,
      'MALFORMED_REQUEST',
    ]);
  });

  it('leaves the server as it was', async () => {
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  });
});
