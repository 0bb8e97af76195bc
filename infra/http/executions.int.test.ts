import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { jobScript } from './testing/job-script.ts';

let api: TestApi;
let user: TestUser;
let script: ReturnType<typeof jobScript>;
type Planned = Awaited<ReturnType<typeof script.planned>>;
let planned: Planned;

const claim = ({ jobId, executionId }: Planned, claimant: string) =>
  api.call(user, 'POST', `/jobs/${jobId}/executions/${executionId}/claim`, { body: { claimant } });

const withToken = (token: unknown) => ({ 'x-task-token': String(token) });

const upload = (at: Planned, token: unknown, kind: string, bytes: Buffer) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/jobs/${at.jobId}/executions/${at.executionId}/artifacts?kind=${kind}`,
    headers: { ...user.headers, 'content-type': 'application/octet-stream', ...withToken(token) },
    payload: bytes,
  });

const progress = (at: Planned, token: unknown, body: unknown) =>
  api.call(user, 'POST', `/jobs/${at.jobId}/executions/${at.executionId}/progress`, {
    body,
    headers: withToken(token),
  });

const failure = {
  kind: 'BASELINE',
  status: 'FAILED',
  report: null,
  reason: 'It throws.',
  failing_tests: ['a'],
};

const report = (at: Planned, token: unknown, outcome: unknown, path = 'sandbox/report') =>
  api.call(user, 'POST', `/jobs/${at.jobId}/${path}`, {
    body: { execution_id: at.executionId, outcome },
    headers: withToken(token),
  });

const expireLease = (executionId: string) =>
  api.pool.query("update execution_leases set expires_at = now() - interval '1 s' where execution_id = $1", [
    executionId,
  ]);

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('executions', () => {
  it('[EXE-01] have one claimant, whoever comes at once', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => claim(planned, `client-${n}`)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    for (const { status, body } of answers)
      if (status !== 200) expect([status, body['code']]).toEqual([409, 'EXECUTION_ALREADY_CLAIMED']);
    expect(winners[0]?.body).toMatchObject({
      lease_seconds: 120,
      execution: { execution_id: planned.executionId, kind: 'BASELINE', attempt: 0 },
    });
    const { rows } = await api.pool.query('select token_hash from execution_leases where execution_id = $1', [
      planned.executionId,
    ]);
    const hash = createHash('sha256').update(String(winners[0]?.body['task_token'])).digest();
    expect(rows[0].token_hash.equals(hash)).toBe(true);
    const stored = await api.pool.query('select 1 from events where data::text like $1', [
      `%${String(winners[0]?.body['task_token'])}%`,
    ]);
    expect(stored.rows).toEqual([]);
  });

  it('[EXE-01] give a restarted claimant a new token, and end the old one', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const first = await claim(planned, 'cli');
    const second = await claim(planned, 'cli');
    expect(second.status).toBe(200);
    expect(second.body['task_token']).not.toBe(first.body['task_token']);
    expect((await progress(planned, first.body['task_token'], { lines: [] })).status).toBe(403);
    expect((await progress(planned, second.body['task_token'], { lines: ['hello'] })).status).toBe(204);
  });

  it('[EXE-01] refuse a foreign, a missing and an expired token', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const { body } = await claim(planned, 'cli');
    const invalid = { status: 403, body: { code: 'TASK_TOKEN_INVALID' } };
    expect(await progress(planned, 'x'.repeat(43), { lines: ['x'] })).toMatchObject(invalid);
    expect(await progress(planned, '', { lines: ['x'] })).toMatchObject(invalid);
    const other = { ...planned, executionId: randomUUID() };
    expect(await progress(other, body['task_token'], { lines: ['x'] })).toMatchObject(invalid);
    await expireLease(planned.executionId);
    expect(await progress(planned, body['task_token'], { lines: ['x'] })).toMatchObject(invalid);
    expect(await report(planned, body['task_token'], failure)).toMatchObject(invalid);
  });

  it('[EXE-01] pass to another claimant only when neither the log nor the renewed lease holds them', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const { body } = await claim(planned, 'cli');
    const { jobId, executionId } = planned;
    const claimLater = (seconds: number) =>
      script.system({
        type: 'ClaimExecution',
        data: {
          jobId,
          executionId,
          claimant: 'other',
          leaseSeconds: 120,
          at: new Date(Date.now() + seconds * 1_000).toISOString(),
        },
      });
    const refused = { code: 'EXECUTION_ALREADY_CLAIMED' };
    await expireLease(executionId);
    await expect(claimLater(60)).rejects.toMatchObject(refused);
    const renewed = new Date(Date.now() + 100_000).toISOString();
    await api.services.leases.renew({ executionId, leaseSeconds: 120, at: renewed });
    await expect(claimLater(130)).rejects.toMatchObject(refused);
    await claimLater(230);
    expect((await progress(planned, body['task_token'], { lines: [] })).status).toBe(403);
  });

  it('[EXE-01] refuse outcomes that are not of their form', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const { body } = await claim(planned, 'cli');
    for (const outcome of [{}, { ...failure, extra: 1 }, { ...failure, kind: 'NONE' }, null])
      expect((await report(planned, body['task_token'], outcome)).body['code']).toBe('VALIDATION_FAILED');
    const wrongKind = { kind: 'REVERT', status: 'REVERTED', files: [] };
    expect((await report(planned, body['task_token'], wrongKind)).body['code']).toBe(
      'EXECUTION_KIND_MISMATCH',
    );
  });

  it('[EXE-01] take a report once: the same again gets the first answer, another one none', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const { body } = await claim(planned, 'cli');
    const first = await report(planned, body['task_token'], failure);
    expect(first).toMatchObject({ status: 200, body: { status: 'BASELINE_VALIDATION_FAILED' } });
    await expireLease(planned.executionId);
    const again = await report(planned, body['task_token'], failure, 'execution/test-result');
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers['idempotent-replayed']).toBe('true');
    const changed = await report(planned, body['task_token'], { ...failure, reason: 'Other.' });
    expect(changed).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const { events } = await api.log.read(`job-${planned.jobId}`);
    expect(events.filter(({ type }) => type === 'ExecutionReported')).toHaveLength(1);
  });

  it('[EXE-01] carry artifacts up and a passed baseline down into the log', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const { body } = await claim(planned, 'cli');
    const locked = { '.iama/tests/a.test.mjs': 'b'.repeat(64) };
    const content = {
      schema: 'iama.baseline/1',
      report: { counts: { total: 2, passed: 2 } },
      locked_hashes: locked,
    };
    const bytes = Buffer.from(JSON.stringify(content));
    expect((await upload(planned, 'x', 'BASELINE_REPORT', bytes)).statusCode).toBe(403);
    expect((await upload(planned, body['task_token'], 'NONSENSE', bytes)).statusCode).toBe(422);
    const wrong = await upload(planned, body['task_token'], 'DELIVERY', bytes);
    expect(wrong.json()).toMatchObject({ status: 422, code: 'ARTIFACT_KIND_MISMATCH' });
    const uploaded = await upload(planned, body['task_token'], 'BASELINE_REPORT', bytes);
    expect(uploaded.statusCode).toBe(200);
    const ratio = { covered: 1, total: 2 };
    const { artifact } = uploaded.json();
    const passed = (sent: unknown) => ({
      kind: 'BASELINE',
      status: 'PASSED',
      report: sent,
      recorded: 3,
      kept: 3,
      quarantined: [],
      runs: 3,
      coverage: { branches: ratio, functions: ratio, lines: ratio },
      locked_hashes: locked,
    });
    const lies = [
      [{ ...artifact, artifact_id: randomUUID() }, 'NOT_FOUND'],
      [{ ...artifact, sha256: 'e'.repeat(64) }, 'HASH'],
      [{ ...artifact, size: artifact.size + 1 }, 'HASH'],
      [{ ...artifact, kind: 'TEST_REPORT' }, 'KIND'],
    ];
    for (const [sent, reason] of lies)
      expect(await report(planned, body['task_token'], passed(sent))).toMatchObject({
        status: 422,
        body: { code: 'ARTIFACT_MISMATCH', reason },
      });
    const answer = await report(planned, body['task_token'], passed(artifact));
    expect(answer).toMatchObject({ status: 200, body: { status: 'REFACTORING' } });
  });

  it('[EXE-01] keep nothing that is sent for work which is not asked for any more', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const { body } = await claim(planned, 'cli');
    await api.call(user, 'DELETE', `/jobs/${planned.jobId}`);
    const bytes = Buffer.from('too late');
    const late = await upload(planned, body['task_token'], 'TEST_REPORT', bytes);
    expect(late.json()).toMatchObject({ status: 409, code: 'EXECUTION_NOT_OPEN' });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const kept = await api.storedArtifacts(planned.jobId);
    expect(kept).not.toContain(sha256);
    expect(kept).not.toEqual([]);
  });

  it('[JOB-05] tell whether a client is needed, and end the grace of one that came back', async () => {
    user = await api.user();
    script = jobScript(api, user);
    planned = await script.planned();
    const beat = () => api.call(user, 'POST', `/jobs/${planned.jobId}/heartbeat`);
    expect((await beat()).body).toEqual({ heartbeat_status: 'ALIVE', grace_deadline_at: null });
    const at = new Date().toISOString();
    await script.system({
      type: 'ReportHeartbeatMissed',
      data: { jobId: planned.jobId, at, lastSeenAt: at },
    });
    expect((await api.call(user, 'GET', `/jobs/${planned.jobId}`)).body).toMatchObject({
      heartbeat_status: 'GRACE',
    });
    expect((await beat()).body).toEqual({ heartbeat_status: 'ALIVE', grace_deadline_at: null });
    const waiting = await script.proposed();
    const parked = await api.call(user, 'POST', `/jobs/${waiting}/heartbeat`);
    expect(parked.body['heartbeat_status']).toBe('PARKED');
  });
});
