import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { type Front, startFront } from './testing/front.ts';
import { CLAMP } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { eventsIn, serverEnv, until } from './testing/product.ts';
import { type ServerProcess, startServerProcess, urlIn } from './testing/server-process.ts';

/** docs/how-to/roll-out.md, "A new version": each of two APIs and three workers, one after the other. */

type Kind = 'api' | 'worker';
/** Workers between the APIs, so that the effects of one job meet the end of several. */
const FLEET: readonly Kind[] = ['worker', 'api', 'worker', 'api', 'worker'];
const FOLLOW_MS = 280_000;

let database: TestDatabase;
let folder: string;
let client: pg.Client;
let front: Front;
const running: ServerProcess[] = [];
/** Of the APIs. */
const urls = new Map<number, string>();

const start = async (place: number, kind: Kind): Promise<void> => {
  const portFile = join(folder, `${place}.json`);
  running[place] = await startServerProcess(kind, {
    ...serverEnv(database, folder),
    IAMA_PORT_FILE: portFile,
  });
  if (kind === 'api') urls.set(place, await urlIn(portFile));
};
/** Ends one in order and starts its successor; answers how the first ended. */
const replace = async (place: number, kind: Kind): Promise<number | null | undefined> => {
  running[place]?.kill('SIGTERM');
  const code = await running[place]?.ended;
  await start(place, kind);
  return code;
};

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'iama-rolling-'));
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  await Promise.all(FLEET.map((kind, place) => start(place, kind)));
  front = await startFront(() => [...urls.values()]);
});
afterAll(async () => {
  await front?.stop();
  for (const { kill } of running) kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await client?.end();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

type Asked = { statuses: number[]; titles: string[]; isOver: boolean };

/** Writes and reads what was written, without a pause, until it is over. A request that fails ends it with its error. */
const keepsAsking = async (person: Person, asked: Asked): Promise<void> => {
  while (!asked.isOver) {
    const title = `job ${asked.titles.length}`;
    asked.titles.push(title);
    const created = await person.send(
      'POST',
      '/jobs',
      { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title },
      { 'idempotency-key': randomUUID() },
    );
    asked.statuses.push(created.status);
    const read = await person.send('GET', `/jobs/${created.body['job_id']}`);
    asked.statuses.push(read.status);
    await sleep(100);
  }
};

/**
 * What the stream of a job tells, from its beginning to the tests that were planned, each message once: an event whose messages were cut in two by
 * the end of a connection is told again.
 */
const followed = async (person: Person, jobId: string): Promise<string[]> => {
  const told = new Set<string>();
  for await (const { event, data } of person.client.follow(jobId, null, AbortSignal.timeout(FOLLOW_MS))) {
    if (event === 'error') continue;
    told.add(`${event} ${data}`);
    if (event === 'state_change' && JSON.parse(data).status === 'BASELINE_VALIDATION') return [...told];
  }
  throw new Error(`the stream ended before: ${[...told].join('\n')}`);
};

describe('two APIs and three workers, each of them replaced in turn', { timeout: 300_000 }, () => {
  it('[OPS-12] [OPS-13] [ES-10] [SEC-05] answer every request, lose no effect and do none twice, and streams go on', async () => {
    const [ada, bob] = await Promise.all([Person.arrives(front.url), Person.arrives(front.url)]);
    const { user_id: bobId } = (await bob.send('GET', '/auth/me')).body;
    const asked: Asked = { statuses: [], titles: [], isOver: false };
    const asking = keepsAsking(bob, asked);
    const workspace = ada.package(CLAMP);
    const jobId = await ada.starts(workspace);
    const works = async (): Promise<void> => {
      await ada.chooses(jobId);
      await ada.approves(jobId);
      await ada.awaited(jobId, 'BASELINE');
    };
    const replaceAll = async (): Promise<unknown[]> => {
      const codes = [];
      for (const [place, kind] of FLEET.entries()) codes.push(await replace(place, kind));
      asked.isOver = true;
      return codes;
    };
    const [codes, cut] = await Promise.all([replaceAll(), followed(ada, jobId), works(), asking]);

    expect(codes).toEqual([0, 0, 0, 0, 0]);
    // Nobody was refused, and both APIs were asked.
    expect(new Set(asked.statuses)).toEqual(new Set([200, 201]));
    expect(asked.statuses.length).toBeGreaterThan(20);
    const { rows: requested } = await client.query<{ count: string }>(
      `select count(*) from events where type = 'JobRequested' and data::jsonb->>'ownerId' = $1`,
      [bobId],
    );
    expect(Number(requested[0]?.count)).toBe(asked.titles.length);

    const stored = await eventsIn(client, jobId);
    const types = stored.map(({ type }) => type);
    for (const once of ['ProposalsGenerated', 'SpecDrafted', 'TestPlanGenerated'])
      expect([once, types.filter((type) => type === once).length]).toEqual([once, 1]);
    // By a connection that was cut while the APIs were replaced, and by one that was not.
    expect(cut).toEqual(await followed(ada, jobId));
    const calls = types.filter((type) => type === 'ModelCalled').length;
    await until('every usage entry, once', async () => {
      const { rows } = await client.query<{ key: string }>(
        `select data::jsonb->>'entryKey' as key from events where type = 'UsageRecorded' and data::jsonb->>'jobId' = $1`,
        [jobId],
      );
      return rows.length === calls && new Set(rows.map(({ key }) => key)).size === calls;
    });
    await Promise.all([ada.leaves(), bob.leaves()]);
  });
});
