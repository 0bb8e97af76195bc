import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Connection, HEARTBEAT_MS } from './connection.ts';
import type { Frame } from './frame.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const frame = (position: bigint, size = 10): Frame => ({
  position,
  jobId: 'j',
  bytes: Buffer.from(`id: ${position}\nevent: log_line\ndata: "${'x'.repeat(size)}"\n\n`),
});

const connect = async (backlog: AsyncIterable<Frame>, read: boolean, heartbeatMs = HEARTBEAT_MS) => {
  const opened = Promise.withResolvers<Connection>();
  server = createServer((_request, response) => {
    response.writeHead(200);
    response.flushHeaders();
    const connection = new Connection({
      response,
      startedAt: 0n,
      expiresAtMs: Date.now() + 60_000,
      heartbeatMs,
    });
    void connection.run(backlog);
    opened.resolve(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve) => {
    get({ port, host: '127.0.0.1' }, resolve);
  });
  let text = '';
  const ended = new Promise<void>((resolve) => {
    response.on('close', () => resolve());
    response.on('error', () => resolve());
  });
  if (read)
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  else response.pause();
  return { connection: await opened.promise, ended, text: () => text };
};

const none = (): AsyncIterable<Frame> => ({
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
});
async function* broken(): AsyncGenerator<Frame> {
  yield frame(1n);
  throw new Error('the database went away');
}

describe('connection', () => {
  it('[ES-14] drops a client that does not read, long before memory fills', async () => {
    const { connection } = await connect(none(), false);
    let sent = 0n;
    while (sent < 100_000n) {
      sent += 1n;
      connection.take(frame(sent, 10_000));
      if (sent % 50n === 0n) await new Promise((resolve) => setImmediate(resolve));
    }
    const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('still open')), 5_000));
    await Promise.race([connection.closed, timeout]);
  });

  it('[ES-14] ends a broken backlog with the position to resume from', async () => {
    const { ended, text } = await connect(broken(), true);
    await ended;
    expect(text()).toContain('id: 1\n');
    expect(text()).toContain('"code":"BACKLOG_FAILED","resumable":true,"resume_after":"1"');
  });

  it('[ES-14] writes the backlog before live frames that came meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Frame> {
      yield frame(1n);
      await gate.promise;
      yield frame(2n);
    }
    const { connection, ended, text } = await connect(slow(), true);
    connection.take(frame(3n));
    gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.take(frame(4n));
    connection.end('SERVER_STOPPING');
    await ended;
    expect([...text().matchAll(/^id: (\d)$/gm)].map(([, id]) => id)).toEqual(['1', '2', '3', '4']);
    expect(text()).toContain('"code":"SERVER_STOPPING","resumable":true,"resume_after":"4"');
  });

  it('[ES-14] says every 15 s that it is there, in a comment that no client takes for an event', async () => {
    expect(HEARTBEAT_MS).toBe(15_000);
    const { connection, ended, text } = await connect(none(), true, 20);
    await new Promise((resolve) => setTimeout(resolve, 200));
    connection.end('SERVER_STOPPING');
    await ended;
    expect(text().match(/^: heartbeat$/gm)?.length).toBeGreaterThan(2);
  });
});
