import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../domain/patching/delivery.ts';
import {
  BASELINE_REPORT,
  baselinePassed,
  CONSENT,
  CONTEXT,
  PREFLIGHT,
  TEST_REPORT,
  testsPassed,
} from '../http/testing/job-script.ts';
import type { Answer } from './http-call.ts';
import { USAGE } from './model-double.ts';
import type { Person, ShopClient } from './shop-client.ts';

/** How a person goes on with a job. */
export const COURSES = [
  'DELIVERED',
  /** The first tests fail, and the credits are raised for another patch. */
  'REPAIRED',
  /** The first patch does not apply: it is charged to nobody. */
  'UNAPPLIED',
  /** Before the specification is approved: nothing is charged. */
  'CANCELLED_EARLY',
  /** After that: what was used is charged. */
  'CANCELLED_LATE',
  /** The person goes away at the baseline: the hold stays. */
  'LEFT',
] as const;
export type Course = (typeof COURSES)[number];

/** `charge`: micro-credits that it must come to; null: it has not ended, or otherwise than it was played. */
export type PlayedJob = Readonly<{ jobId: string; course: Course; charge: number | null }>;

const POLL_MS = 200;
const BEAT_MS = 10_000;
/** Micro-credits that are set aside when the budget is reached. */
const RAISE = 6_000_000;

const text = (content: string) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  text: content,
});
const DELIVERY: Delivery = {
  schema: 'iama.delivery/1',
  files: [
    { path: 'index.js', to: 'index.js', before: text('module.exports = 1;\n'), after: text('export {};\n') },
  ],
};

const EARLY = USAGE.ANALYSE.microCredits + USAGE.SPECIFY.microCredits + USAGE.PLAN_TESTS.microCredits;

type Execution = Readonly<{ execution_id: string; kind: string }>;

/** One job of a person, over HTTP as clients and executors play it. */
class ShopJob {
  readonly #shop: ShopClient;
  readonly #token: string;
  readonly #course: Course;
  readonly #path: string;
  readonly #reported = new Set<string>();
  /** Patches that reached the tests and count. */
  #patches = 0;

  constructor(shop: ShopClient, token: string, course: Course, jobId: string) {
    this.#shop = shop;
    this.#token = token;
    this.#course = course;
    this.#path = `/jobs/${jobId}`;
  }

  /** Until it ends or is left. Gives what it must be charged, as `PlayedJob` does. */
  async play(): Promise<number | null> {
    let beatenAt = Date.now();
    while (this.#shop.isTimeLeft) {
      await sleep(POLL_MS);
      const job = (await this.#get(''))?.body;
      if (job === undefined) return null;
      if (job['finished_at'] !== null || job['status'] === 'DELIVERED') return this.#charge(job);
      if (Date.now() - beatenAt > BEAT_MS) {
        await this.#post('/heartbeat');
        beatenAt = Date.now();
      }
      if ((await this.#step(job)) === 'LEFT') return null;
    }
    return null;
  }

  #charge({ status, failure_class: failure }: Answer['body']): number | null {
    if (status === 'DELIVERED') return EARLY + this.#patches * USAGE.PATCH.microCredits;
    if (failure === 'USER_CANCELLED') return this.#course === 'CANCELLED_LATE' ? EARLY : 0;
    // Nobody pays for what failed on our side; no other end was played.
    return failure === 'INFRA_FAILURE' ? 0 : null;
  }

  async #step({ status, executions }: Answer['body']): Promise<'LEFT' | undefined> {
    switch (status) {
      case 'WAITING_STRATEGY':
        return this.#select();
      case 'WAITING_SPEC_APPROVAL':
        return this.#course === 'CANCELLED_EARLY' ? this.#cancel() : this.#approve();
      case 'WAITING_ESCALATION_DECISION':
        await this.#post('/budget/raise', { micro_credits: RAISE });
        await this.#post('/escalation/confirm');
        return undefined;
      case 'BASELINE_VALIDATION':
        if (this.#course === 'LEFT') return 'LEFT';
        if (this.#course === 'CANCELLED_LATE') return this.#cancel();
        return this.#execute(executions);
      case 'REFACTORING':
        return this.#execute(executions);
      default:
        return undefined;
    }
  }

  async #select(): Promise<undefined> {
    const proposals = (await this.#get('/proposals'))?.body['proposals'];
    const [first]: { proposal_id?: string }[] = Array.isArray(proposals) ? proposals : [];
    await this.#post('/proposals/select', { proposal_id: first?.proposal_id });
  }

  async #approve(): Promise<undefined> {
    const { revision_token, spec_hash } = (await this.#get('/spec'))?.body ?? {};
    await this.#post('/spec/approve', { revision_token, spec_hash });
  }

  async #cancel(): Promise<undefined> {
    await this.#shop.ask({ method: 'DELETE', path: this.#path, token: this.#token });
  }

  async #execute(executions: unknown): Promise<undefined> {
    const all: readonly Execution[] = Array.isArray(executions) ? executions : [];
    const open = all.at(-1);
    if (open === undefined || this.#reported.has(open.execution_id)) return;
    const path = `/executions/${open.execution_id}`;
    const claimed = await this.#post(`${path}/claim`, { claimant: 'torture' });
    const token = claimed?.body['task_token'];
    if (typeof token !== 'string') return;
    const headers = { 'x-task-token': token };
    const outcome = await this.#outcome(open.kind, async (kind, content) => {
      const bytes = Buffer.from(JSON.stringify(content));
      const answer = await this.#post(`${path}/artifacts?kind=${kind}`, bytes, headers);
      return answer?.body['artifact'];
    });
    const told = { execution_id: open.execution_id, outcome: outcome.sent };
    const answer = await this.#post('/sandbox/report', told, headers);
    // A lease that ran out is claimed again.
    if (answer?.status !== 200) return;
    this.#reported.add(open.execution_id);
    if (outcome.isPatch) this.#patches += 1;
  }

  async #outcome(
    kind: string,
    upload: (kind: string, content: unknown) => Promise<unknown>,
  ): Promise<Readonly<{ sent: unknown; isPatch: boolean }>> {
    if (kind === 'BASELINE')
      return { sent: baselinePassed(await upload('BASELINE_REPORT', BASELINE_REPORT)), isPatch: false };
    const isFirst = this.#reported.size === 1;
    if (isFirst && this.#course === 'UNAPPLIED') {
      const sent = { kind, status: 'REJECTED', code: 'APPLY_FAILED', reason: 'no such text', report: null };
      return { sent, isPatch: false };
    }
    const passed = testsPassed(await upload('TEST_REPORT', TEST_REPORT), await upload('DELIVERY', DELIVERY));
    if (!isFirst || this.#course !== 'REPAIRED') return { sent: passed, isPatch: true };
    const { delivery: _, strict_errors: __, ...same } = passed;
    const sent = { ...same, status: 'FAILED', failure_class: 'LOGIC_FAILURE', fingerprint: 'f' };
    return { sent, isPatch: true };
  }

  #get(path: string): Promise<Answer | null> {
    return this.#shop.ask({ method: 'GET', path: `${this.#path}${path}`, token: this.#token });
  }

  #post(
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer | null> {
    const asked = { method: 'POST', path: `${this.#path}${path}`, token: this.#token, headers } as const;
    return this.#shop.ask(body === undefined ? asked : { ...asked, body });
  }
}

/** A job that models work on. Null: it did not start. */
export const playJob = async (
  shop: ShopClient,
  { token }: Person,
  course: Course,
): Promise<PlayedJob | null> => {
  const post = (path: string, body: unknown) => shop.ask({ method: 'POST', path, token, body });
  await post('/account/consent', CONSENT);
  const asked = await post('/jobs', { goal: 'FREE_TEXT', goal_text: 'Give it types.', title: course });
  const jobId = String(asked?.body['job_id']);
  await post(`/jobs/${jobId}/context`, CONTEXT);
  const started = await post(`/jobs/${jobId}/start`, PREFLIGHT);
  if (started?.status !== 200) return null;
  return { jobId, course, charge: await new ShopJob(shop, token, course, jobId).play() };
};
