import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginCli, runCli } from './testing/cli.ts';
import { CLAMP } from './testing/packages.ts';
import { PASSWORD, Person } from './testing/person.ts';
import { type Product, type Stored, startProduct, until } from './testing/product.ts';

/** Two heartbeats a second instead of one in 30, a grace of 20 seconds instead of 300, and so on: the same rules, sooner. */
const PATIENCE_MS = 2_500;
const GRACE_SECONDS = 20;
/** Of what is executed here for real, which says every second that it goes on. */
const LEASE_SECONDS = 15;
const EXECUTION_SECONDS = 6;
/** What JOB-05 allows between a missed deadline and the end of all spending. */
const DETECTED_WITHIN_MS = 10_000;

let product: Product;
let ada: Person;
beforeAll(async () => {
  product = await startProduct({
    tier: 'MAX',
    leaseSeconds: LEASE_SECONDS,
    timings: { heartbeatPatienceMs: PATIENCE_MS, graceSeconds: GRACE_SECONDS, reportPatienceMs: 500 },
  });
  ada = await Person.arrives(product.url);
});
afterAll(async () => {
  await ada?.leaves();
  await product?.stop();
});

type Finishes = Readonly<{ onTestFinished: (end: () => void) => void }>;
/** Heartbeats as a client sends them, until the test stops them or is over. */
const keepAlive = (test: Finishes, jobId: string, person = ada): AbortController => {
  const beating = new AbortController();
  test.onTestFinished(() => beating.abort());
  const { signal } = beating;
  const beat = async (): Promise<void> => {
    while (!signal.aborted) {
      await person.client.heartbeat(jobId);
      await sleep(500);
    }
  };
  void beat();
  return beating;
};

const eventOf = (jobId: string, type: string): Promise<Stored> =>
  until(type, async () => (await product.eventsOf(jobId)).find((event) => event.type === type));
const at = ({ data }: Stored, field = 'at'): number => Date.parse(String(data[field]));

/** At the baseline, with a client that is there all the while. */
const atBaseline = async (test: Finishes) => {
  const jobId = await ada.starts(ada.package(CLAMP));
  const beating = keepAlive(test, jobId);
  await ada.chooses(jobId);
  await ada.approves(jobId);
  await ada.awaited(jobId, 'BASELINE');
  return { jobId, beating };
};

/** Each waits for a clock of its own job, so all wait at once. */
describe.concurrent('a job and its client', { timeout: 300_000 }, () => {
  describe('a client that goes missing', () => {
    it('[JOB-05] is noticed in time while the job executes, and its job ends when the grace is over', async (test) => {
      const { jobId, beating } = await atBaseline(test);
      const goneAt = Date.now();
      beating.abort();
      const missed = await eventOf(jobId, 'ClientHeartbeatMissed');
      const recorded = await product.query<{ at: Date }>(
        `select recorded_at as at from events where stream = $1 and type = 'ClientHeartbeatMissed'`,
        [`job-${jobId}`],
      );
      expect(Number(recorded[0]?.at) - (goneAt + PATIENCE_MS)).toBeLessThan(DETECTED_WITHIN_MS);
      expect(at(missed, 'graceDeadlineAt') - at(missed)).toBe(GRACE_SECONDS * 1_000);
      // What is read follows the log a moment later.
      await test.expect.poll(() => ada.client.job(jobId)).toMatchObject({ heartbeat_status: 'GRACE' });

      const lost = await eventOf(jobId, 'ClientLost');
      expect(at(lost)).toBeGreaterThanOrEqual(at(missed, 'graceDeadlineAt'));
      await test.expect
        .poll(() => ada.client.job(jobId))
        .toMatchObject({
          status: 'FAILED',
          failure_class: 'CLIENT_DISCONNECTED',
        });
    });

    it('[JOB-05] [JOB-02] loses nothing when it comes back within the grace; only there can it be ended by force', async (test) => {
      const workspace = ada.package(CLAMP);
      const jobId = await ada.starts(workspace);
      expect(await ada.send('POST', `/jobs/${jobId}/force-terminate`, {})).toMatchObject({
        status: 409,
      });
      const beating = keepAlive(test, jobId);
      await ada.chooses(jobId);
      await ada.approves(jobId);
      await ada.awaited(jobId, 'BASELINE');
      expect((await ada.send('POST', `/jobs/${jobId}/force-terminate`, {})).body['code']).toBe(
        'NOT_IN_GRACE',
      );

      beating.abort();
      await eventOf(jobId, 'ClientHeartbeatMissed');
      keepAlive(test, jobId);
      await eventOf(jobId, 'ClientHeartbeatResumed');
      const baseline = await ada.executes(jobId, 'BASELINE', workspace);
      expect(baseline).toMatchObject({ outcome: { status: 'PASSED' } });
      await ada.executes(jobId, 'TEST', workspace);
      await ada.sees(jobId, 'DELIVERED');

      const other = await atBaseline(test);
      other.beating.abort();
      await eventOf(other.jobId, 'ClientHeartbeatMissed');
      await ada.client.call('ForceTerminate', { path: { job_id: other.jobId } });
      await test.expect
        .poll(() => ada.client.job(other.jobId))
        .toMatchObject({
          status: 'FAILED',
          failure_class: 'USER_CANCELLED',
        });
    });

    it('[JOB-05] is not missed while the job waits for a person', async (test) => {
      const jobId = await ada.starts(ada.package(CLAMP));
      const beating = keepAlive(test, jobId);
      await ada.sees(jobId, 'WAITING_STRATEGY');
      beating.abort();
      await sleep(PATIENCE_MS + 2_000);
      expect(await ada.client.job(jobId)).toMatchObject({
        status: 'WAITING_STRATEGY',
        heartbeat_status: 'PARKED',
      });
    });
  });

  describe('work on a machine', () => {
    it('[EXE-01] goes to one of many claimants, to the next when its lease ends, and is reported once', async (test) => {
      const { jobId } = await atBaseline(test);
      const executionId = await ada.awaited(jobId, 'BASELINE');
      const claimAs = (claimant: string) =>
        ada.send('POST', `/jobs/${jobId}/executions/${executionId}/claim`, { claimant });
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map(claimAs));
      const winner = answers.findIndex(({ status }) => status === 200);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      const losers = answers.filter(({ status }) => status !== 200);
      expect(new Set(losers.map(({ body }) => body['code']))).toEqual(new Set(['EXECUTION_ALREADY_CLAIMED']));

      const second = await until('the lease to end', async () => {
        const answer = await claimAs('e');
        return answer.status === 200 && answer;
      });
      const outcome = { kind: 'BASELINE', status: 'FAILED', report: null, reason: 'no', failing_tests: [] };
      const reportWith = (token: unknown, reason = 'no') =>
        ada.send(
          'POST',
          `/jobs/${jobId}/sandbox/report`,
          { execution_id: executionId, outcome: { ...outcome, reason } },
          { 'x-task-token': String(token) },
        );
      expect(await reportWith(answers[winner]?.body['task_token'])).toMatchObject({
        status: 403,
        body: { code: 'TASK_TOKEN_INVALID' },
      });
      const first = await reportWith(second.body['task_token']);
      expect(first).toMatchObject({ status: 200, body: { status: 'BASELINE_VALIDATION_FAILED' } });
      expect(await reportWith(second.body['task_token'])).toEqual(first);
      expect((await reportWith(second.body['task_token'], 'another story')).status).toBe(409);
      const events = await product.eventsOf(jobId);
      expect(events.filter(({ type }) => type === 'BaselineFailed')).toHaveLength(1);
    });
  });

  describe('an execution without a report', () => {
    let slow: Product;
    let bob: Person;
    beforeAll(async () => {
      slow = await startProduct({
        timings: { longestExecutionSeconds: EXECUTION_SECONDS, reportPatienceMs: 500 },
      });
      bob = await Person.arrives(slow.url);
    });
    afterAll(async () => {
      await bob?.leaves();
      await slow?.stop();
    });

    it('[EXE-01] [TST-04] is asked for once more, and then the person is told', async () => {
      const jobId = await bob.reachesBaseline(bob.package(CLAMP));
      const first = await bob.awaited(jobId, 'BASELINE');
      await bob.client.claim(jobId, first, 'asleep');
      await bob.sees(jobId, 'BASELINE_VALIDATION_FAILED');
      const events = await slow.eventsOf(jobId);
      expect(
        events.filter(({ type }) => type === 'ExecutionTimedOut').map(({ data }) => data['retrying']),
      ).toEqual([true, false]);
      const asked = events
        .filter(({ type }) => type === 'ExecutionRequested')
        .map(({ data }) => data['retryOf']);
      expect(asked).toEqual([undefined, first]);
      expect(events.at(-1)?.data).toMatchObject({ reason: 'The tests gave no result in time, twice.' });
    });
  });

  describe('a command line that is killed', () => {
    it('[JOB-05] [EXE-07] is attached again and goes on', async (test) => {
      const workspace = ada.package(CLAMP);
      const signIn = ['login', '--email', 'killed@example.org', '--register'];
      await runCli(ada.root, product.url, signIn, { IAMA_PASSWORD: PASSWORD });
      const { child, ended } = beginCli(ada.root, product.url, ['run', workspace, '--yes', '--json']);
      const job = await until('the job of the command line', async () => {
        const rows = await product.query<{ id: string }>(
          `select data::jsonb->>'jobId' as id from events where type = 'ExecutionClaimed' and data::jsonb->>'claimant' not in ('machine', 'a', 'b', 'c', 'd', 'e')`,
        );
        return rows[0]?.id;
      });
      child.kill('SIGKILL');
      expect((await ended).code).toBe(null);
      await eventOf(job, 'ClientHeartbeatMissed');
      const attaching = beginCli(ada.root, product.url, ['attach', '--yes', '--json']);
      await eventOf(job, 'ClientHeartbeatResumed');
      // The command line beats every 30 s, which is too seldom for the clocks of this test.
      keepAlive(test, job, await Person.signsIn(product.url, 'killed@example.org'));
      const attached = await attaching.ended;
      expect([attached.code, attached.values.at(-1)?.['status']]).toEqual([0, 'DELIVERED']);
    });
  });
});

describe('cancelling', () => {
  it('[JOB-02] stops an analysis under way', async () => {
    const jobId = await ada.starts(ada.package(CLAMP));
    expect((await ada.client.job(jobId)).status).toBe('ANALYZING');
    await ada.client.cancel(jobId);
    await sleep(3_000);
    const types = (await product.eventsOf(jobId)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['JobStarted', 'JobCancelled']);
    expect(await ada.client.job(jobId)).toMatchObject({ status: 'FAILED', failure_class: 'USER_CANCELLED' });
    expect((await ada.send('DELETE', `/jobs/${jobId}`)).body['code']).toBe('JOB_ENDED');
  });
});
