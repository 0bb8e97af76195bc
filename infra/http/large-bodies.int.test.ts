import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HEARTBEAT_MS } from './sse/connection.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { CONTEXT, jobScript } from './testing/job-script.ts';
import { addressOf, RawConnections } from './testing/raw-connections.ts';

const MIB = 1024 * 1024;

let api: TestApi;
const raw = new RawConnections();
beforeAll(async () => {
  api = await startTestApi({ listen: true });
});
afterEach(() => raw.end());
afterAll(() => api.close());

/** `rest`: the headers of its own, and the body after them. */
const send = (user: TestUser, line: string, rest: readonly (string | Uint8Array)[] = ['\r\n']) =>
  raw.open(
    addressOf(api.url),
    `${line} HTTP/1.1\r\nHost: a\r\nAuthorization: ${user.headers.authorization}\r\n`,
    ...rest,
  );

/** Sends all of a context but its end. */
const begin = (user: TestUser, jobId: string, body: Uint8Array) => {
  const headers = `Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${body.byteLength + 9}\r\n\r\n`;
  return send(user, `POST /api/v1/jobs/${jobId}/context`, [headers, body]);
};

describe('large bodies and answers', { timeout: 60_000 }, () => {
  // A gigabyte of memory would take them all if nobody counted.
  const almost = gzipSync(`{"context":"${'a'.repeat(50 * MIB)}"}`).subarray(0, -9);

  it('[SEC-15] hold so much of a process and no more, however many never end', async () => {
    const user = await api.user();
    const jobId = await jobScript(api, user).requested();
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin(user, jobId, almost)));
    const refused = () => begun.filter(({ told }) => told().includes('\r\n\r\n{'));
    await expect.poll(() => refused().length).toBe(6);
    for (const { told } of refused()) {
      expect(told()).toMatch(/^HTTP\/1\.1 429 /);
      expect(told()).toMatch(/"code":"RATE_LIMITED"/);
      expect(told()).toMatch(/\r\nretry-after: 5\r\n/);
    }
    raw.end();
    const { headers } = user;
    const again = async () =>
      (
        await api.call(user, 'POST', `/jobs/${jobId}/context`, {
          body: { context: CONTEXT.context, base_hashes: {} },
          headers,
        })
      ).status;
    await expect.poll(again).toBe(200);
  });

  it('[SEC-15] hold the same when they are many small ones of one person, whose own are taken where they end', async () => {
    const user = await api.user();
    const body = `{"goal":"JAVASCRIPT_TO_TYPESCRIPT","title":"${'a'.repeat(256_000)}`;
    const ends = '"}';
    const open = async () => {
      const length = `Content-Type: application/json\r\nContent-Length: ${body.length + ends.length}\r\n\r\n`;
      const begun = await send(user, 'POST /api/v1/jobs', [length, body]);
      return begun;
    };
    const begun: Awaited<ReturnType<typeof open>>[] = [];
    const refused = () => begun.filter(({ told }) => told().includes('"code":"RATE_LIMITED"'));
    // More than 128 MiB.
    for (let group = 0; group < 11; group += 1) {
      begun.push(...(await Promise.all(Array.from({ length: 50 }, open))));
      if (refused().length > 0) break;
    }
    await expect.poll(() => refused().length).toBeGreaterThan(0);
    expect(begun.length - refused().length).toBeGreaterThan(400);
    const other = await api.user();
    const small = { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title: 'of somebody else' };
    expect((await api.call(other, 'POST', '/jobs', { body: small })).status).toBe(201);
    const [taken] = begun.filter(({ told }) => told() === '');
    taken?.socket.write(ends);
    await expect.poll(() => taken?.told()).toContain('VALIDATION_FAILED');
  });

  it('[SEC-15] hold the same when they are answers that nobody reads', async () => {
    const user = await api.user();
    const jobId = await jobScript(api, user).requested();
    const files = Array.from({ length: 60 }, (_, n) => ({ path: `${n}.js`, text: 'a'.repeat(MIB) }));
    const context = { ...CONTEXT.context, files };
    const attached = await api.call(user, 'POST', `/jobs/${jobId}/context`, {
      body: { context, base_hashes: {} },
    });
    expect(attached.status).toBe(200);
    const { artifact_id } = attached.body['artifact'] as { artifact_id: string };
    const path = `/jobs/${jobId}/artifacts/${artifact_id}`;
    for (let n = 0; n < 3; n += 1) {
      const { socket } = await send(user, `GET /api/v1${path}`);
      socket.pause();
    }
    const status = async () => (await api.call(user, 'GET', path)).status;
    await expect.poll(status).toBe(429);
    raw.end();
    await expect.poll(status).toBe(200);
  });

  it('[SEC-15] end no process where they cannot be inflated, before or after somebody reads them', async () => {
    const user = await api.user();
    const jobId = await jobScript(api, user).requested();
    const made = await api.call(user, 'POST', '/auth/tokens', {
      body: { label: 'x', scopes: ['jobs:write'], days: 1 },
    });
    // The database is asked about such a token.
    const machine = { ...user, headers: { authorization: `Bearer ${made.body['token']}` } };
    const nonsense = Buffer.alloc(100_000, 'no gzip');
    const long = (bytes: number) => gzipSync(Buffer.alloc(bytes, 'a')).subarray(0, -9);
    const cases: readonly (readonly [TestUser, Uint8Array, string])[] = [
      [machine, nonsense, 'MALFORMED_REQUEST'],
      [user, nonsense, 'MALFORMED_REQUEST'],
      [user, Buffer.concat([long(66 * MIB), nonsense]), 'BODY_TOO_LARGE'],
      [user, long(300 * MIB), 'BODY_TOO_LARGE'],
    ];
    for (const [who, body, code] of cases) {
      const { socket, told } = await begin(who, jobId, body);
      await expect.poll(told).toContain(`"code":"${code}"`);
      if (!socket.closed) await once(socket, 'close');
    }
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  });

  it('[SEC-15] are given up where nothing moves on their connection, and no stream is', () => {
    expect(api.app.server.timeout).toBeGreaterThan(2 * HEARTBEAT_MS);
    expect(api.app.server.timeout).toBeLessThanOrEqual(600_000);
  });
});
