import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postponed } from '../../domain/kernel/postponed.ts';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { entitlement } from '../../domain/refactoring/job/testing/samples.ts';
import { startTestApi, type TestApi } from '../http/testing/api.ts';
import { jobScript } from '../http/testing/job-script.ts';
import { type LocalServer, startLocalServer } from '../http/testing/local-server.ts';
import { modelsAt } from '../torture/model-gateway.ts';
import { callBudget } from './call-budget.ts';
import { failedCalls } from './failed-calls.ts';
import { breakersNow, callsOfGateway, routeBreakers } from './route-breakers.ts';
import { modelRouter } from './router.ts';
import { EMPTY } from './testing/router-questions.ts';

/** What the provider says next, to each question. */
type Said = Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>;

const ANSWER = {
  choices: [{ message: { content: '{}' } }],
  usage: { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 0 } },
};

describe('a provider of models over HTTP', () => {
  let api: TestApi;
  let provider: LocalServer;
  let says: Said = { status: 200 };
  let asked = 0;
  /** Seconds that the clock of the workers is ahead. */
  let ahead = 0;
  const told: string[] = [];
  beforeAll(async () => {
    api = await startTestApi();
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      asked += 1;
      request.resume();
      response
        .writeHead(says.status, { 'content-type': 'application/json', ...says.headers })
        .end(says.body ?? JSON.stringify(says.status === 200 ? ANSWER : { error: { message: 'no' } }));
    };
    provider = await startLocalServer(serve);
  });
  afterAll(async () => {
    provider.close();
    await api.close();
  });

  const now = () => new Date(Date.now() + ahead * 1_000);
  /** A worker of its own, which knows nothing but what is in the database. */
  const worker = (model: string, gateway: string) =>
    modelRouter({
      gateways: (modelsAt(provider.url).gateways ?? []).map((one) => ({ ...one, name: gateway })),
      routes: async () => {
        const route = [{ gateway, model }];
        return { L0: route, L1: route, L2: route, L3: route };
      },
      store: api.log,
      prices: async () => null,
      budget: callBudget(api.log, now),
      failedCalls: failedCalls(api.log, now),
      breakers: routeBreakers(
        (gateway, at) => callsOfGateway(api.pool, gateway, at),
        () => now().getTime(),
      ),
      onFault: ({ model: of }, code) => void told.push(`${of} ${code}`),
      clock: () => performance.now(),
      random: () => 0,
    });
  /** `gateway`: where not its own, it shares the key of another model. */
  const askOf = (jobId: string, model: string, gateway = model) =>
    worker(model, gateway).ask(
      {
        jobId,
        stage: 'ANALYSE',
        modelClass: 'L0',
        attempt: 0,
        goal: 'JAVASCRIPT_TO_TYPESCRIPT',
        goalText: '',
        entitlement: entitlement('FREE'),
        context: EMPTY,
        strategy: null,
        inputs: {},
        idempotencyKey: 'k',
        causeId: '',
      },
      new AbortController().signal,
    );
  const begun = async (): Promise<string> => jobScript(api, await api.user()).started();
  const breakerOf = async (model: string) =>
    (await breakersNow(api.pool, now().getTime())).find((breaker) => breaker.model === model);
  const callsIn = async (jobId: string) =>
    (await api.log.read<ModelCalled>(jobStream(jobId))).events.flatMap(({ type, data }) =>
      type === 'ModelCalled' ? [data.call] : [],
    );

  it('[LLM-04] [BIL-06] [OPS-05] that refuses our key is asked once by all jobs and workers: none of them fails, and operators see why', async () => {
    const [one, two] = [await begun(), await begun()];
    says = { status: 401 };
    asked = 0;
    await expect(askOf(one, 'revoked')).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
    await api.settled(async () => (await breakerOf('revoked')) !== undefined);
    for (const jobId of [one, two]) await expect(askOf(jobId, 'revoked')).rejects.toBeInstanceOf(Postponed);
    expect([asked, told]).toEqual([1, ['revoked GATEWAY_KEY_REJECTED']]);
    expect(await breakerOf('revoked')).toMatchObject({
      state: 'OPEN',
      failures: 1,
      fault: 'GATEWAY_KEY_REJECTED',
    });
    expect(await callsIn(one)).toMatchObject([
      { outcome: 'INFRA_FAILURE', fault: 'GATEWAY_KEY_REJECTED', inputTokens: 0 },
    ]);
    says = { status: 200 };
    ahead = 31;
    expect(await askOf(two, 'revoked')).toMatchObject({ call: { outcome: 'SUCCESS' } });
    ahead = 0;
  });

  it('[LLM-04] that cannot pay for one question keeps its route for others, and the question waits', async () => {
    const jobId = await begun();
    const message =
      'This request requires more credits, or fewer max_tokens. You requested up to 9 tokens, but can only afford 8.';
    says = { status: 402, body: JSON.stringify({ error: { code: 402, message } }) };
    await expect(askOf(jobId, 'dear')).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
    expect(await callsIn(jobId)).toMatchObject([{ outcome: 'REFUSED', fault: 'GATEWAY_ACCOUNT_UNPAID' }]);
    await api.settled(async () => {
      const { rows } = await api.pool.query(`select from read.usage_ledger where model = 'dear'`);
      return rows.length === 1;
    });
    says = { status: 200 };
    expect(await askOf(await begun(), 'dear')).toMatchObject({ call: { outcome: 'SUCCESS' } });
  });

  it('[LLM-04] whose refusal has a body without an end is taken at its status', async () => {
    const jobId = await begun();
    says = {
      status: 403,
      body: `{"error":{"code":"permission_error","message":"${'x'.repeat(5_000_000)}"}}`,
    };
    await expect(askOf(jobId, 'endless')).rejects.toMatchObject({ code: 'QUESTION_REFUSED' });
  });

  it('[LLM-04] that says when to ask again is left alone by all workers until then', async () => {
    const [one, two] = [await begun(), await begun()];
    says = { status: 429, headers: { 'retry-after': '25' } };
    asked = 0;
    await expect(askOf(one, 'busy')).rejects.toMatchObject({ name: 'Postponed', ms: 25_000 });
    await api.settled(async () => (await breakerOf('busy')) !== undefined);
    await expect(askOf(two, 'busy')).rejects.toMatchObject({ name: 'Postponed' });
    expect(asked).toBe(1);
    expect(await breakerOf('busy')).toMatchObject({ state: 'OPEN', fault: null });
    expect(await callsIn(one)).toMatchObject([{ outcome: 'INFRA_FAILURE', retryAfterMs: 25_000 }]);
    says = { status: 503, headers: { 'retry-after': new Date(Date.now() + 120_000).toUTCString() } };
    ahead = 26;
    const later = await askOf(two, 'busy').catch((error: unknown) => error);
    expect(later).toBeInstanceOf(Postponed);
    // A date is one of whole seconds, and held against that of the answer.
    expect((later as Postponed).ms).toBeGreaterThanOrEqual(118_000);
    expect((later as Postponed).ms).toBeLessThanOrEqual(120_000);
    ahead = 0;
  });

  it('[LLM-04] [OPS-05] that says with 429 that our account is not paid is not taken for a busy one, and keeps no model of that account asked', async () => {
    const jobId = await begun();
    const error = { message: 'You exceeded your current quota.', type: 'insufficient_quota', code: null };
    says = { status: 429, headers: { 'retry-after': '1' }, body: JSON.stringify({ error }) };
    await expect(askOf(jobId, 'unpaid')).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
    await api.settled(async () => (await breakerOf('unpaid')) !== undefined);
    expect(await breakerOf('unpaid')).toMatchObject({ state: 'OPEN', fault: 'GATEWAY_ACCOUNT_UNPAID' });
    expect(told.at(-1)).toBe('unpaid GATEWAY_ACCOUNT_UNPAID');
    says = { status: 200 };
    asked = 0;
    await expect(askOf(jobId, 'sibling', 'unpaid')).rejects.toMatchObject({ name: 'Postponed' });
    expect(asked).toBe(0);
    expect(await askOf(jobId, 'unpaid', 'another account')).toMatchObject({ call: { outcome: 'SUCCESS' } });
    ahead = 31;
    expect(await askOf(jobId, 'sibling', 'unpaid')).toMatchObject({ call: { outcome: 'SUCCESS' } });
    ahead = 0;
  });
});
