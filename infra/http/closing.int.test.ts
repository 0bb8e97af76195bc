import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ listen: true, drainMs: 1_000 });
});
afterAll(() => api.close());

const opened = async (...lines: readonly string[]): Promise<Socket> => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${lines.join('\r\n')}\r\n`);
  return socket;
};
const isListening = (): Promise<boolean> =>
  fetch(`${api.url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );

it('[OPS-12] a request on its way while the API ends is answered, and told that the connection is the last', async () => {
  // One under way, for which the end waits, and one of which the last line is still to come.
  const slow = await opened(
    'POST /api/v1/auth/login HTTP/1.1',
    'Host: a',
    'Content-Type: application/json',
    'Content-Length: 9',
    '',
    '{',
  );
  const late = await opened('GET /health/live HTTP/1.1', 'Host: a');
  expect(await isListening()).toBe(true);
  const closed = api.app.close();
  await expect.poll(isListening).toBe(false);
  late.write('\r\n');
  const answer = await text(late);
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  slow.destroy();
  await closed;
});

it('[OPS-12] a connection that a proxy keeps is answered once more while the API ends, and told that it is the last', async () => {
  const kept = await startTestApi({ listen: true, drainMs: 1_000 });
  const socket = connect(Number(new URL(kept.url).port), '127.0.0.1');
  await once(socket, 'connect');
  let told = '';
  socket.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const ask = () => socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
  const answers = () => told.match(/HTTP\/1\.1 200 OK/g)?.length ?? 0;
  ask();
  await expect.poll(answers).toBe(1);
  expect(told).not.toMatch(/\r\nconnection: close\r\n/i);
  const closed = kept.close();
  // The end has begun, and nothing is under way.
  await new Promise((resolve) => setTimeout(resolve, 50));
  ask();
  await expect.poll(answers).toBe(2);
  expect(told).toMatch(/\r\nconnection: close\r\n/i);
  await closed;
});
