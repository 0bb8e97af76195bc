import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_STREAMS_PER_USER } from '../limits/stream-places.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';

const USERS = 50;
const CLIENTS = USERS * MAX_STREAMS_PER_USER;
/** Timers that the jobs of the users may have meanwhile, two each; what clients leave behind is one for each of a thousand. */
const OF_JOBS = 2 * USERS;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ listen: true });
});
afterAll(() => api.close());

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const connections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    api.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );

/** A client that reads until told otherwise. */
const follow = async (path: string, user: TestUser): Promise<Socket> => {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const { authorization } = user.headers;
  socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\n\r\n`);
  const [head] = await once(socket, 'data');
  expect(String(head)).toMatch(/^HTTP\/1\.1 200/);
  socket.on('error', () => undefined);
  return socket.resume();
};

describe('a thousand clients', () => {
  it('[ES-14] leave nothing behind when they vanish, some in the middle of what they are sent', async () => {
    const users = await Promise.all(Array.from({ length: USERS }, () => api.user()));
    const jobs = await Promise.all(users.map((user) => jobScript(api, user).requested()));
    const everybody = async (): Promise<Socket[]> => {
      const sockets: Socket[] = [];
      for (const [index, user] of users.entries()) {
        const paths = Array.from({ length: MAX_STREAMS_PER_USER }, (_, stream) =>
          stream % 2 === 0 ? '/jobs/stream' : `/jobs/${jobs[index]}/logs`,
        );
        sockets.push(...(await Promise.all(paths.map((path) => follow(path, user)))));
      }
      return sockets;
    };
    await api.settled(async () => (await connections()) === 0);
    const before = timers();
    for (let round = 0; round < 2; round += 1) {
      // The second time every place of every user must be free again.
      const sockets = await everybody();
      expect(await connections()).toBe(CLIENTS);
      for (const [index, socket] of sockets.entries()) if (index % 3 === 0) socket.pause();
      await Promise.all(users.map((user, index) => api.call(user, 'DELETE', `/jobs/${jobs[index]}`)));
      for (const socket of sockets) socket.resetAndDestroy();
      await api.settled(async () => (await connections()) === 0);
      await api.settled(async () => timers() < before + OF_JOBS);
    }
  });
});
