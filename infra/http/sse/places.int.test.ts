import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresCounts, pruneCounts } from '../limits/postgres-counts.ts';
import { SharedCounts } from '../limits/shared-counts.ts';
import { MAX_STREAMS_PER_USER, streamPlaces } from '../limits/stream-places.ts';
import { startTestApi, type TestApi } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
import { openStream } from './testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ listen: true });
});
afterAll(() => api.close());

describe('the places of streams', () => {
  it('[SEC-15] are 20 for one user, and a closed stream makes room', async () => {
    const own = await api.user();
    const jobId = await jobScript(api, own).requested();
    const url = `${api.url}/api/v1/jobs/${jobId}/logs`;
    const opened = await Promise.all(Array.from({ length: 20 }, () => openStream(url, own)));
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await fetch(`${api.url}/api/v1/jobs/stream`, { headers: own.headers });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_STREAMS', limit: 20 });
    const stranger = await openStream(`${api.url}/api/v1/jobs/stream`, await api.user());
    expect(stranger.status).toBe(200);
    opened[0]?.close();
    await api.settled(async () => {
      const next = await openStream(url, own);
      opened.push(next);
      return next.status === 200;
    });
    for (const stream of [...opened, stranger]) stream.close();
  });

  it('[SEC-15] [OPS-13] are those of all processes together, but for one that died', async () => {
    const own = await api.user();
    const url = `${api.url}/api/v1/jobs/stream`;
    const onError = (error: unknown): never => {
      throw error;
    };
    const other = new SharedCounts({ exchange: postgresCounts(api.pool), onError });
    other.start();
    const places = streamPlaces(other);
    for (let place = 1; place < MAX_STREAMS_PER_USER; place += 1) await places.take(own.userId);
    const last = await openStream(url, own);
    expect(last.status).toBe(200);
    expect((await fetch(url, { headers: own.headers })).status).toBe(429);
    await expect(places.take(own.userId)).rejects.toMatchObject({ code: 'TOO_MANY_STREAMS' });
    await api.pool.query(
      "update api_counts set told_at = told_at - interval '16 seconds' where counter = $1 and amount > 1",
      [`streams:${own.userId}`],
    );
    const after = await openStream(url, own);
    expect(after.status).toBe(200);
    for (const stream of [last, after]) stream.close();
    await other.stop();
    expect(await pruneCounts(api.pool)).toBe(0);
    await api.pool.query("update api_counts set told_at = told_at - interval '2 minutes'");
    expect(await pruneCounts(api.pool)).toBeGreaterThan(0);
  });

  it('[SEC-15] are not taken by one who is gone before the stream opens', async () => {
    const own = await api.user();
    const { hostname, port } = new URL(api.url);
    const head = `GET /api/v1/jobs/stream HTTP/1.1\r\nHost: x\r\nAuthorization: ${own.headers.authorization}\r\n\r\n`;
    for (let n = 0; n < 60; n += 1) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(head);
      await sleep(n % 4);
      socket.resetAndDestroy();
    }
    await api.settled(async () => {
      const opened = await Promise.all(
        Array.from({ length: 20 }, () => openStream(`${api.url}/api/v1/jobs/stream`, own)),
      );
      for (const stream of opened) stream.close();
      return opened.every(({ status }) => status === 200);
    });
  });

  it('[SEC-15] are not taken by HEAD, whose answer has nothing to follow', async () => {
    const own = await api.user();
    const jobId = await jobScript(api, own).requested();
    // The first is the address of a job, too, and there is none of that name.
    for (const [path, refused] of [
      ['/jobs/stream', 404],
      [`/jobs/${jobId}/logs`, 405],
    ] as const) {
      const { status } = await fetch(`${api.url}/api/v1${path}`, { method: 'HEAD', headers: own.headers });
      expect([path, status]).toEqual([path, refused]);
    }
  });

  it('[SEC-15] count against the requests of a user', async () => {
    const limited = await startTestApi({
      listen: true,
      rateLimits: { signInPerAddress: 0, requestsPerUser: 1 },
    });
    try {
      const own = await limited.user();
      const first = await openStream(`${limited.url}/api/v1/jobs/stream`, own);
      first.close();
      const second = await openStream(`${limited.url}/api/v1/jobs/stream`, own);
      second.close();
      expect([first.status, second.status]).toEqual([200, 429]);
    } finally {
      await limited.close();
    }
  });
});
