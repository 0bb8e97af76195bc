import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userStream } from '../../../domain/identity/user.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { startTestApi, type TestApi, type TestUser } from '../../http/testing/api.ts';
import { jobScript } from '../../http/testing/job-script.ts';
import { firstOperator, type Operator } from '../../http/testing/operators.ts';
import { verifyStored } from '../../operations/audit/verify.ts';
import { openPostgresEventLog } from '../postgres/postgres-event-log.ts';

let api: TestApi;
let ada: TestUser;
let operator: Operator;
beforeAll(async () => {
  api = await startTestApi();
  ada = await api.user();
  operator = await firstOperator(api);
});
afterAll(() => api.close());

const at = '2026-11-20T10:00:00.000Z';
const sha256 = 'c'.repeat(64);

/** As an older or a later release writes it. */
const stored = (streamName: string, type: string, data: Record<string, unknown>, schemaVersion: number) => {
  const id = randomUUID();
  return api.log.append(
    [
      {
        streamName,
        events: [{ type, data, schemaVersion }],
        expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
      },
    ],
    {
      context: {
        commandId: id,
        correlationId: id,
        causationId: id,
        actor: { type: 'user', id: ada.userId },
      },
    },
  );
};

const requested = async (): Promise<string> => {
  const { body } = await api.call(ada, 'POST', '/jobs', { body: { goal: 'FREE_TEXT', title: 'old' } });
  return String(body['job_id']);
};

describe('a log of several releases', () => {
  it('[ES-08] is followed, shown and rebuilt as of today, with its stored bytes beside, and the tree holds', async () => {
    const jobId = await requested();
    const context = { artifactId: 'old-context', kind: 'CONTEXT', sha256, size: 1, expiresAt: at };
    const old = { jobId, context, files: 1, bytes: 10, baseHashes: { 'index.js': sha256 }, at };
    await stored(jobStream(jobId), 'ContextAttached', old, 1);
    const artifacts = () =>
      api.pool.query(`select * from read.job_artifacts where artifact_id = 'old-context'`);
    await api.settled(async () => (await artifacts()).rowCount === 1);
    const { body } = await api.call(operator, 'GET', `/admin/audit/streams/${jobStream(jobId)}`);
    const { baseHashes: _, ...rest } = old;
    const [, step] = body['steps'] as Record<string, unknown>[];
    expect(step).toMatchObject({
      schema_version: 1,
      data: { base_manifest: null },
      stored: JSON.stringify(old),
    });
    const { events } = await api.log.read(jobStream(jobId));
    expect(events[1]?.data).toEqual({ ...rest, baseManifest: null });
    const plain = openPostgresEventLog({ pool: api.pool });
    expect((await plain.read(jobStream(jobId))).events[1]?.data).toEqual(old);
    const { replays } = (await api.call(operator, 'GET', '/admin/audit/replay/all')).body;
    for (const each of replays as { differing_rows: number }[]) expect(each.differing_rows).toBe(0);
    expect(await verifyStored(api.pool)).toMatchObject({ intact: true });
  });

  it('[ES-08] stores what this release writes in the version of today', async () => {
    const jobId = await jobScript(api, ada).started();
    const { rows } = await api.pool.query(
      'select type, schema_version from events where stream = $1 order by version limit 2',
      [jobStream(jobId)],
    );
    expect(rows).toEqual([
      { type: 'JobRequested', schema_version: 1 },
      { type: 'ContextAttached', schema_version: 2 },
    ]);
  });

  it('[ES-08] stops before an event of a later release, by a stable code, and does not fall over', async () => {
    const bob = await api.user();
    await stored(userStream(bob.userId), 'ConsentGiven', { userId: bob.userId, on: at }, 2);
    const answer = await api.call(bob, 'POST', '/account/consent', {
      body: { data_processing: true, zero_training: true },
    });
    expect([answer.status, answer.body['code']]).toEqual([503, 'EVENT_FORM_UNKNOWN']);
    const consents = `select count(*)::int as count from read.users where consent_given_at is not null and user_id = $1`;
    expect((await api.pool.query(consents, [bob.userId])).rows).toEqual([{ count: 0 }]);
    expect((await api.call(ada, 'GET', '/jobs')).status).toBe(200);
  });
});
