import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projections } from '../../../projections/index.ts';
import { startTestApi, type TestApi, type TestUser } from '../../http/testing/api.ts';
import { jobScript } from '../../http/testing/job-script.ts';
import { jobStory } from '../../operations/audit/job-story.ts';
import { replay } from '../../operations/audit/replay.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres/testing/database.ts';
import { wholeJobId } from './job-id.ts';
import { operator } from './operator.ts';
import { replayJson, replayTable } from './replay.ts';
import { storyTable } from './story-table.ts';
import { createDataFolder, type DataFolder } from './testing/data-folder.ts';
import { runIama } from './testing/run-iama.ts';

let api: TestApi;
let user: TestUser;
let jobId: string;
let data: DataFolder;
let database: TestDatabase;
beforeAll(async () => {
  data = await createDataFolder();
  database = await createTestDatabase();
  api = await startTestApi({ database });
  user = await api.user();
  const script = jobScript(api, user);
  const planned = await script.planned();
  jobId = planned.jobId;
  const { body } = await api.call(user, 'POST', `/jobs/${jobId}/executions/${planned.executionId}/claim`, {
    body: { claimant: 'cli' },
  });
  await api.call(user, 'POST', `/jobs/${jobId}/executions/${planned.executionId}/progress`, {
    body: { lines: ['a line'] },
    headers: { 'x-task-token': String(body['task_token']) },
  });
  await api.call(user, 'DELETE', `/jobs/${jobId}`);
});
afterAll(async () => {
  await api.close();
  await data.remove();
});

describe('iama audit job', () => {
  it('[OPS-06] says that there is no such job', async () => {
    await expect(jobStory(api.log, crypto.randomUUID(), { withLines: false })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });

  it('[OPS-06] takes the beginning of an id, where only one job begins so', async () => {
    await api.settled(async () => {
      const { body } = await api.call(user, 'GET', '/jobs');
      return (body['jobs'] as unknown[]).length === 1;
    });
    expect(await wholeJobId(api.pool, jobId.slice(0, 8))).toBe(jobId);
    expect(await wholeJobId(api.pool, jobId)).toBe(jobId);
    for (const typed of ['nope', 'ffffffff-ffff', '%'])
      await expect(wholeJobId(api.pool, typed)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('[OPS-06] tells every event with its actor and the status after it', async () => {
    const { entries } = await jobStory(api.log, jobId, { withLines: true });
    const own = entries.filter(({ status }) => status !== null);
    expect(own.map(({ type, status }) => [type, status])).toEqual([
      ['JobRequested', 'PENDING'],
      ['ContextAttached', 'PENDING'],
      ['JobStarted', 'ANALYZING'],
      ['ModelCalled', 'ANALYZING'],
      ['ProposalsGenerated', 'WAITING_STRATEGY'],
      ['ProposalSelected', 'WAITING_STRATEGY'],
      ['ModelCalled', 'WAITING_STRATEGY'],
      ['SpecDrafted', 'WAITING_SPEC_APPROVAL'],
      ['SpecApproved', 'GENERATING_TESTS'],
      ['ModelCalled', 'GENERATING_TESTS'],
      ['TestPlanGenerated', 'BASELINE_VALIDATION'],
      ['ExecutionRequested', 'BASELINE_VALIDATION'],
      ['ExecutionClaimed', 'BASELINE_VALIDATION'],
      ['JobCancelled', 'FAILED'],
    ]);
    expect(entries.filter(({ type }) => type === 'LogLineWritten')).toHaveLength(1);
    expect(entries[0]?.actor).toBe(`user ${user.userId}`);
  });

  it('[OPS-06] is readable: one line an event, in order, with what it took of the account, and the charges below', async () => {
    const story = () => jobStory(api.log, jobId, { withLines: false });
    await api.settled(async () => {
      const { charges, entries } = await story();
      return charges.entries === 3 && entries.every(({ position }) => position !== null);
    });
    const text = storyTable(await story());
    const lines = text.split('\n').filter((line) => /^\d+ +\d{4}-/.test(line));
    const types = lines.map((line) => line.split(/ {2,}/)[2]);
    expect(types.filter((type) => type === 'UsageRecorded')).toHaveLength(3);
    expect([types[0], types.filter((type) => type === 'JobSlotClaimed')]).toEqual([
      'JobRequested',
      ['JobSlotClaimed'],
    ]);
    expect(text).toContain('status          FAILED');
    expect(text).toContain(`${types.length} events; 3 model calls, 3 billable, 0 micro-credits`);
  });
});

describe('iama audit what-if', { timeout: 60_000 }, () => {
  it('[OPS-06] ends with 0 where today’s rules decide alike, with 1 where not, and with 3 where nothing is asked', async () => {
    const iama = (...args: readonly string[]) =>
      runIama(['audit', 'what-if', ...args], {
        IAMA_DATABASE_URL: database.appUrl,
        IAMA_DATA_DIR: data.folder,
      });
    expect(await iama()).toMatchObject({ code: 3, stderr: expect.stringContaining('[STREAM_REQUIRED]') });
    const looks = async () =>
      (await api.log.read(`log-reads-${operator().id}`)).events.map(({ data }) => data['what']);
    expect(await looks()).toEqual([]);
    const alike = await iama('--all');
    expect(await looks()).toEqual(['WHAT_IF']);
    expect([alike.code, alike.stderr]).toEqual([0, '']);
    expect(alike.stdout).toMatch(/\n\d+ decisions, 0 that today's rules would take otherwise\n$/);
    expect(alike.stdout).toContain(`job-${jobId}`);
    const id = crypto.randomUUID();
    const at = '2026-11-21T10:00:00.000Z';
    await api.log.append(
      [
        {
          streamName: `job-${jobId}`,
          events: [{ type: 'StageTimedOut', data: { jobId, at, stage: 'PATCH', attempt: 1 } }],
          expectedStreamVersion: 'STREAM_EXISTS',
        },
      ],
      { context: { commandId: id, correlationId: id, causationId: id, actor: { type: 'system', id: 'x' } } },
    );
    const other = await iama(`job-${jobId}`);
    expect([other.code, other.stderr]).toEqual([1, '']);
    expect(other.stdout).toMatch(/ version 15, position \S+, \S+: REFUSED\n {2}command {3}TimeOutStage\n/);
    expect(other.stdout).toContain('[JOB_ENDED]\n  recorded  StageTimedOut\n  decided   nothing\n');
    expect(JSON.parse((await iama(`job-${jobId}`, '--json')).stdout)).toMatchObject([{ different: 1 }]);
  });
});

describe('iama replay', () => {
  const reading = () => ({ log: api.log, client: api.pool.options });

  it('[ES-09] knows its projections by name', async () => {
    await expect(replay('nonsense', reading())).rejects.toMatchObject({
      code: 'PROJECTION_UNKNOWN',
      message: expect.stringContaining('Known: all, refactor-jobs'),
    });
  });

  it('[ES-09] finds zero differing rows, and the one that was tampered with', async () => {
    await api.settled(async () => {
      const { body } = await api.call(user, 'GET', '/jobs');
      return (body['jobs'] as { status: string }[])[0]?.status === 'FAILED';
    });
    const results = await replay('all', reading());
    expect(results).toHaveLength(projections.length);
    expect(results.every(({ differingRows }) => differingRows === 0)).toBe(true);
    await api.pool.query("update read.refactor_jobs set title = 'changed' where job_id = $1", [jobId]);
    const [tampered] = await replay('refactor_jobs', reading());
    expect(tampered?.differingRows).toBe(1);
    expect(JSON.parse(replayJson(tampered === undefined ? [] : [tampered]))[0]).toMatchObject({
      projection: 'refactor-jobs',
      differing_rows: 1,
      rows_live: expect.any(Number),
    });
    expect(replayTable(tampered === undefined ? [] : [tampered], true)).toContain(jobId);
  });
});
