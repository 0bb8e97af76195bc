import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from './client.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { ApiProblem, ServerUnreachable } from './problem.ts';
import { parseSse } from './sse.ts';

vi.setConfig({ testTimeout: 20_000 });

type Handler = (request: IncomingMessage & { body: string }, response: ServerResponse) => void;
const JOB = '5a999e0a-a8be-4410-8278-2e1487f6d743';
let server: Server | null = null;
let port = 0;
let handlers: Handler[] = [];
const PATCH = {
  artifact_id: 'a',
  kind: 'PATCH',
  sha256: '0'.repeat(64),
  size: 11,
  expires_at: '2026-12-04T00:00:00.000Z',
} as const;
const seen: Array<{ method: string; url: string; headers: IncomingMessage['headers']; body: string }> = [];

const addressOf = (listening: Server | null): number => {
  const address = listening?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** The last handler answers everything that comes after it. */
const listen = (at = 0): Promise<void> =>
  new Promise((resolve) => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('latin1');
        seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
        const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
        handler?.(Object.assign(request, { body }), response);
      });
    }).listen(at, '127.0.0.1', () => {
      port = addressOf(server);
      resolve();
    });
  });
const close = (): Promise<void> =>
  new Promise((resolve) => {
    if (server === null) return resolve();
    server.closeAllConnections();
    server.close(() => resolve());
    server = null;
  });
const answer =
  (status: number, body: unknown = null): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
const httpTo = (more: Partial<HttpOptions> = {}) =>
  createHttp({
    server: `http://127.0.0.1:${port}`,
    token: async () => 'token-1',
    patienceMs: 4_000,
    ...more,
  });

beforeEach(async () => {
  seen.length = 0;
  await listen();
});
afterEach(close);

describe('one request', () => {
  it('[ES-03] keeps its Idempotency-Key however often it is sent', async () => {
    handlers = [
      (_request, response) => response.destroy(),
      answer(503, { code: 'BUSY' }),
      answer(201, { job_id: JOB, status: 'PENDING' }),
    ];
    const client = createClient(httpTo());
    const job = { goal: 'JAVASCRIPT_TO_TYPESCRIPT', targets: [], mode: 'SIMPLE', title: 't' } as const;
    expect(await client.requestJob(job)).toMatchObject({ job_id: JOB });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    await client.requestJob(job);
    expect(seen.at(-1)?.headers['idempotency-key']).not.toBe(keys[0]);
  });

  it('[ES-03] [SEC-15] is sent again where its body came to a standstill, as on a line that was gone for a while', async () => {
    handlers = [answer(408, { code: 'REQUEST_TIMED_OUT' }), answer(201, { job_id: JOB, status: 'PENDING' })];
    const job = { goal: 'JAVASCRIPT_TO_TYPESCRIPT', targets: [], mode: 'SIMPLE', title: 't' } as const;
    expect(await createClient(httpTo()).requestJob(job)).toMatchObject({ job_id: JOB });
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(seen).toHaveLength(2);
  });

  it('[EXE-01] is not repeated when the server has said no', async () => {
    handlers = [answer(409, { code: 'EXECUTION_ALREADY_CLAIMED', detail: 'Another client does it.' })];
    const claiming = createClient(httpTo()).claim('j', 'e', 'me');
    await expect(claiming).rejects.toMatchObject({ status: 409, code: 'EXECUTION_ALREADY_CLAIMED' });
    await expect(claiming).rejects.toBeInstanceOf(ApiProblem);
    expect(seen).toHaveLength(1);
  });

  it('[EXE-07] renews the token once after a 401', async () => {
    handlers = [answer(401, {}), answer(200, { jobs: [], next_cursor: null })];
    const asked: boolean[] = [];
    const token = async (renew: boolean) => {
      asked.push(renew);
      return renew ? 'token-2' : 'token-1';
    };
    expect(await createClient(httpTo({ token })).jobs()).toEqual([]);
    expect(asked).toEqual([false, true]);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    handlers = [answer(401, { code: 'UNAUTHENTICATED' })];
    await expect(createClient(httpTo({ token })).jobs()).rejects.toMatchObject({ status: 401 });
  });

  it('[EXE-07] waits for a server that restarts, and gives up when it does not come back', async () => {
    handlers = [answer(200, { jobs: [], next_cursor: null })];
    const states: string[] = [];
    const [was, client] = [port, createClient(httpTo({ onConnection: (state) => states.push(state) }))];
    await close();
    const asking = client.jobs();
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    await listen(was);
    expect(await asking).toEqual([]);
    expect(states).toEqual(['LOST', 'BACK']);
    await close();
    const impatient = createClient(httpTo({ patienceMs: 200 }));
    await expect(impatient.jobs()).rejects.toBeInstanceOf(ServerUnreachable);
  });

  it('[EXE-07] gives up a server that takes the connection and never answers', async () => {
    handlers = [() => undefined];
    const impatient = createClient(httpTo({ patienceMs: 200, answerWithinMs: 200 }));
    await expect(impatient.jobs()).rejects.toBeInstanceOf(ServerUnreachable);
    // Within its time it is waited for, however long it takes.
    handlers = [(...one) => setTimeout(() => answer(200, { jobs: [], next_cursor: null })(...one), 1_000)];
    expect(await createClient(httpTo({ patienceMs: 200, answerWithinMs: 15_000 })).jobs()).toEqual([]);
  });

  it('[EXE-07] finds a server that came back at another address', async () => {
    handlers = [answer(200, { jobs: [], next_cursor: null })];
    const relocate = async () => `http://127.0.0.1:${port}`;
    const client = createClient(httpTo({ relocate, patienceMs: 10_000 }));
    await close();
    await listen();
    expect(await client.jobs()).toEqual([]);
  });

  it('[EXE-07] starts its own server again before it gives up, and does not count how long that takes', async () => {
    handlers = [(request) => void request.socket.destroy()];
    let started = 0;
    const relocate = async () => {
      started += 1;
      if (started === 1) handlers = [answer(200, { jobs: [], next_cursor: null })];
      await new Promise((resolve) => setTimeout(resolve, 600));
      return `http://127.0.0.1:${port}`;
    };
    // The patience is over before the first pause, as after a request that was under way for as long.
    expect(await createClient(httpTo({ relocate, patienceMs: 50 })).jobs()).toEqual([]);
    expect(started).toBe(1);
    handlers = [(request) => void request.socket.destroy()];
    await expect(createClient(httpTo({ relocate, patienceMs: 50 })).jobs()).rejects.toBeInstanceOf(
      ServerUnreachable,
    );
    expect(started).toBe(2);
  });

  it('[CTX-01] sends the context compressed', async () => {
    handlers = [answer(200, { artifact: { ...PATCH, kind: 'CONTEXT' } })];
    const files = [{ path: 'a.js', text: 'x'.repeat(10_000) }];
    await createClient(httpTo()).attachContext('j', {
      context: { schema: 'iama.context/1', files, targets: [], dependencies: [] },
      base_hashes: {},
    });
    expect(seen[0]?.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'application/json',
    });
    expect(seen[0]?.body.length).toBeLessThan(500);
  });

  it('[EXE-01] refuses an artifact whose bytes are not those of its reference', async () => {
    handlers = [(_request, response) => response.end('other bytes')];
    await expect(createClient(httpTo()).artifact('j', PATCH)).rejects.toThrow('arrived damaged');
  });
});

describe('an answer', () => {
  const execution = {
    execution_id: 'e-1',
    kind: 'TEST',
    attempt: 0,
    artifacts: [PATCH],
    selection: null,
    locked_hashes: { 'a.js': '0'.repeat(64), 'b.js': null },
    timeout_seconds: 60,
    quarantined: ['own.test.js'],
    retest: 'REQUIRED',
  };
  const claimed = (changed: object) => {
    handlers = [answer(200, { task_token: 't', lease_seconds: 60, execution: { ...execution, ...changed } })];
    return createClient(httpTo()).claim('j', 'e-1', 'me');
  };

  it('[EXE-01] is taken as the document describes it', async () => {
    expect((await claimed({ later: 'a field of a newer server' })).execution).toEqual(execution);
  });

  it('[EXE-01] of a server that sets no tests aside yet is taken too', async () => {
    const older = await claimed({ quarantined: undefined, retest: undefined });
    expect(older.execution).toEqual({ ...execution, quarantined: [], retest: null });
  });

  it.each([
    ['an id that leads out of its folder', { execution_id: '../../etc' }],
    ['a kind that nobody knows', { kind: 'FORMAT_DISK' }],
    ['an artifact without a true hash', { artifacts: [{ ...PATCH, sha256: 'zz' }] }],
    ['an artifact id that is an address', { artifacts: [{ ...PATCH, artifact_id: '../other' }] }],
    ['a locked hash that is none', { locked_hashes: { 'a.js': 'x' } }],
    ['a selection of another shape', { selection: { files: 'all' } }],
    ['no time limit', { timeout_seconds: undefined }],
  ])('[EXE-01] is refused with %s', async (_, changed) => {
    await expect(claimed(changed)).rejects.toMatchObject({ code: 'ANSWER_NOT_UNDERSTOOD' });
  });

  it('[EXE-07] that is no JSON is refused too, and says so', async () => {
    handlers = [(_request, response) => response.end('<html>')];
    await expect(createClient(httpTo()).jobs()).rejects.toMatchObject({
      code: 'ANSWER_NOT_UNDERSTOOD',
      message: expect.stringContaining('no JSON'),
    });
  });

  it('[EXE-01] cannot be led to another address by an id', async () => {
    handlers = [answer(404, { code: 'JOB_NOT_FOUND' })];
    await expect(createClient(httpTo()).job('../account')).rejects.toThrow();
    expect(seen[0]?.url).toBe('/api/v1/jobs/..%2Faccount');
  });
});

describe('the event stream', () => {
  const stream =
    (text: string, end: boolean): Handler =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text);
      if (end) response.end();
    };

  it('[JOB-06] goes on after a cut with Last-Event-ID, and misses and repeats nothing', async () => {
    handlers = [
      stream('id: 1\nevent: a\ndata: {}\n\nid: 2\nevent: b\ndata: {}\n\n', true),
      answer(503, {}),
      stream(': heartbeat\n\nid: 3\nevent: c\ndata: {}\n\n', false),
    ];
    const stop = new AbortController();
    const events: string[] = [];
    for await (const { id, event } of createClient(httpTo()).follow('j', null, stop.signal)) {
      events.push(`${id} ${event}`);
      if (events.length === 3) stop.abort();
    }
    expect(events).toEqual(['1 a', '2 b', '3 c']);
    expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '2']);
  });

  it('[JOB-06] ends with the problem when the server refuses it for good', async () => {
    handlers = [answer(404, { code: 'JOB_NOT_FOUND' })];
    const events = createClient(httpTo()).follow('j', null, new AbortController().signal);
    await expect(events.next()).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('[JOB-06] is read the same however the bytes are cut', async () => {
    const text = 'id: 1\r\nevent: a\r\ndata: one\r\ndata: two é\r\n\r\n: comment\n\ndata:x\n\n';
    const bytes = new TextEncoder().encode(text);
    for (let size = 1; size <= bytes.length; size++) {
      const cut = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
      };
      const events = [];
      for await (const event of parseSse(cut())) events.push(event);
      expect(events).toEqual([
        { id: '1', event: 'a', data: 'one\ntwo é' },
        { id: '1', event: 'message', data: 'x' },
      ]);
    }
  });
});
