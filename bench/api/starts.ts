import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { Pool } from 'undici';
import { decideOn } from '../../commands/kernel/decide-on.ts';
import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import { TIERS } from '../../domain/kernel/tiers.ts';
import { openPostgresEventLog } from '../../infra/event-store/postgres/postgres-event-log.ts';
import { CONSENT, CONTEXT, PREFLIGHT } from '../../infra/http/testing/job-script.ts';
import { createPool } from '../../infra/postgres/pool.ts';
import { median, rounded } from '../store/measure.ts';
import { processorTime } from './processor-time.ts';
import { type Ask, json, requestJob, sendTo } from './requests.ts';
import type { Account, Stage } from './stage.ts';

const PEOPLE = 64;

const posting = ({ token }: Account, path: string, body: unknown): Ask => ({
  method: 'POST',
  path: `/api/v1${path}`,
  headers: { ...json, authorization: `Bearer ${token}` },
  body: JSON.stringify(body),
});

/** Tiers are assigned by webhooks and operators' tools; here in the log itself. */
const enterprise = async (stage: Stage, people: readonly Account[]): Promise<void> => {
  const pool = createPool({ connectionString: stage.databaseUrl, max: 4 });
  const log = openPostgresEventLog({ pool, listen: false });
  for (const { userId } of people) {
    const data = { userId, at: new Date().toISOString(), tier: 'ENTERPRISE', reason: 'bench' } as const;
    const stream = accountStream(userId);
    const { append } = await decideOn(log, accountUnder(TIERS), stream, { type: 'AssignTier', data });
    const id = randomUUID();
    const context = {
      commandId: id,
      correlationId: id,
      causationId: id,
      actor: { type: 'system', id: 'bench' } as const,
    };
    await log.append([append], { context });
  }
  log.notifyAppended();
  await log.close();
  await pool.end();
};

/** The rows that the start of a job has appended, as the bare route takes them. */
const rowsOf = async (stage: Stage, jobId: string): Promise<readonly unknown[]> => {
  const client = new pg.Client({ connectionString: stage.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT e.type, e.data::text AS data, e.metadata::text AS metadata FROM events e
        WHERE e.metadata::jsonb->>'commandId' = (
          SELECT metadata::jsonb->>'commandId' FROM events WHERE stream = $1 AND type = 'JobStarted')
        ORDER BY seq`,
      [`job-${jobId}`],
    );
    if (!rows.some(({ type }) => type === 'HoldTaken')) throw new Error('the start took no hold');
    return rows;
  } finally {
    await client.end();
  }
};

/** Everybody at once, each one thing after the other; gives how many a second. */
const rateOfAll = async <T>(
  work: readonly (readonly T[])[],
  perform: (person: number, item: T) => Promise<unknown>,
): Promise<number> => {
  const began = performance.now();
  await Promise.all(
    work.map(async (items, person) => {
      for (const item of items) await perform(person, item);
    }),
  );
  return (work.flat().length * 1_000) / (performance.now() - began);
};

/**
 * `POST /jobs/:id/start` of people whose tier holds credits for each job, against the bare insert of the same events: 64
 * people at once, one job after the other, both in each repetition.
 */
export const startsAgainstBare = async (
  stage: Stage,
  {
    repetitions,
    starts,
    note,
  }: Readonly<{ repetitions: number; starts: number; note: (text: string) => void }>,
) => {
  const api = new Pool(stage.apiUrl, { connections: PEOPLE, pipelining: 1 });
  const bare = new Pool(stage.bareUrl, { connections: PEOPLE, pipelining: 1 });
  const people: Account[] = [];
  for (let index = 0; index < PEOPLE; index += 1) people.push(await stage.newAccount());
  await enterprise(stage, people);
  await Promise.all(people.map((person) => sendTo(api, 204, posting(person, '/account/consent', CONSENT))));

  const ready = (count: number): Promise<readonly (readonly string[])[]> =>
    Promise.all(
      people.map(async (person) => {
        const jobs: string[] = [];
        for (let index = 0; index < count; index += 1) {
          const { job_id: jobId }: { job_id: string } = JSON.parse(
            await sendTo(api, 201, requestJob(person.token)),
          );
          await sendTo(api, 200, posting(person, `/jobs/${jobId}/context`, CONTEXT));
          jobs.push(jobId);
        }
        return jobs;
      }),
    );
  const started = (person: number, jobId: string) => {
    const who = people[person];
    if (who === undefined) throw new Error('nobody starts this job');
    return sendTo(api, 200, posting(who, `/jobs/${jobId}/start`, PREFLIGHT));
  };

  const first = await ready(1);
  await rateOfAll(first, started);
  const rows = await rowsOf(stage, first[0]?.[0] ?? '');
  const body = JSON.stringify(rows);
  const inserted = () => sendTo(bare, 200, { method: 'POST', path: '/events', headers: json, body });
  await rateOfAll(first, inserted);

  const measured: { start: number; bare: number }[] = [];
  let cpu = 0;
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    const jobs = await ready(starts);
    const before = processorTime(stage.apiPid);
    const start = await rateOfAll(jobs, started);
    cpu += processorTime(stage.apiPid) - before;
    measured.push({ start, bare: await rateOfAll(jobs, inserted) });
    note(`starts ${repetition} of ${repetitions}`);
  }
  await Promise.all([api.close(), bare.close()]);
  return {
    start_job_vs_bare: rounded(median(measured.map(({ start, bare: floor }) => start / floor))),
    start_job_per_second: Math.round(median(measured.map(({ start }) => start))),
    start_job_bare_per_second: Math.round(median(measured.map(({ bare: floor }) => floor))),
    start_job_events: rows.length,
    start_job_cpu_us: Math.round(cpu / (repetitions * starts * PEOPLE)),
  };
};
