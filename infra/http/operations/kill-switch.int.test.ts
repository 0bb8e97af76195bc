import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandFiles } from '../../../commands/index.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import { Postponed } from '../../../domain/kernel/postponed.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { call } from '../../../domain/refactoring/job/testing/samples.ts';
import { failedCalls } from '../../model/failed-calls.ts';
import { testContext } from '../../runtime/testing/world.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';
import { jobToStart } from './testing/job-to-start.ts';

let api: TestApi;
let root: Operator;
let support: Operator;
beforeAll(async () => {
  api = await startTestApi();
  root = await firstOperator(api);
  support = await operator(api, root, 'SUPPORT');
});
afterAll(() => api.close());

const ALL = '/admin/kill-switch';
const of = ({ userId }: TestUser): string => `${ALL}/users/${userId}`;
const pull = (path: string, halted: boolean, by: TestUser = root) =>
  api.call(by, 'POST', path, { body: { halted, reason: 'a bill that nobody expected' } });
const failedCall = call({ stage: 'ANALYSE', modelClass: 'L1', outcome: 'INFRA_FAILURE' });
const ready = () => jobToStart(api);
const request = (user: TestUser, goal = 'JAVASCRIPT_TO_TYPESCRIPT') =>
  api.call(user, 'POST', '/jobs', { body: { goal } });

describe('the kill switch', () => {
  afterEach(async () => {
    await pull(ALL, false);
  });

  it('[OPS-04] wants a reason, a person who exists, and for all of them more than support', async () => {
    for (const body of [{}, { halted: true }, { halted: true, reason: ' ' }, { halted: 'yes', reason: 'r' }])
      expect((await api.call(root, 'POST', ALL, { body })).body['code']).toBe('VALIDATION_FAILED');
    const nobody = `${ALL}/users/${randomUUID()}`;
    expect((await pull(nobody, true)).body['code']).toBe('USER_NOT_FOUND');
    expect((await pull(ALL, true, support)).body['code']).toBe('ROLE_MISSING');
    expect((await api.call(root, 'GET', ALL)).body).toEqual({ halts: [] });
  });

  it('[OPS-04] refuses new jobs at once with a stable code, and lets them begin once it is released', async () => {
    const { user, start } = await ready();
    const halted = await pull(ALL, true);
    expect(halted.body['halts']).toEqual([
      { user_id: null, reason: 'a bill that nobody expected', by: root.userId, at: expect.any(String) },
    ]);
    expect((await api.call(support, 'GET', ALL)).body).toEqual(halted.body);
    for (const refused of [await start(), await request(user)])
      expect([refused.status, refused.body['code'], JSON.stringify(refused.body).includes('bill')]).toEqual([
        403,
        'SPENDING_HALTED',
        false,
      ]);
    expect((await pull(ALL, false)).body).toEqual({ halts: [] });
    expect((await start()).body['status']).toBe('ANALYZING');
    expect((await request(user)).status).toBe(201);
  });

  it('[OPS-04] of one person leaves the others alone, and support may pull it', async () => {
    const [one, other] = [await ready(), await ready()];
    expect((await pull(of(one.user), true, support)).status).toBe(200);
    expect((await one.start()).body['code']).toBe('SPENDING_HALTED');
    expect((await other.start()).status).toBe(200);
    await pull(of(one.user), false, support);
    expect((await one.start()).status).toBe(200);
  });

  it('[OPS-04] [OPS-05] shows in the jobs that wait for it, and in the figures', async () => {
    const [one, other] = [await ready(), await ready()];
    const halted = async ({ user }: { user: TestUser }): Promise<unknown[]> => {
      const { jobs } = (await api.call(user, 'GET', '/jobs')).body as {
        jobs: { job_id: string; halted: boolean }[];
      };
      const single = await api.call(user, 'GET', `/jobs/${jobs[0]?.job_id}`);
      return [jobs[0]?.halted, single.body['halted']];
    };
    const figures = async () => (await api.call(support, 'GET', '/admin/health')).body['halts'];
    for (const each of [one, other]) await api.settled(async () => (await halted(each))[0] !== undefined);
    expect([await halted(one), await figures()]).toEqual([[false, false], { everybody: false, people: 0 }]);
    await pull(of(one.user), true);
    expect([await halted(one), await halted(other)]).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(await figures()).toEqual({ everybody: false, people: 1 });
    await pull(ALL, true);
    expect([await halted(other), await figures()]).toEqual([[true, true], { everybody: true, people: 1 }]);
    await pull(of(one.user), false);
  });

  it('[OPS-04] is in the log with who pulled it and why, once however often it is pulled', async () => {
    const { user } = await ready();
    for (const halted of [true, true, false, false]) await pull(of(user), halted, support);
    const { events } = await api.log.read('spending');
    const own = events.filter(({ data }) => data['userId'] === user.userId);
    const shown = api.services.texts.open(own.map(({ data }) => data['reason']));
    expect(own.map(({ type, data, metadata }) => [type, data['by'], metadata.actor])).toEqual(
      ['SpendingHalted', 'SpendingReleased'].map((type) => [
        type,
        support.userId,
        { type: 'admin', id: support.userId },
      ]),
    );
    expect(shown).toEqual(own.map(() => 'a bill that nobody expected'));
  });

  it('[ES-13] [OPS-04] tells operators why, keeps it under the key of the person, and forgets it with the person', async () => {
    const user = await api.user();
    const headers = { 'idempotency-key': randomUUID() };
    const halt = () =>
      api.call(root, 'POST', of(user), { body: { halted: true, reason: 'her zq7canary' }, headers });
    const reasons = ({ body }: Awaited<ReturnType<TestApi['call']>>): unknown[] =>
      (body['halts'] as { reason: string }[]).map(({ reason }) => reason);
    const listed = async () => reasons(await api.call(support, 'GET', ALL));
    for (const answer of [await halt(), await halt()]) expect(reasons(answer)).toEqual(['her zq7canary']);
    expect(await listed()).toEqual(['her zq7canary']);
    const kept =
      await api.pool.query(`select one::text as row from events as one where one::text like '%zq7canary%'
      union all select one::text from idempotency_keys as one where one::text like '%zq7canary%'`);
    expect(kept.rows).toEqual([]);
    await api.services.erasure.erase(user.userId);
    expect(await listed()).toEqual(['[erased]']);
    await pull(of(user), false);
  });

  const timeOut = async (jobId: string, at: Date) => {
    const file = commandFiles.get('TimeOutStage');
    if (file === undefined) throw new Error('there is no such command');
    const data = { jobId, at: at.toISOString(), stage: 'ANALYSE', attempt: null };
    const context = testContext();
    return execute(file, { type: 'TimeOutStage', data }, api.log, api.services, { context });
  };

  it('[OPS-04] [JOB-09] gives a stage the time of a halt also where a call came to nothing after it', async () => {
    const user = await api.user();
    const jobId = await jobScript(api, user).started();
    await pull(of(user), true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await pull(of(user), false);
    await failedCalls(api.log, () => new Date()).record(jobId, failedCall);
    await expect(timeOut(jobId, new Date(Date.now() + 60_000))).rejects.toBeInstanceOf(Postponed);
  });

  it('[OPS-04] [JOB-09] gives a stage as much longer as spending was halted in it', async () => {
    const user = await api.user();
    const jobId = await jobScript(api, user).started();
    await pull(of(user), true);
    await expect(timeOut(jobId, new Date(Date.now() + 60_000))).rejects.toBeInstanceOf(Postponed);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const due = new Date(Date.now() - 500);
    await expect(timeOut(jobId, due)).rejects.toMatchObject({ ms: expect.closeTo(500, -3) });
    await pull(of(user), false);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await timeOut(jobId, due);
    const { events } = await api.log.read(jobStream(jobId));
    expect(events.at(-1)?.type).toBe('StageTimedOut');
  });
});
