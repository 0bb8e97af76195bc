import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from './api/client.ts';
import { createHttp } from './api/http.ts';
import type { JobView } from './api/wire.ts';
import { toBytes } from './executions/artifacts.ts';
import type { ExecutorOptions } from './executor.ts';
import { workOn } from './executor.ts';
import { claimantOf, openHome } from './home/home.ts';
import { followJob } from './session.ts';
import { sha256 } from './workspace/collect.ts';

vi.setConfig({ testTimeout: 20_000 });

/** An API of one job with one APPLY execution, over real HTTP. Tests change what it answers. */
type Api = {
  kind: 'APPLY' | 'BASELINE';
  status: JobView['status'];
  open: boolean;
  leaseSeconds: number;
  claimedBy: string | null;
  tokens: string[];
  refuseReports: number;
  reports: Array<{ outcome: { kind: string; status: string } }>;
  lines: string[];
  claims: string[];
};
const JOB = '5a999e0a-a8be-4410-8278-2e1487f6d743';
let api: Api;
let server: Server;
let options: ExecutorOptions;
let folder: string;

const DELIVERY = toBytes({
  schema: 'iama.delivery/1',
  files: [{ path: 'a.txt', to: 'a.txt', before: null, after: { sha256: sha256('new'), text: 'new' } }],
});
const artifact = {
  artifact_id: 'd',
  kind: 'DELIVERY',
  sha256: sha256(DELIVERY),
  size: DELIVERY.length,
  expires_at: '',
};
/** A plan whose test does not end by itself. */
const ENDLESS = toBytes({
  schema: 'iama.test-plan/1',
  mode: 'CHARACTERISATION',
  runner: 'node:test',
  files: [{ path: '.iama/tests/characterisation.test.mjs', text: 'setInterval(() => {}, 1000);' }],
  subjects: [],
  modules: [],
});
const endless = {
  ...artifact,
  artifact_id: 'p',
  kind: 'TEST_PLAN',
  sha256: sha256(ENDLESS),
  size: ENDLESS.length,
};
const view = (): JobView => ({
  job_id: JOB,
  owner_id: JOB,
  goal_text: '',
  mode: 'SIMPLE',
  targets: [],
  tier: 'MAX',
  model_class: null,
  model_calls: 0,
  tokens: 0,
  spend: { model_calls: 0, tokens: 0, micro_credits: 0 },
  halted: false,
  started_at: null,
  finished_at: null,
  status: api.status,
  title: '',
  goal: '',
  strategy: null,
  failure_class: null,
  reasons: [],
  attempts: 1,
  heartbeat_status: 'PARKED',
  grace_deadline_at: null,
  decision_deadline_at: null,
  escalation: null,
  timed_out: null,
  artifact_expires_at: null,
  requested_at: '',
  updated_at: '',
  delivery_phase: 'ACCEPTED',
  executions: api.open
    ? [{ execution_id: 'e', kind: api.kind, attempt: 1, requested_at: '', claimant: api.claimedBy }]
    : [],
});

const respond = (request: IncomingMessage, body: string): readonly [number, unknown] => {
  const route = `${request.method} ${request.url?.replace(`/api/v1/jobs/${JOB}`, '')}`;
  const token = String(request.headers['x-task-token'] ?? '');
  switch (route) {
    case 'GET ':
      return [200, view()];
    case 'GET /logs':
      return [404, { code: 'NOT_HERE' }];
    case 'POST /heartbeat':
      return [200, { heartbeat_status: 'ALIVE', grace_deadline_at: null }];
    case 'GET /artifacts/d':
      return [200, DELIVERY];
    case 'GET /artifacts/p':
      return [200, ENDLESS];
    case 'POST /executions/e/claim': {
      const { claimant }: { claimant: string } = JSON.parse(body);
      api.claims.push(claimant);
      if (!api.open || (api.claimedBy !== null && api.claimedBy !== claimant)) {
        return [409, { code: 'EXECUTION_ALREADY_CLAIMED', detail: 'Another client does it.' }];
      }
      api.claimedBy = claimant;
      api.tokens.push(`token-${api.tokens.length + 1}`);
      const execution = {
        execution_id: 'e',
        kind: api.kind,
        attempt: 1,
        artifacts: [artifact, endless],
        selection: 'ALL',
      };
      const limits = { locked_hashes: {}, timeout_seconds: 60, quarantined: [], retest: null };
      return [
        200,
        {
          task_token: api.tokens.at(-1),
          lease_seconds: api.leaseSeconds,
          execution: { ...execution, ...limits },
        },
      ];
    }
    case 'POST /executions/e/progress':
      api.lines.push(...(JSON.parse(body) as { lines: string[] }).lines);
      // The specification is changed while the tests run.
      if (api.kind === 'BASELINE') api.open = false;
      return [204, null];
    case 'POST /sandbox/report':
      if (api.refuseReports > 0 || token !== api.tokens.at(-1)) {
        api.refuseReports--;
        return [403, { code: 'TASK_TOKEN_INVALID', detail: 'The lease ran out.' }];
      }
      api.reports.push(JSON.parse(body));
      api.open = false;
      return [200, { job_id: JOB, status: api.status }];
    default:
      return [500, { code: route }];
  }
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-executor-'));
  await mkdir(join(folder, 'project'));
  api = {
    kind: 'APPLY',
    status: 'DELIVERED',
    open: true,
    leaseSeconds: 60,
    claimedBy: null,
    tokens: [],
    refuseReports: 0,
    reports: [],
    lines: [],
    claims: [],
  };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [status, body] = respond(request, Buffer.concat(chunks).toString());
      response.writeHead(status);
      response.end(body instanceof Uint8Array ? body : body === null ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const http = createHttp({ server: `http://127.0.0.1:${port}`, token: async () => 't', patienceMs: 2_000 });
  const home = await openHome({ IAMA_HOME: join(folder, 'home') });
  options = {
    client: createClient(http),
    home,
    claimant: await claimantOf(home),
    jobId: JOB,
    workspace: join(folder, 'project'),
    tell: () => undefined,
    onClaim: () => undefined,
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const work = () => workOn(options, 'e', new AbortController().signal);

describe('the executor', () => {
  it('[EXE-01] leaves an execution to whoever has claimed it', async () => {
    api.claimedBy = 'another-machine';
    expect(await work()).toMatchObject({ status: 'NOT_OURS' });
    expect(api.reports).toEqual([]);
  });

  it('[EXE-01] claims under one id for this machine, also after a restart', async () => {
    expect(await claimantOf(await openHome({ IAMA_HOME: join(folder, 'home') }))).toBe(options.claimant);
    await work();
    expect(api.claims).toEqual([options.claimant]);
  });

  it('[EXE-01] reports once more with a new token when the lease ran out meanwhile', async () => {
    api.refuseReports = 1;
    expect(await work()).toMatchObject({ status: 'REPORTED', outcome: { kind: 'APPLY', status: 'APPLIED' } });
    expect(api.tokens).toEqual(['token-1', 'token-2']);
    expect(api.reports).toHaveLength(1);
  });

  it('[EXE-01] gives up a report that the server refuses for good', async () => {
    api.refuseReports = 10;
    expect(await work()).toMatchObject({ status: 'NOT_OURS' });
    expect(api.reports).toEqual([]);
  });

  it('[EXE-01] reports what happened, and its lines reach the server before', async () => {
    await writeFile(join(folder, 'project/a.txt'), 'in the way');
    expect(await work()).toMatchObject({
      status: 'REPORTED',
      outcome: { status: 'FAILED', code: 'BASE_CONFLICT' },
    });
    expect(api.reports[0]?.outcome).toMatchObject({ kind: 'APPLY', status: 'FAILED', files: ['a.txt'] });
    expect(api.lines).toEqual([expect.stringContaining('Not applied')]);
  });
});

describe('a session', () => {
  it('[EXE-01] [JOB-06] does what is asked for without a stream too, then asks how to go on', async () => {
    const states: string[] = [];
    const outcomes: string[] = [];
    const last = await followJob({
      ...options,
      signal: AbortSignal.timeout(15_000),
      onEvent: () => undefined,
      onOutcome: ({ status }) => outcomes.push(status),
      onState: async ({ executions }) => {
        states.push(`${executions.length} open`);
        return 'DONE';
      },
    });
    expect([states, outcomes, last.executions]).toEqual([['0 open'], ['APPLIED'], []]);
  });

  it('[EXE-01] stops an execution that is asked for no longer, and does not report it', async () => {
    api.kind = 'BASELINE';
    const states: string[] = [];
    await followJob({
      ...options,
      signal: AbortSignal.timeout(15_000),
      onEvent: () => undefined,
      onOutcome: ({ status }) => states.push(status),
      onState: async ({ executions }) => {
        states.push(`${executions.length} open`);
        return 'DONE';
      },
    });
    expect([states, api.reports]).toEqual([['0 open'], []]);
  });

  it('[EXE-07] ends when the person detaches', async () => {
    api.open = false;
    const detach = new AbortController();
    const following = followJob({
      ...options,
      signal: detach.signal,
      onEvent: () => undefined,
      onOutcome: () => undefined,
      onState: async () => 'WAIT',
    });
    setTimeout(() => detach.abort(new Error('detached')), 300);
    await expect(following).rejects.toThrow('detached');
  });
});
