import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionOptions, HEARTBEAT_MS, MAX_BUFFERED_BYTES } from './connection.ts';
import type { Frame } from './frame.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const frame = (position: bigint, size = 10): Frame => ({
  position,
  bytes: Buffer.from(`id: ${position}\nevent: log_line\ndata: "${'x'.repeat(size)}"\n\n`),
});

const connect = async (
  backlog: AsyncIterable<Frame>,
  read: boolean,
  options: Partial<ConnectionOptions> = {},
) => {
  const opened = Promise.withResolvers<Readonly<{ connection: Connection; served: ServerResponse }>>();
  const failures: unknown[] = [];
  server = createServer((_request, response) => {
    response.writeHead(200);
    response.flushHeaders();
    const connection = new Connection({
      response,
      startedAt: 0n,
      expiresAtMs: Date.now() + 60_000,
      onError: (error) => failures.push(error),
      ...options,
    });
    void connection.run(backlog);
    opened.resolve({ connection, served: response });
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
  return { ...(await opened.promise), ended, failures, text: () => text };
};

/** Rejects when the connection is still open after some seconds. */
const closes = ({ closed }: Connection): Promise<unknown> => {
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('still open')), 15_000));
  return Promise.race([closed, timeout]);
};

const none = (): AsyncIterable<Frame> => ({
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
});
async function* broken(): AsyncGenerator<Frame> {
  yield frame(1n);
  throw new Error('the database went away');
}

describe('connection', { timeout: 30_000 }, () => {
  it('[ES-14] drops a client that does not read, long before memory fills', async () => {
    const { connection, served } = await connect(none(), false);
    // 40 MB: several times what the system itself takes for a client that does not read.
    const { bytes } = frame(0n, 10_000);
    let [sent, most] = [0n, 0];
    while (sent < 4_000n) {
      sent += 1n;
      connection.take({ position: sent, bytes });
      most = Math.max(most, served.writableLength);
      if (sent % 50n === 0n) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeGreaterThan(MAX_BUFFERED_BYTES / 2);
    expect(most).toBeLessThan(MAX_BUFFERED_BYTES + 1_000);
    await closes(connection);
  });

  it('[ES-14] bounds what waits for the backlog by its size, and says from where to resume', async () => {
    const gate = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Frame> {
      yield frame(1n);
      await gate.promise;
    }
    const { connection, ended, text } = await connect(slow(), true);
    await vi.waitFor(() => expect(text()).toContain('id: 1\n'), { timeout: 15_000 });
    for (let position = 2n; position < 40n; position += 1n) connection.take(frame(position, 100_000));
    await ended;
    expect(text()).toContain('"code":"SLOW_CONSUMER","resumable":true,"resume_after":"1"');
    gate.resolve();
    await closes(connection);
  });

  it('[ES-14] drops a client that does not take the backlog, which is not read on meanwhile', async () => {
    let read = 0n;
    async function* endless(): AsyncGenerator<Frame> {
      for (; ; read += 1n) yield frame(read, 50_000);
    }
    const { connection, served } = await connect(endless(), false, { patienceMs: 200 });
    await closes(connection);
    expect(read).toBeLessThan(1_000n);
    expect(served.writableLength).toBeLessThan(MAX_BUFFERED_BYTES);
  });

  it('[ES-14] frees a client that vanished without a word when its token ends', async () => {
    const expiresAtMs = Date.now() + 500;
    const { connection, served } = await connect(none(), false, { expiresAtMs });
    // More than the system takes: nothing of it, nor the last words, ever leaves.
    for (let sent = 1n; served.writableLength < 100_000 && sent < 200n; sent += 1n) {
      connection.take(frame(sent, 100_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(served.writableLength).toBeGreaterThan(0);
    await closes(connection);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs);
    expect(served.destroyed).toBe(true);
  });

  it('[ES-14] ends a broken backlog with the position to resume from', async () => {
    const { ended, text, failures } = await connect(broken(), true);
    await ended;
    expect(failures).toEqual([new Error('the database went away')]);
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
    const { connection, ended, text } = await connect(none(), true, { heartbeatMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    connection.end('SERVER_STOPPING');
    await ended;
    expect(text().match(/^: heartbeat$/gm)?.length).toBeGreaterThan(2);
  });
});
