import { decodeJwt, SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser, TOKEN_NAMES } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
import { postgresOwnedJobs } from './owned-jobs.ts';
import { type Message, openStream, raiseAlert } from './testing.ts';

let api: TestApi;
let user: TestUser;
let script: ReturnType<typeof jobScript>;
beforeAll(async () => {
  api = await startTestApi({ listen: true });
  user = await api.user();
  script = jobScript(api, user);
});
afterAll(() => api.close());

const logs = (jobId: string, headers = {}, who: TestUser | null = user) =>
  openStream(`${api.url}/api/v1/jobs/${jobId}/logs`, who, headers);
const statuses = (messages: readonly Message[]) =>
  messages.filter(({ event }) => event === 'state_change').map(({ data }) => data['status']);
const reached = (status: string) => (messages: readonly Message[]) => statuses(messages).includes(status);

describe('the stream of a job', () => {
  it('[JOB-03] exists for its owner only', async () => {
    const jobId = await script.requested();
    expect((await logs(jobId, {}, await api.user())).status).toBe(404);
    expect((await logs(jobId, {}, null)).status).toBe(401);
    expect((await logs(jobId, { 'last-event-id': 'x' })).status).toBe(400);
  });

  it('[JOB-06] tells the whole story so far, then what happens, in the names of the specification', async () => {
    const own = jobScript(api, await api.user());
    const jobId = await own.requested();
    const other = await openStream(`${api.url}/api/v1/jobs/${jobId}/logs`, user);
    expect(other.status).toBe(404);
    const owner = await api.user();
    const mine = jobScript(api, owner);
    const { jobId: planned, executionId } = await mine.planned();
    const stream = await logs(planned, {}, owner);
    await stream.until(reached('BASELINE_VALIDATION'));
    const { body } = await api.call(owner, 'POST', `/jobs/${planned}/executions/${executionId}/claim`, {
      body: { claimant: 'cli' },
    });
    await api.call(owner, 'POST', `/jobs/${planned}/executions/${executionId}/progress`, {
      body: { lines: ['one', 'two'], percent: 10 },
      headers: { 'x-task-token': String(body['task_token']) },
    });
    await api.call(owner, 'DELETE', `/jobs/${planned}`);
    const messages = await stream.until(reached('FAILED'));
    expect(statuses(messages)).toEqual([
      'PENDING',
      'ANALYZING',
      'WAITING_STRATEGY',
      'WAITING_SPEC_APPROVAL',
      'GENERATING_TESTS',
      'BASELINE_VALIDATION',
      'FAILED',
    ]);
    const requested = messages.find(({ event }) => event === 'execution_requested');
    expect(requested?.data).toMatchObject({ execution_id: executionId, kind: 'BASELINE', attempt: 0 });
    const lines = messages.filter(({ event }) => event === 'log_line').map(({ data }) => data['line']);
    expect(lines).toEqual(['one', 'two']);
    expect(messages.some(({ event }) => event === 'artifact_ready')).toBe(true);
    stream.close();
  });

  it('[ES-14] resumes from any Last-Event-ID without loss and without repetition', async () => {
    const owner = await api.user();
    const mine = jobScript(api, owner);
    const { jobId } = await mine.planned();
    const whole = await logs(jobId, {}, owner);
    await whole.until(reached('BASELINE_VALIDATION'));
    const ids = whole.messages.flatMap(({ id }) => (id === null ? [] : [id]));
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids.slice(0, -1)) {
      const resumed = await logs(jobId, { 'last-event-id': id }, owner);
      const rest = whole.messages.slice(whole.messages.findIndex((message) => message.id === id) + 1);
      await resumed.until((messages) => messages.length >= rest.length);
      expect(resumed.messages).toEqual(rest);
      resumed.close();
    }
    whole.close();
  });

  it('[ES-14] shows a client that reconnects all the time each line once, while lines are written', async () => {
    const owner = await api.user();
    const mine = jobScript(api, owner);
    const { jobId, executionId } = await mine.planned();
    const { body } = await api.call(owner, 'POST', `/jobs/${jobId}/executions/${executionId}/claim`, {
      body: { claimant: 'cli' },
    });
    const total = 300;
    const write = async (): Promise<void> => {
      for (let n = 0; n < total; n += 3)
        await api.call(owner, 'POST', `/jobs/${jobId}/executions/${executionId}/progress`, {
          body: { lines: [`${n}`, `${n + 1}`, `${n + 2}`] },
          headers: { 'x-task-token': String(body['task_token']) },
        });
    };
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      let last: string | null = null;
      while (seen.length < total) {
        const stream = await logs(jobId, last === null ? {} : { 'last-event-id': last }, owner);
        await stream.until((messages) => messages.length > 10 || seen.length + messages.length >= total);
        stream.close();
        const complete = stream.messages.findLastIndex(({ id }) => id !== null);
        for (const message of stream.messages.slice(0, complete + 1)) {
          if (message.event === 'log_line') seen.push(String(message.data['line']));
          last = message.id ?? last;
        }
      }
    };
    await Promise.all([write(), read()]);
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => String(n)));
  });
});

describe('the stream of a user', () => {
  it('[JOB-06] [BIL-10] carries all of one’s own jobs and alerts and nobody else’s, and resumes', async () => {
    const [owner, other] = await Promise.all([api.user(), api.user()]);
    const [mine, theirs] = [jobScript(api, owner), jobScript(api, other)];
    const open = (headers = {}) => openStream(`${api.url}/api/v1/jobs/stream`, owner, headers);
    const stream = await open();
    const [first] = [await mine.requested(), await theirs.requested()];
    const second = await mine.requested();
    const messages = await stream.until((got) => got.length >= 2);
    expect(messages.map(({ data }) => data['job_id'])).toEqual([first, second]);
    const resumed = await open({ 'last-event-id': String(messages[0]?.id) });
    await resumed.until((got) => got.length >= 1);
    expect(resumed.messages.map(({ data }) => data['job_id'])).toEqual([second]);
    await raiseAlert(api.log, other.userId);
    const alert = { event: 'quota_alert', data: await raiseAlert(api.log, owner.userId) };
    const alerted = (got: readonly Message[]) => got.some(({ event }) => event === 'quota_alert');
    for (const live of [stream, resumed])
      expect((await live.until(alerted)).slice(-1)).toEqual([expect.objectContaining(alert)]);
    const late = await open({ 'last-event-id': String(messages[1]?.id) });
    expect(await late.until(alerted)).toEqual([expect.objectContaining(alert)]);
    late.close();
    stream.close();
    resumed.close();
  });
});

describe('a resume of the stream of a user', () => {
  it('[ES-14] tells nothing again to one who was told by a process that had read further', async () => {
    const owner = await api.user();
    const mine = jobScript(api, owner);
    const positionOf = async (id: string) =>
      (await api.log.read(`job-${id}`)).events[0]?.metadata.globalPosition ?? null;
    // Positions that nobody has yet. Events of the registration may still wait for theirs.
    const told = (await api.log.head()) + 10n;
    const stream = await openStream(`${api.url}/api/v1/jobs/stream`, owner, {
      'last-event-id': String(told),
    });
    const jobs: string[] = [];
    const positions: bigint[] = [];
    while ((positions.at(-1) ?? 0n) <= told) {
      const id = await mine.requested();
      jobs.push(id);
      await api.settled(async () => (await positionOf(id)) !== null);
      positions.push((await positionOf(id)) ?? 0n);
    }
    await stream.until((got) => got.some(({ data }) => data['job_id'] === jobs.at(-1)));
    const later = jobs.filter((_, index) => (positions[index] ?? 0n) > told);
    expect(later.length).toBeLessThan(jobs.length);
    expect(stream.messages.map(({ data }) => data['job_id'])).toEqual(later);
    stream.close();
  });

  it('[ES-14] tells every event once from any position, however far the read table is', async () => {
    const owner = await api.user();
    const mine = jobScript(api, owner);
    const stranger = jobScript(api, await api.user());
    await stranger.planned();
    const started = await api.log.head();
    const first = await mine.planned();
    for (let round = 0; round < 15; round += 1) await stranger.requested();
    // Planned without waiting for the read table: it may not know the second job yet.
    const second = await mine.requested();
    const whole = await openStream(`${api.url}/api/v1/jobs/stream`, owner, {
      'last-event-id': String(started),
    });
    await whole.until((got) => got.some(({ data }) => data['job_id'] === second));
    const jobs = new Set(whole.messages.map(({ data }) => data['job_id']));
    expect(jobs).toEqual(new Set([first.jobId, second]));
    const ids = whole.messages.flatMap(({ id }) => (id === null ? [] : [BigInt(id)]));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => Number(a - b)));
    for (const id of [ids[0], ids[Math.floor(ids.length / 2)], ids.at(-2)]) {
      const rest = whole.messages.slice(whole.messages.findIndex((message) => message.id === String(id)) + 1);
      const resumed = await openStream(`${api.url}/api/v1/jobs/stream`, owner, {
        'last-event-id': String(id),
      });
      await resumed.until((messages) => messages.length >= rest.length);
      expect(resumed.messages).toEqual(rest);
      resumed.close();
    }
    whole.close();
  });

  it('[ES-14] knows the jobs of the read table and how far that has read', async () => {
    const owner = await api.user();
    const jobId = await jobScript(api, owner).requested();
    const ownedJobs = postgresOwnedJobs(api.pool);
    await api.settled(async () => (await ownedJobs(owner.userId)).jobIds.includes(jobId));
    expect((await ownedJobs(owner.userId)).jobIds).toEqual([jobId]);
    const head = await api.log.head();
    await api.settled(async () => (await ownedJobs(owner.userId)).upTo >= head);
    expect((await ownedJobs('nobody')).jobIds).toEqual([]);
  });

  it('[ES-14] takes a table that no worker has built yet for one that knows nothing', async () => {
    const missing = async () => {
      throw Object.assign(new pg.DatabaseError('no table', 8, 'error'), { code: '42P01' });
    };
    expect(await postgresOwnedJobs({ query: missing })('somebody')).toEqual({ jobIds: [], upTo: 0n });
  });
});

describe('the end of a stream', () => {
  it('[ES-14] comes with the token’s, and says from where to resume', async () => {
    const jobId = await script.requested();
    const kid = String((await api.tokens.jwks()).keys[0]?.kid);
    const { sid, gen } = decodeJwt(user.headers.authorization.split(' ')[1] ?? '');
    const token = await new SignJWT({ sid, gen })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .setIssuer(TOKEN_NAMES.issuer)
      .setAudience(TOKEN_NAMES.audience)
      .setSubject(user.userId)
      .setJti('j')
      .setIssuedAt()
      .setExpirationTime('2s')
      .sign(api.signingKey.privateKey);
    const stream = await logs(jobId, { authorization: `Bearer ${token}` });
    await stream.ended;
    const last = stream.messages.at(-1);
    const told = stream.messages.findLast(({ id }) => id !== null);
    expect(last?.event).toBe('error');
    expect(last?.data).toEqual({ code: 'TOKEN_EXPIRED', resumable: true, resume_after: told?.id });
  });

  it('[ID-10] ends within 5 seconds when its session is revoked, and those of other sessions go on', async () => {
    const revoked = await api.user();
    const other = await api.user();
    const open = (by: TestUser) => openStream(`${api.url}/api/v1/jobs/stream`, by);
    const [stream, kept] = [await open(revoked), await open(other)];
    const began = performance.now();
    expect((await api.call(revoked, 'POST', '/auth/logout')).status).toBe(204);
    await stream.ended;
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(stream.messages.at(-1)).toMatchObject({ event: 'error', data: { code: 'SESSION_ENDED' } });
    expect((await open(revoked)).status).toBe(401);
    expect(kept.messages).toEqual([]);
    expect((await api.call(other, 'DELETE', '/auth/sessions')).status).toBe(204);
    await kept.ended;
    expect(kept.messages.at(-1)).toMatchObject({ event: 'error', data: { code: 'SESSION_ENDED' } });
  });
});
