import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishPrices } from '../../commands/billing/publish-prices.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { reconcile } from '../finance/reconcile.ts';
import type { VarianceLine } from '../finance/variance.ts';
import { CONTEXT, PREFLIGHT } from '../http/testing/job-script.ts';
import { type LocalServer, startLocalServer } from '../http/testing/local-server.ts';
import { readConfig } from '../main/config.ts';
import { openDatabase } from '../main/database.ts';
import { openParts, type Parts } from '../main/parts.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { MODEL, MODEL_PRICE, type ModelDouble, startModelDouble, USAGE } from '../torture/model-double.ts';
import { Person } from './testing/person.ts';
import { serverEnv, until } from './testing/product.ts';
import { type ServerProcess, startModelWorker, startServerProcess, urlIn } from './testing/server-process.ts';

/** The most that the call can cost, by hand: 30,000 tokens in at 100,000 micro-credits for 1,000, and 5,000 out at 500,000. */
const MOST = 5_500_000;

/** A provider that takes the first questions and never answers them. */
const startProvider = async (silentFor: number) => {
  const double: ModelDouble = await startModelDouble();
  const asked: string[] = [];
  const server: LocalServer = await startLocalServer(async (request, response) => {
    asked.push(String(request.headers['idempotency-key']));
    if (asked.length <= silentFor) return;
    const answer = await fetch(`${double.url}${request.url}`, {
      method: 'POST',
      headers: { 'idempotency-key': asked.at(-1) ?? '' },
      body: request as unknown as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  const close = (): void => {
    server.close();
    double.close();
  };
  return { url: server.url, asked, close };
};

describe('a worker that is killed while it asks a model', { timeout: 300_000 }, () => {
  let database: TestDatabase;
  let folder: string;
  let parts: Parts;
  let owner: pg.Client;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let env: Readonly<Record<string, string>>;
  let url: string;
  const running: ServerProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'iama-lost-'));
    env = serverEnv(database, folder, 'PLUS');
    const portFile = join(folder, 'port.json');
    running.push(await startServerProcess('api', { ...env, IAMA_PORT_FILE: portFile }));
    url = await urlIn(portFile);
    provider = await startProvider(1);
    const config = readConfig({ ...env });
    parts = await openParts(config, await openDatabase(config), pino({ level: 'silent' }));
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await publishes();
  });
  afterAll(async () => {
    for (const { kill } of running) kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    provider?.close();
    await parts?.close();
    await owner?.end();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What counts since yesterday: the route has no place for a date that is past. */
  const publishes = async (): Promise<void> => {
    const [at, effectiveFrom] = [2, 1].map((days) => new Date(Date.now() - days * 86_400_000).toISOString());
    const data = {
      version: 'v1',
      effectiveFrom: effectiveFrom ?? '',
      at: at ?? '',
      models: { [MODEL]: MODEL_PRICE },
    };
    const id = randomUUID();
    const actor = { type: 'system', id: 'test' } as const;
    const context = { commandId: id, correlationId: id, causationId: id, actor };
    await execute(publishPrices, { type: 'PublishPrices', data }, parts.log, parts.commandServices, {
      context,
    });
  };
  const dataOf = async (type: string, jobId: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await owner.query<{ data: Record<string, unknown> }>(
      `select data::jsonb as data from events where type = $1 and data::jsonb->>'jobId' = $2 order by seq`,
      [type, jobId],
    );
    return rows.map(({ data }) => data);
  };
  const callsOf = async (jobId: string) =>
    (await dataOf('ModelCalled', jobId)).map(({ call }) => call as Record<string, unknown>);
  /** As if the hour had passed in which the end of the call may still be told. */
  const timePasses = async (jobId: string, callKey: unknown): Promise<void> => {
    const { rows } = await owner.query(
      `select graphile_worker.reschedule_jobs(array_agg(id), now()) from graphile_worker.jobs where key = $1 having count(*) = 1`,
      [`timer/lost-calls/${jobId}/lost-${callKey}`],
    );
    expect(rows).toHaveLength(1);
  };
  const linesOf = async (jobId: string, at: unknown): Promise<VarianceLine[]> => {
    const lines: VarianceLine[] = [];
    const { log: store } = parts;
    const own = { db: owner, store, statements: null, agreedFees: async () => null, now: new Date() };
    await reconcile(own, String(at).slice(0, 7), (line) => lines.push(line));
    return lines.filter((line) => line.jobId === jobId);
  };

  it('[BIL-05] [BIL-15] [BIL-06] leaves a call that is told as lost, charged to nobody and named by the reconciliation; the next one asks again', async () => {
    const first = await startModelWorker(provider.url, env);
    const person = await Person.arrives(url);
    const requested = await person.send('POST', '/jobs', {
      goal: 'FREE_TEXT',
      goal_text: 'Types.',
      title: 'lost',
    });
    const jobId = String(requested.body['job_id']);
    await person.send('POST', `/jobs/${jobId}/context`, CONTEXT);
    expect((await person.send('POST', `/jobs/${jobId}/start`, PREFLIGHT)).status).toBe(200);
    await until('the model is asked', async () => provider.asked.length === 1);
    first.kill('SIGKILL');
    expect(await first.ended).toBeNull();
    const [reserved] = await dataOf('CallReserved', jobId);
    expect(reserved).toMatchObject({ atMost: MOST, call: { stage: 'ANALYSE', model: MODEL, ordinal: 0 } });
    expect(await callsOf(jobId)).toEqual([]);

    running.push(await startModelWorker(provider.url, env));
    await person.sees(jobId, 'WAITING_STRATEGY');
    // The same question, under the same key.
    expect(new Set(provider.asked).size).toBe(1);
    const lost = { callKey: reserved?.['callKey'] };
    expect((await callsOf(jobId)).filter(({ callKey }) => callKey === lost.callKey)).toEqual([]);
    await timePasses(jobId, lost.callKey);
    await until('it is told as lost', async () =>
      (await callsOf(jobId)).some(({ outcome }) => outcome === 'LOST'),
    );
    const told = (await callsOf(jobId)).filter(({ outcome }) => outcome === 'LOST');
    expect(told).toMatchObject([
      { ...lost, atMost: MOST, inputTokens: 0, outputTokens: 0, stage: 'ANALYSE' },
    ]);

    const entriesOf = async () =>
      (await dataOf('UsageRecorded', jobId)).filter((entry) => entry['atMost'] !== undefined);
    await until('its entry is written', async () => (await entriesOf()).length > 0);
    const [entry] = await entriesOf();
    expect(entry).toMatchObject({
      failureClass: 'CALL_LOST',
      billable: false,
      microCredits: 0,
      atMost: MOST,
    });
    await until('the reconciliation names it', async () => (await linesOf(jobId, entry?.['at'])).length > 0);
    expect(await linesOf(jobId, entry?.['at'])).toMatchObject([
      { reason: 'CALL_LOST', unit: 'MICRO_CREDIT', expected: MOST, booked: 0, variance: -MOST },
    ]);
    const { body } = await person.send('GET', `/usage/job/${jobId}`);
    expect(body).toMatchObject({
      total_micro_credits: USAGE.ANALYSE.microCredits,
      budget: { spent: USAGE.ANALYSE.microCredits, reserved: 0 },
    });
    await person.leaves();
  });
});
