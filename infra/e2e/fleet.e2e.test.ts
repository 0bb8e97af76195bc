import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { COUNTER } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { eventsIn, serverEnv, until } from './testing/product.ts';
import { type ServerProcess, startServerProcess, urlIn } from './testing/server-process.ts';

let database: TestDatabase;
let folder: string;
let client: pg.Client;
let apis: readonly ServerProcess[] = [];
let workers: readonly ServerProcess[] = [];
let urls: readonly string[] = [];

const envOf = (index: number): Record<string, string> => ({
  ...serverEnv(database, folder),
  IAMA_PORT_FILE: join(folder, `api-${index}.json`),
  IAMA_HEALTH_PORT: '0',
});

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'iama-fleet-'));
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  // All five at once: they agree on the secrets of an empty folder, on the sequencer and on who does what.
  [apis, workers] = await Promise.all([
    Promise.all([0, 1].map((index) => startServerProcess('api', envOf(index)))),
    Promise.all([0, 1, 2].map((index) => startServerProcess('worker', envOf(index)))),
  ]);
  urls = await Promise.all([0, 1].map((index) => urlIn(envOf(index)['IAMA_PORT_FILE'] ?? '')));
});
afterAll(async () => {
  for (const { kill } of [...apis, ...workers]) kill('SIGKILL');
  await Promise.all([...apis, ...workers].map(({ ended }) => ended));
  await client?.end();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('two APIs and three workers on one database', () => {
  it('[ES-10] [ES-12] [OPS-05] [SEC-05] are one: a job goes on when one of each is killed, and all others end in order', async () => {
    const [one, two] = urls.map((url) => url ?? '');
    const ada = await Person.arrives(one ?? '');
    for (const { logged } of workers) {
      const [, health = ''] = /"url":"([^"]+)","msg":"the health/.exec(logged()) ?? [];
      await until('a worker to be ready', async () => (await fetch(`${health}/health/ready`)).ok);
    }
    // The same account, by the other API.
    const elsewhere = ada.at(two ?? '');
    const workspace = ada.package(COUNTER);
    const jobId = await ada.starts(workspace);
    await elsewhere.chooses(jobId);

    // While the tests are being planned, or the specification written, by one of the two.
    workers[0]?.kill('SIGKILL');
    apis[0]?.kill('SIGKILL');
    expect(await Promise.all([workers[0]?.ended, apis[0]?.ended])).toEqual([null, null]);
    await elsewhere.approves(jobId);
    await elsewhere.executes(jobId, 'BASELINE', workspace);
    await elsewhere.executes(jobId, 'TEST', workspace);
    await elsewhere.sees(jobId, 'DELIVERED');

    const types = (await eventsIn(client, jobId)).map(({ type }) => type);
    for (const once of [
      'ProposalsGenerated',
      'SpecDrafted',
      'TestPlanGenerated',
      'PatchGenerated',
      'TestsPassed',
    ])
      expect([once, types.filter((type) => type === once).length]).toEqual([once, 1]);
    await until('every usage entry', async () => {
      const { rows } = await client.query(
        `select data::jsonb->>'entryKey' as key from events where type = 'UsageRecorded' and data::jsonb->>'jobId' = $1`,
        [jobId],
      );
      return (
        rows.length === types.filter((type) => type === 'ModelCalled').length &&
        new Set(rows.map(({ key }) => key)).size === rows.length
      );
    });
    await ada.leaves();
  });

  it('[ES-10] ends on SIGTERM with 0, after the requests under way', async () => {
    const url = urls[1] ?? '';
    const bob = await Person.arrives(url);
    const { user_id: owner } = (await bob.send('GET', '/auth/me')).body;
    const asked = Array.from({ length: 20 }, (_, index) =>
      bob.send('POST', '/jobs', { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title: `job ${index}` }),
    );
    await Promise.race(asked);
    apis[1]?.kill('SIGTERM');
    const answers = await Promise.allSettled(asked);
    const code = await apis[1]?.ended;
    const left = workers.slice(1);
    for (const worker of left) worker.kill('SIGTERM');
    expect([code, ...(await Promise.all(left.map(({ ended }) => ended)))]).toEqual([0, 0, 0]);
    const created = answers.flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value.status === 201 ? [answer.value.body['job_id']] : [],
    );
    expect(created.length).toBeGreaterThan(0);
    const { rows } = await client.query<{ id: string }>(
      `select data::jsonb->>'jobId' as id from events where type = 'JobRequested' and data::jsonb->>'ownerId' = $1`,
      [owner],
    );
    // What was decided was answered, and what was answered was decided.
    expect(rows.map(({ id }) => id).sort()).toEqual(created.sort());
    for (const { logged } of [...apis.slice(1), ...left]) expect(logged()).toContain('stopped');
    await bob.leaves();
  });
});
