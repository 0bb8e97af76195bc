import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../api/client.ts';
import { createHttp } from '../api/http.ts';
import { type Home, openHome } from '../home/home.ts';
import { type Collected, sha256 } from '../workspace/collect.ts';
import { partsOf } from './context-parts.ts';
import { sendContext } from './send-context.ts';

vi.setConfig({ testTimeout: 20_000 });

type Posted = Readonly<{ url: string; body: { files?: { path: string }[]; parts?: unknown[] } }>;
type Answer = Readonly<{ status: number; body: unknown }>;

let folder: string;
let home: Home;
let server: Server;
let port: number;
let posted: Posted[];
/** Decides what is answered to a request; null: the connection breaks. */
let answering: (request: Posted, count: number) => Answer | null;

const ARTIFACT = { kind: 'CONTEXT', sha256: '0'.repeat(64), size: 1, expires_at: '2026-12-04T00:00:00.000Z' };
const stored = (id: string): Answer => ({
  status: 200,
  body: { artifact: { ...ARTIFACT, artifact_id: id } },
});
const isPart = ({ url }: Posted): boolean => url.endsWith('/context/parts');
const partIds = (): number => posted.filter(isPart).length;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-send-'));
  home = await openHome({ IAMA_HOME: folder });
  posted = [];
  answering = (request, count) => stored(isPart(request) ? `part-${count}` : 'context');
  server = createServer(async (request, response) => {
    const body = JSON.parse(gunzipSync(await buffer(request)).toString('utf8'));
    const one = { url: request.url ?? '', body };
    const answer = answering(one, posted.length);
    if (answer === null) {
      request.socket.destroy();
      return;
    }
    posted.push(one);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const collected = (changed: Readonly<Record<string, string>> = {}): Collected => {
  const files = Array.from({ length: 200 }, (_, n) => ({
    path: `src/file-${n}.js`,
    text: changed[`src/file-${n}.js`] ?? `// ${n}\n${'x'.repeat(4_000)}`,
  }));
  const bytes = files.reduce((sum, { text }) => sum + text.length, 0);
  return {
    context: { schema: 'iama.context/1', files, targets: [], dependencies: [] },
    baseHashes: {},
    bytes,
    skipped: [],
    secrets: [],
    stops: [],
  };
};
const send = (jobId: string, what = collected()) =>
  sendContext(
    {
      home,
      client: createClient(
        createHttp({ server: `http://127.0.0.1:${port}`, token: async () => null, patienceMs: 0 }),
      ),
      job: { jobId, serverName: 'https://iama.example.org', workspace: '/project' },
    },
    what,
  );

describe('parts of the sources', () => {
  it('[CTX-01] change only where a file changes, comes or goes', () => {
    const before = new Set(partsOf(collected().context).map(({ key }) => key));
    const others = (files: Collected['context']['files']): number =>
      partsOf({ files, dependencies: [] }).filter(({ key }) => !before.has(key)).length;
    const { files } = collected().context;
    expect(before.size).toBe(8);
    expect(others(collected({ 'src/file-7.js': 'changed' }).context.files)).toBe(1);
    expect(others([...files, { path: 'new.js', text: '' }])).toBe(1);
    expect(others(files.slice(1))).toBe(1);
    expect(others(files.toReversed())).toBe(0);
  });
});

describe('sending the sources', () => {
  it('[CTX-01] goes on where it stopped, after a broken connection and a killed command', async () => {
    answering = (request, count) => (count < 3 && isPart(request) ? stored(`part-${count}`) : null);
    await expect(send('job-1')).rejects.toThrow('does not answer');
    expect(posted.length).toBe(3);
    answering = (request, count) => stored(isPart(request) ? `part-${count}` : 'context');
    const { sent, spared } = await send('job-1');
    expect(partIds()).toBe(8);
    expect(sent + spared).toBe(collected().bytes);
    const paths = posted.filter(isPart).flatMap(({ body }) => body.files ?? []);
    expect(new Set(paths.map(({ path }) => path)).size).toBe(200);
    expect(paths.length).toBe(200);
    const last = posted.at(-1);
    expect([last?.url, last?.body.parts?.length]).toEqual(['/api/v1/jobs/job-1/context', 8]);
  });

  it('[CTX-01] does not send again what an earlier job of the same project has sent', async () => {
    await send('job-1');
    posted = [];
    const { spared } = await send('job-2', collected({ 'src/file-7.js': 'changed' }));
    expect(partIds()).toBe(1);
    expect(spared).toBeGreaterThan(600_000);
    const names = posted.at(-1)?.body.parts ?? [];
    expect(names.filter((part) => JSON.stringify(part).includes('job-1')).length).toBe(7);
  });

  it('[CTX-01] sends again what the server has lost, once', async () => {
    await send('job-1');
    posted = [];
    const gone: Answer = {
      status: 422,
      body: { code: 'CONTEXT_PARTS_UNKNOWN', artifact_ids: ['part-0', 'part-5'] },
    };
    answering = (request, count) =>
      isPart(request) ? stored(`new-${count}`) : count === 0 ? gone : stored('c');
    await send('job-2');
    expect(partIds()).toBe(2);
    posted = [];
    answering = () => gone;
    await expect(send('job-3')).rejects.toMatchObject({ code: 'CONTEXT_PARTS_UNKNOWN' });
  });

  it('[CTX-01] takes one request for a small project', async () => {
    const small = collected();
    const files = small.context.files.slice(0, 3);
    expect(await send('job-1', { ...small, bytes: 12_000, context: { ...small.context, files } })).toEqual({
      sent: 12_000,
      spared: 0,
    });
    expect(posted.map(({ url }) => url)).toEqual(['/api/v1/jobs/job-1/context']);
  });

  it('[CTX-01] keeps hashes and ids on this machine, and none of the text', async () => {
    await send('job-1');
    const [name = ''] = await readdir(home.path('sent'));
    const kept = await readFile(home.path('sent', name), 'utf8');
    expect(kept).not.toContain('xxxx');
    expect(Object.keys(JSON.parse(kept)).every((key) => key.length === sha256('').length)).toBe(true);
  });
});
