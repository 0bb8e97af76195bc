import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogRead } from '../../../domain/operations/log-read.ts';
import { emlFolder } from '../../mail/eml-folder.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';

let api: TestApi;
let user: TestUser;
let root: Operator;
let support: Operator;
let jobId: string;
let mailFolder: string;
beforeAll(async () => {
  mailFolder = await mkdtemp(join(tmpdir(), 'iama-mails-'));
  api = await startTestApi({ mailFolder });
  user = await api.user();
  jobId = await jobScript(api, user).started();
  root = await firstOperator(api);
  support = await operator(api, root, 'SUPPORT');
});
afterAll(async () => {
  await api.close();
  await rm(mailFolder, { recursive: true });
});

const look = (path: string) => api.call(support, 'GET', `/admin/audit${path}`);
const looks = async ({ userId } = support) => {
  const { events } = await api.log.read<LogRead>(`log-reads-${userId}`);
  return events.map(({ data, metadata }) => [data.what, data.subject, metadata.actor.id]);
};

describe('the audit of operators', () => {
  it('[OPS-06] is closed to the people whose log it is', async () => {
    for (const path of [
      `/jobs/${jobId}`,
      `/streams/job-${jobId}`,
      `/streams/job-${jobId}/what-if`,
      '/events',
      '/replay/users',
    ])
      expect((await api.call(user, 'GET', `/admin/audit${path}`)).status).toBe(401);
  });

  it('[OPS-06] says what there is not, and what was asked wrongly', async () => {
    const codes = async (...paths: readonly string[]) =>
      Promise.all(paths.map(async (path) => (await look(path)).body['code']));
    expect(await codes(`/jobs/${randomUUID()}`, '/streams/nope', '/replay/nope')).toEqual([
      'JOB_NOT_FOUND',
      'STREAM_NOT_FOUND',
      'PROJECTION_UNKNOWN',
    ]);
    const stream = `/streams/job-${jobId}`;
    expect(await codes(`${stream}/at`, `${stream}/at?position=1&time=2026-11-21T10:00:00Z`)).toEqual([
      'MOMENT_REQUIRED',
      'MOMENT_REQUIRED',
    ]);
    for (const wrong of [
      `${stream}/at?position=-1`,
      `${stream}/at?time=yesterday`,
      `${stream}?limit=0`,
      '/events?before=x',
    ])
      expect([wrong, (await look(wrong)).body['code']]).toEqual([wrong, 'VALIDATION_FAILED']);
  });

  it('[OPS-06] tells a stream with its state after each event, in pages, and as it was at a moment', async () => {
    const stream = `/streams/job-${jobId}`;
    const whole = await look(stream);
    const steps = whole.body['steps'] as { version: number; position: number; state: { status: string } }[];
    expect(steps.map(({ state }) => state.status)).toEqual(['PENDING', 'PENDING', 'ANALYZING']);
    expect((await look(`${stream}?after=1&limit=1`)).body).toEqual({ steps: [steps[1]], next_after: 2 });
    await api.settled(async () => (await look(`${stream}/at?position=999999`)).body['step'] !== null);
    const second = (await look(`${stream}?after=1&limit=1`)).body['steps'] as typeof steps;
    const at = await look(`${stream}/at?position=${second[0]?.position}`);
    expect(at.body['step']).toEqual(second[0]);
    expect((await look(`${stream}/at?time=2020-01-01T00:00:00Z`)).body).toEqual({ step: null });
  });

  it('[OPS-06] decides a stream again by the rules of today, and names where the record is of others', async () => {
    const whatIf = (stream: string) => look(`/streams/${stream}/what-if`);
    expect((await whatIf('nope')).body['code']).toBe('STREAM_NOT_FOUND');
    expect((await whatIf(`log-reads-${support.userId}`)).body['code']).toBe('STREAM_NOT_DECIDED');
    expect((await whatIf(`job-${jobId}`)).body).toMatchObject({
      events: 3,
      decisions: 3,
      same: 3,
      not_decidable: [],
      different: 0,
      differences: [],
    });
    const other = randomUUID();
    const data = {
      jobId: other,
      at: '2026-11-21T10:00:00.000Z',
      by: 'x',
      forced: false,
      failureClass: 'REFUSED',
    };
    const context = {
      commandId: other,
      correlationId: other,
      causationId: other,
      actor: { type: 'user', id: 'x' },
    } as const;
    await api.log.append(
      [
        {
          streamName: `job-${other}`,
          events: [{ type: 'JobCancelled', data }],
          expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
        },
      ],
      { context },
    );
    const { body } = await whatIf(`job-${other}`);
    expect(body['differences']).toMatchObject([
      { version: 1, kind: 'REFUSED', command: 'CancelJob', code: 'JOB_NOT_FOUND' },
    ]);
  });

  it('[OPS-06] tells the whole story of a job, and finds events by who caused them', async () => {
    const { body } = await look(`/jobs/${jobId}`);
    expect(body['job']).toMatchObject({ job_id: jobId, owner_id: user.userId });
    const entries = body['entries'] as { type: string }[];
    expect(entries.map(({ type }) => type)).toContain('JobSlotClaimed');
    const found = await look(`/events?actor=user:${user.userId}&type=JobStarted`);
    const events = found.body['events'] as { stream: string }[];
    expect(events.map(({ stream }) => stream)).toEqual([`job-${jobId}`]);
    expect(found.body['next_before']).toBeNull();
  });

  it('[OPS-06] builds a table anew and finds the row that was changed behind the log', async () => {
    await api.settled(
      async () => ((await api.call(user, 'GET', '/jobs')).body['jobs'] as unknown[]).length === 1,
    );
    const differing = async () => {
      const { body } = await look('/replay/refactor-jobs');
      return (body['replays'] as { differing_rows: number; examples: { key: string }[] }[])[0];
    };
    expect(await differing()).toMatchObject({ differing_rows: 0, examples: [] });
    await api.pool.query("update read.refactor_jobs set title = 'changed' where job_id = $1", [jobId]);
    expect(await differing()).toMatchObject({ differing_rows: 1, examples: [{ key: jobId }] });
    const both = await Promise.all([look('/replay/all'), look('/replay/all')]);
    expect(both.map(({ status, body }) => [status, body['code']]).sort()).toEqual([
      [200, undefined],
      [409, 'AUDIT_RUNNING'],
    ]);
  });

  it('[OPS-06] [ES-07] verifies the log', async () => {
    const { body } = await look('/verify');
    expect([body['intact'], body['finding']]).toEqual([true, null]);
    expect(body['events']).toBeGreaterThan(5);
  });

  it('[OPS-02] [OPS-06] is itself in the log: who looked at what, whatever came of it', async () => {
    const before = (await looks()).length;
    await look(`/jobs/${jobId}`);
    await look('/streams/nope');
    await look(`/streams/job-${jobId}/at?position=1`);
    await look(`/events?actor=user:${user.userId}&type=JobStarted&limit=5`);
    await look('/streams/spending/what-if');
    await look('/replay/users');
    await look('/verify');
    expect((await looks()).slice(before)).toEqual([
      ['JOB', jobId, support.userId],
      ['STREAM', 'nope', support.userId],
      ['MOMENT', `job-${jobId}`, support.userId],
      ['SEARCH', `actor=user:${user.userId} type=JobStarted`, support.userId],
      ['WHAT_IF', 'spending', support.userId],
      ['REPLAY', 'users', support.userId],
      ['VERIFY', 'log', support.userId],
    ]);
  });
});

describe('mails without a mail server', () => {
  const ask = (by: Operator, path: string) => api.call(by, 'GET', `/admin/mails${path}`);

  it('[OPS-09] [OPS-02] are read by super admins only, and each look is in the log before it is answered', async () => {
    const mail = { to: 'ada@example.org', subject: 'Reset', text: 'Your code is 123.' };
    await emlFolder(mailFolder).send(mail);
    const id = '2026-11-21T10-00-00.000Z-0123abcd';
    await writeFile(join(mailFolder, `${id}.eml`), 'cut off');
    expect((await ask(support, '')).body['code']).toBe('ROLE_MISSING');
    const { mails, next_before } = (await ask(root, '?limit=1')).body as {
      mails: { mail_id: string }[];
      next_before: string;
    };
    const { text, ...head } = mail;
    const told = { mail_id: expect.any(String), sent_at: expect.any(String), ...head };
    const [newest = { mail_id: '' }] = mails;
    expect([mails, next_before]).toEqual([[told], newest.mail_id]);
    expect((await ask(root, `?before=${next_before}`)).body).toEqual({
      mails: [{ mail_id: id, sent_at: '2026-11-21T10:00:00.000Z', to: null, subject: null }],
      next_before: null,
    });
    expect((await ask(root, `/${newest.mail_id}`)).body).toEqual({ ...newest, text });
    expect(await ask(root, `/${id}`)).toMatchObject({ status: 409, body: { code: 'MAIL_UNREADABLE' } });
    expect((await ask(root, '/..%2F..%2Fetc%2Fpasswd')).body['code']).toBe('MAIL_NOT_FOUND');
    expect((await ask(root, '?before=..')).body['code']).toBe('VALIDATION_FAILED');
    expect(await looks(root)).toEqual(
      [
        ['MAILS', 'newest'],
        ['MAILS', next_before],
        ['MAIL', newest.mail_id],
        ['MAIL', id],
        ['MAIL', '../../etc/passwd'],
      ].map((each) => [...each, root.userId]),
    );
    expect(await looks()).not.toContainEqual(expect.arrayContaining(['MAILS']));
  });
});
