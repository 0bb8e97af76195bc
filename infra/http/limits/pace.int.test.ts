import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { toProblem } from '../problems.ts';
import { RawConnections } from '../testing/raw-connections.ts';
import { BODY_PACE, refuseSlowBodies } from './body-pace.ts';
import { endUnread, READING, readingTimeOf } from './reading-time.ts';

const MIB = 1024 * 1024;
const WINDOW_MS = 200;

const raw = new RawConnections();
let ends: (() => unknown)[] = [];
afterEach(async () => {
  raw.end();
  for (const end of ends) await end();
  ends = [];
});

const open = (port: number, head: string) => raw.open({ port, host: '127.0.0.1' }, head);

const post = (bytes: number): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`;

const server = async (): Promise<Readonly<{ app: FastifyInstance; port: number }>> => {
  const app = fastify();
  ends.push(() => app.close());
  app.setErrorHandler((error, _request, reply) => {
    const { problem } = toProblem(error);
    return reply.code(problem.status).send(problem);
  });
  refuseSlowBodies(app, { windowMs: WINDOW_MS, leastBytes: 100 });
  app.post('/', async ({ body }) => ({ length: JSON.stringify(body).length }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: (app.server.address() as AddressInfo).port };
};

describe('a body that hardly comes on', { timeout: 60_000 }, () => {
  it('[SEC-15] is refused as timed out, and its connection ends, whether it stands still or drips', async () => {
    const { port } = await server();
    const still = await open(port, `${post(1_000)}{"a":"`);
    const drips = await open(port, `${post(1_000)}{"a":"`);
    const drip = setInterval(() => drips.socket.write('a'), 20);
    for (const { socket, told } of [still, drips]) {
      await expect.poll(told).toContain('"code":"REQUEST_TIMED_OUT"');
      expect(told()).toMatch(/^HTTP\/1\.1 408 /);
      expect(told()).toMatch(/\r\nconnection: close\r\n/i);
      if (!socket.closed) await once(socket, 'close');
    }
    clearInterval(drip);
  });

  it('[SEC-15] is taken where it comes on steadily, however long that takes', async () => {
    const { port } = await server();
    const text = JSON.stringify({ a: 'a'.repeat(6_000) });
    const { socket, told } = await open(port, post(text.length));
    // Four times as long as one that stands still has.
    const parts = text.match(/.{1,300}/g) ?? [];
    for (const part of parts) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, (8 * WINDOW_MS) / parts.length));
    }
    await expect.poll(told).toContain(`{"length":${text.length}}`);
  });

  it('[SEC-15] has at least half of a minute’s patience less than a whole request, and half a kilobyte a second', () => {
    expect(BODY_PACE.windowMs * 2).toBeLessThanOrEqual(30_000);
    expect((BODY_PACE.leastBytes / BODY_PACE.windowMs) * 1_000).toBe(500);
  });
});

describe('an answer that is hardly read', { timeout: 60_000 }, () => {
  it('[SEC-15] ends when its time is over, and not before it was read where it is read', async () => {
    const ended: string[] = [];
    const http = createServer((request, response) => {
      const url = String(request.url);
      response.once('close', () => ended.push(`${url} ${response.writableFinished}`));
      const bytes = Buffer.alloc(24 * MIB);
      endUnread(response, bytes.byteLength, {
        graceMs: url === '/slow' ? 300 : 300_000,
        bytesPerSecond: 1e9,
      });
      response.end(bytes);
    });
    ends.push(() => http.close());
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const { socket } = await open(port, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.pause();
    // A byte now and then.
    const sip = setInterval(() => socket.read(1), 50);
    await expect.poll(() => ended).toEqual(['/slow false']);
    clearInterval(sip);
    const answer = await fetch(`http://127.0.0.1:${port}/read`);
    expect((await answer.arrayBuffer()).byteLength).toBe(24 * MIB);
    await expect.poll(() => ended).toEqual(['/slow false', '/read true']);
  });

  it('[SEC-15] has a minute and its share, and no more than a timer can wait', () => {
    expect(readingTimeOf(0)).toBe(60_000);
    expect(readingTimeOf(60 * MIB)).toBe(60_000 + 1_920_000);
    expect(readingTimeOf(Number.MAX_SAFE_INTEGER, READING)).toBe(2 ** 31 - 1);
  });
});
