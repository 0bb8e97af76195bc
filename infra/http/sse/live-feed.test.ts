import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import { openMemoryEventLog } from '../../event-store/memory/memory-event-log.ts';
import { Connection } from './connection.ts';
import { LiveFeed } from './live-feed.ts';
import { raiseAlert, writeLines } from './testing.ts';

const nothing: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

let feed: LiveFeed;
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await feed.stop();
});

const open = async (log: EventLog, ownerOf: (jobId: string) => Promise<string | null> = async () => 'u') => {
  const errors: unknown[] = [];
  feed = new LiveFeed({ log, ownerOf, onError: (error) => errors.push(error) });
  await feed.start();
  return errors;
};

describe('the live feed', { timeout: 30_000 }, () => {
  it('[ES-14] does not take a client that reads for a slow one because much happened at once', async () => {
    const log = openMemoryEventLog();
    await open(log);
    const opened = Promise.withResolvers<void>();
    server = createServer((_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      const expiresAtMs = Date.now() + 60_000;
      const connection = new Connection({ response, startedAt: 0n, expiresAtMs, onError: () => undefined });
      feed.subscribe('job:j', {
        next: (frame) => connection.take(frame),
        complete: () => connection.end('SERVER_STOPPING'),
      });
      void connection.run(nothing).then(opened.resolve);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const response = await new Promise<IncomingMessage>((resolve) => {
      get({ port, host: '127.0.0.1' }, resolve);
    });
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await opened.promise;
    const lines = Array.from({ length: 900 }, (_, index) => `${index}:${'x'.repeat(4_000)}`);
    await writeLines(log, 'j', lines);
    await vi.waitFor(() => expect(text).toMatch(/"line":"899:|event: error/), { timeout: 15_000 });
    expect(text).not.toContain('event: error');
    expect(text.match(/^id: /gm)).toHaveLength(lines.length);
  });

  it('[ES-14] makes what it tells of an event once, whoever listens, and forgets who left', async () => {
    const log = openMemoryEventLog();
    const asked: string[] = [];
    await open(log, async (jobId) => {
      asked.push(jobId);
      return 'u';
    });
    const told: Buffer[] = [];
    const listener = {
      next: ({ bytes }: { bytes: Buffer }) => told.push(bytes),
      complete: () => undefined,
    };
    const leave = Array.from({ length: 500 }, () => [
      feed.subscribe('job:j', listener),
      feed.subscribe('owner:u', listener),
    ]).flat();
    await writeLines(log, 'j', ['one']);
    await vi.waitFor(() => expect(told).toHaveLength(1_000), { timeout: 15_000 });
    expect(new Set(told).size).toBe(1);
    expect(asked).toEqual(['j']);
    for (const unsubscribe of leave) {
      unsubscribe();
      // A connection may end in more than one way at once.
      unsubscribe();
    }
    expect(feed.topics).toBe(0);
    await writeLines(log, 'j', ['two']);
    await vi.waitFor(async () => expect(feed.position).toBe(await log.head()), { timeout: 15_000 });
    expect(told).toHaveLength(1_000);
    expect(asked).toEqual(['j']);
  });

  it('[BIL-10] tells an alert of an account to its holder and to nobody else', async () => {
    const log = openMemoryEventLog();
    await open(log);
    const told: string[] = [];
    for (const topic of ['owner:u', 'owner:other', 'job:j'] as const)
      feed.subscribe(topic, {
        next: ({ bytes }) => told.push(`${topic} ${bytes.toString()}`),
        complete: () => undefined,
      });
    const data = JSON.stringify(await raiseAlert(log, 'u'));
    await vi.waitFor(async () => expect(feed.position).toBe(await log.head()), { timeout: 15_000 });
    expect(told).toEqual([`owner:u id: 1\nevent: quota_alert\ndata: ${data}\n\n`]);
  });

  it('[ES-14] goes on after an error where it was', async () => {
    const log = openMemoryEventLog();
    let failing = true;
    const errors = await open(log, async () => {
      if (failing) throw new Error('the database went away');
      return 'u';
    });
    const told: bigint[] = [];
    feed.subscribe('owner:u', { next: ({ position }) => told.push(position), complete: () => undefined });
    await writeLines(log, 'j', ['one', 'two']);
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), { timeout: 15_000 });
    expect(told).toEqual([]);
    failing = false;
    await vi.waitFor(() => expect(told).toEqual([1n, 2n]), { timeout: 15_000 });
  });
});
