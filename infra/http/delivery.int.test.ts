import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../domain/patching/delivery.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { BASELINE_REPORT, jobScript, LOCKED } from './testing/job-script.ts';

const lines = (first: string, last: string) =>
  [first, ...Array.from({ length: 20 }, (_, n) => `line ${n}`), last, ''].join('\n');
const text = (value: string) => ({
  sha256: createHash('sha256').update(value).digest('hex'),
  text: value,
});

const DELIVERY: Delivery = {
  schema: 'iama.delivery/1',
  files: [
    {
      path: 'a.js',
      to: 'a.js',
      before: text(lines('x', 'y')),
      after: text(lines('X', 'Y')),
      symbols: [{ name: 'first', before: [[0, 1]], after: [[0, 1]] }],
    },
    { path: 'tsconfig.json', to: 'tsconfig.json', before: null, after: text('{}\n') },
    { path: 'old.js', to: 'new.ts', before: text('1;\n'), after: text('1 as number;\n') },
  ],
};

let api: TestApi;
let user: TestUser;
let jobId: string;
let script: ReturnType<typeof jobScript>;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
  script = jobScript(api, user);
  jobId = await script.delivered(DELIVERY);
});
afterAll(() => api.close());

const deliveryOf = (id: string) => api.call(user, 'GET', `/jobs/${id}/delivery`);
const post = (path: string, body?: unknown) =>
  api.call(user, 'POST', `/jobs/${jobId}/delivery/${path}`, body === undefined ? {} : { body });

type File = {
  path: string;
  to: string;
  status: string;
  diff: string;
  hunks: { hunk_id: string }[];
  symbols: { symbol_id: string; name: string }[];
};

describe('the delivery', () => {
  it('[TST-01] gives a black box only to who names what no run reached', async () => {
    const id = await script.delivered(DELIVERY, 'BLACK_BOX');
    const { body } = await deliveryOf(id);
    const { uncovered, to_acknowledge: named } = body['baseline'] as Record<string, number>;
    expect(named).toBe(uncovered);
    expect(named).toBeGreaterThan(0);
    const accept = (more: object) =>
      api.call(user, 'POST', `/jobs/${id}/delivery/accept`, { body: { selection: 'ALL', ...more } });
    const refused = { status: 409, body: { code: 'UNCOVERED_NOT_ACKNOWLEDGED', uncovered } };
    expect(await accept({})).toMatchObject(refused);
    expect(await accept({ acknowledged_uncovered: Number(named) + 1 })).toMatchObject(refused);
    expect(await accept({ acknowledged_uncovered: named })).toMatchObject({ status: 200 });
  });

  it('[DEL-01] is not there before the tests pass', async () => {
    const pending = await script.requested();
    expect(await deliveryOf(pending)).toMatchObject({ status: 404, body: { code: 'DELIVERY_NOT_READY' } });
  });

  it('[DEL-01] shows every file as a unified diff with hunks, and the proof', async () => {
    const { body } = await deliveryOf(jobId);
    const files = body['files'] as File[];
    expect(files.map(({ path, to, status }) => [path, to, status])).toEqual([
      ['a.js', 'a.js', 'MODIFIED'],
      ['tsconfig.json', 'tsconfig.json', 'ADDED'],
      ['old.js', 'new.ts', 'RENAMED'],
    ]);
    expect(files[0]?.hunks).toHaveLength(2);
    expect(files[0]?.diff).toContain('--- a/a.js\n+++ b/a.js\n@@ -1,4 +1,4 @@\n-x\n+X\n');
    expect(files[1]?.diff).toContain('--- /dev/null');
    expect(body).toMatchObject({
      phase: 'OFFERED',
      selection: null,
      accepted_conditions: [],
      tests: { total: 3, passed: 3, timed_out: 0, strict_errors: 0 },
      baseline: { mode: 'CHARACTERISATION', recorded: 3, kept: 3, runs: 3 },
      spend: { model_calls: 4, tokens: 0, micro_credits: 0 },
    });
  });

  it('[DEL-01] is downloaded as the patch that its files make, with its hash, by the owner only', async () => {
    const url = `/api/v1/jobs/${jobId}/delivery/patch`;
    const answer = await api.app.inject({ url, headers: user.headers });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/x-diff; charset=utf-8',
      'content-disposition': `attachment; filename="${jobId}.patch"`,
      digest: `sha-256=${createHash('sha256').update(answer.body).digest('base64')}`,
    });
    const { body } = await deliveryOf(jobId);
    expect(answer.body).toBe((body['files'] as File[]).map(({ diff }) => diff).join(''));
    expect(answer.body).toContain('rename from old.js\nrename to new.ts\n');
    const stranger = await api.user();
    expect((await api.call(stranger, 'GET', `/jobs/${jobId}/delivery/patch`)).body['code']).toBe(
      'JOB_NOT_FOUND',
    );
    const pending = await script.requested();
    expect((await api.call(user, 'GET', `/jobs/${pending}/delivery/patch`)).body['code']).toBe(
      'DELIVERY_NOT_READY',
    );
  });

  it('[EXE-06] has a row for every edit of its patch, without the code that the edit looks for', async () => {
    const rows = async () => {
      const { rows: found } = await api.pool.query(
        'select path, anchor, operation, strategy, outcome, ordinal from read.patch_edit_operations where job_id = $1',
        [jobId],
      );
      return found;
    };
    await api.settled(async () => (await rows()).length > 0);
    expect(await rows()).toEqual([
      {
        path: 'index.js',
        anchor: `text sha256:${text('module.exports = 1;').sha256}`,
        operation: 'SEARCH_REPLACE',
        strategy: 'EXACT',
        outcome: 'APPLIED',
        ordinal: 0,
      },
    ]);
    const { events } = await api.log.read(`job-${jobId}`);
    expect(JSON.stringify(events.map(({ data }) => data))).not.toContain('module.exports');
  });

  it('[DEL-01] tells of a baseline that was overridden, and what it had recorded', async () => {
    const { jobId: id, executionId } = await script.planned();
    await script.report(id, executionId, {
      kind: 'BASELINE',
      status: 'FAILED',
      report: await script.uploaded(id, 'BASELINE_REPORT', BASELINE_REPORT),
      reason: 'Too little of the code is reached.',
      failing_tests: ['a'],
      locked_hashes: LOCKED,
    });
    await script.post(`/jobs/${id}/baseline/override`, { quarantined: ['a'], why: 'I know it.' });
    await script.proven(id, DELIVERY);
    expect((await deliveryOf(id)).body).toMatchObject({
      baseline: null,
      override: {
        by: user.userId,
        why: 'I know it.',
        quarantined: ['a'],
        reason: 'Too little of the code is reached.',
        failing_tests: ['a'],
        mode: 'CHARACTERISATION',
        locked_files: 1,
        tests: 3,
      },
    });
    expect((await deliveryOf(jobId)).body['override']).toBeNull();
  });

  it('[DEL-02] is accepted by file, hunk and symbol, applied and reverted by executions', async () => {
    expect((await post('apply')).body['code']).toBe('DELIVERY_STATE_CONFLICT');
    expect((await post('accept', { selection: { files: ['../x'], hunks: [] } })).status).toBe(422);
    const { body } = await deliveryOf(jobId);
    const hunk = (body['files'] as File[])[0]?.hunks[1]?.hunk_id;
    const symbols = (body['files'] as File[]).map((file) => file.symbols);
    expect(symbols).toEqual([[{ symbol_id: 'a.js#first', name: 'first' }], [], []]);
    const unknown = {
      files: ['tsconfig.json', 'no.js'],
      hunks: [hunk, 'h-0'],
      symbols: ['a.js#first', 'a.js#last'],
    };
    expect(await post('accept', { selection: unknown })).toMatchObject({
      status: 422,
      body: { code: 'SELECTION_UNKNOWN', names: ['no.js', 'h-0', 'a.js#last'] },
    });
    const selection = { files: ['tsconfig.json'], hunks: [hunk], symbols: ['a.js#first'] };
    expect((await post('accept', { selection })).status).toBe(200);
    expect((await post('apply')).status).toBe(200);
    const open = async () => {
      const { body: job } = await api.call(user, 'GET', `/jobs/${jobId}`);
      const [execution] = job['executions'] as { execution_id: string; kind: string }[];
      if (execution === undefined) throw new Error('an open execution expected');
      return execution;
    };
    const apply = await open();
    expect(apply.kind).toBe('APPLY');
    await script.report(jobId, apply.execution_id, {
      kind: 'APPLY',
      status: 'APPLIED',
      files: [{ path: 'a.js', before: 'a'.repeat(64), after: 'b'.repeat(64) }],
    });
    expect((await deliveryOf(jobId)).body).toMatchObject({ phase: 'APPLIED', selection });
    expect((await post('revert')).status).toBe(200);
    const revert = await open();
    await script.report(jobId, revert.execution_id, {
      kind: 'REVERT',
      status: 'REVERTED',
      files: ['a.js'],
    });
    expect((await deliveryOf(jobId)).body['phase']).toBe('REVERTED');
  });
});

describe('usage', () => {
  it('[BIL-05] has one entry per call at zero credits, for the owner only', async () => {
    const usage = () => api.call(user, 'GET', `/usage/job/${jobId}`);
    await api.settled(async () => ((await usage()).body['entries'] as unknown[]).length === 4);
    const { body } = await usage();
    expect(body['total_micro_credits']).toBe(0);
    const entries = body['entries'] as { entry_key: string; stage: string; ordinal: number }[];
    expect(entries.map(({ stage }) => stage)).toEqual(['ANALYSE', 'SPECIFY', 'PLAN_TESTS', 'PATCH']);
    expect(entries.map(({ entry_key }) => entry_key)).toEqual(
      entries.map(({ ordinal }) => `${jobId}:L0:0:${ordinal}`),
    );
    expect(new Set(entries.map(({ ordinal }) => ordinal)).size).toBe(4);
    expect((await api.call(await api.user(), 'GET', `/usage/job/${jobId}`)).status).toBe(404);
  });
});

describe('spend', () => {
  it('[JOB-02] [BIL-09] stands in the job and in the list: calls, tokens, and what was charged at the end', async () => {
    const payer = await api.user();
    const own = jobScript(api, payer);
    const { userId } = payer;
    const at = own.at();
    await own.system({ type: 'AssignTier', data: { userId, tier: 'PLUS', reason: 'bought', at } });
    const id = await own.started();
    const metered = { ...own.call('ANALYSE'), gateway: 'elsewhere', inputTokens: 40, outputTokens: 2 };
    const analysis = await own.artifact(id, 'ANALYSIS', {});
    const offered = { jobId: id, at, call: metered, analysis, proposals: [], notes: [] };
    await own.system({ type: 'RecordProposals', data: offered });
    const spend = async () => Object((await api.call(payer, 'GET', `/jobs/${id}`)).body)['spend'];
    await api.settled(async () => (await spend()).tokens === 42);
    expect(await spend()).toEqual({ model_calls: 1, tokens: 42, micro_credits: 0 });
    const end = { userId, holdId: id, at };
    const chargeClass = 'SUCCESS';
    await own.system({ type: 'SettleHold', data: { ...end, jobId: id, microCredits: 750, chargeClass } });
    const correction = { correctionId: 'c', microCredits: 50, reason: 'wrong' };
    await own.system({ type: 'ReverseCharge', data: { ...end, ...correction } });
    const charged = { model_calls: 1, tokens: 42, micro_credits: 700 };
    await api.settled(async () => (await spend()).micro_credits === 700);
    const { body } = await api.call(payer, 'GET', '/jobs');
    expect(body['jobs']).toMatchObject([{ job_id: id, spend: charged }]);
    const free = await api.call(user, 'GET', `/jobs/${jobId}`);
    expect(free.body['spend']).toEqual({ model_calls: 4, tokens: 0, micro_credits: 0 });
  });
});
