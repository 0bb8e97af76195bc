import { describe, expect, it } from 'vitest';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { pricedCall } from '../../processors/billing/priced-call.ts';
import { isFaultOfEvent } from '../runtime/transient-errors.ts';
import type { GatewayCall } from './breaker.ts';
import { failureOf, type Gateway } from './gateway.ts';
import { routeBreakers } from './route-breakers.ts';
import { ask, gateway, ledger, UNLIMITED } from './testing/router-questions.ts';

const FIRST = [{ gateway: 'down', model: 'm' }];
const ROUTES: RouteTable = { ...RECIPES_ONLY, L0: FIRST };
const BOTH: RouteTable = { ...RECIPES_ONLY, L0: [...FIRST, { gateway: 'up', model: 'm' }] };
const { signal } = new AbortController();
const NOW = Date.parse('2026-11-22T10:00:00Z');

const answering = (status: number, headers: Readonly<Record<string, string>> = {}, body?: object): Error =>
  failureOf(new Response(null, { status, headers }), NOW, JSON.stringify(body));

/** Two processes with one clock and one record of calls, which the failures of both are written into. */
const fleet = () => {
  const calls: GatewayCall[] = [];
  const told: (readonly string[])[] = [];
  const clock = { now: NOW };
  const process = () => {
    const callsOf = async (gateway: string) => (gateway === 'down' ? calls : []);
    const breakers = routeBreakers(callsOf, () => clock.now);
    /** As the ledger keeps it and the breakers read it. */
    const record = async (_jobId: string, call: ModelCall): Promise<void> => {
      const { failureClass } = pricedCall(call);
      const { fault = null, retryAfterMs = null, gateway: name, model } = call;
      if (name === 'down' && (failureClass !== null || call.outputTokens > 0))
        calls.push({ model, failed: failureClass === 'INFRA_FAILURE', at: clock.now, fault, retryAfterMs });
    };
    return (gateways: readonly Gateway[], routes = ROUTES, random = () => 0) =>
      ask(at.refactoring(), gateways, {}, routes, signal, {
        ...UNLIMITED,
        budget: ledger(),
        failedCalls: { record },
        breakers,
        onFault: (route, code) => void told.push([route.gateway, route.model, code]),
        random,
      });
  };
  return { calls, clock, process, told };
};

const failsFiveTimes = async (
  asks: ReturnType<ReturnType<typeof fleet>['process']>,
  down: Gateway,
): Promise<void> => {
  for (let time = 0; time < 5; time += 1) await expect(asks([down])).rejects.toThrow('no gateway answered');
};

describe('routes whose breaker is open', () => {
  it('[LLM-04] are not asked by any process, and the job waits without a failure until they are tried again', async () => {
    const { process, clock } = fleet();
    const [one, two] = [process(), process()];
    const down = gateway('down', new Error('503'));
    await failsFiveTimes(one, down);
    for (const asks of [one, two]) {
      const postponed = await asks([down]).catch((error: unknown) => error);
      expect(postponed).toBeInstanceOf(Postponed);
      expect(postponed).toMatchObject({ ms: 30_000 });
    }
    expect(down.asked).toHaveLength(5);
    clock.now += 30_000;
    await expect(two([down])).rejects.toThrow('no gateway answered');
    await expect(one([down])).rejects.toMatchObject({ ms: 60_000 });
    expect(down.asked).toHaveLength(6);
  });

  it('[LLM-04] hand over to the next route', async () => {
    const { process } = fleet();
    const asks = process();
    const [down, up] = [gateway('down', new Error('503')), gateway('up', { status: 'PATCHED' })];
    await failsFiveTimes(asks, down);
    expect(await asks([down, up], BOTH)).toMatchObject({ call: { gateway: 'up', ordinal: 1 } });
    expect(down.asked).toHaveLength(5);
    const upIsDown = gateway('up', new Error('504'));
    await expect(asks([down, upIsDown], BOTH)).rejects.toThrow('no gateway answered');
  });

  it('[LLM-04] are tried by one call of a process at a time, and asked by all after an answer', async () => {
    const { process, clock, calls } = fleet();
    const asks = process();
    await failsFiveTimes(asks, gateway('down', new Error('503')));
    clock.now += 30_000;
    let answers: (output: Awaited<ReturnType<Gateway['ask']>>) => void = () => undefined;
    let begins: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begins = resolve;
    });
    const slow: Gateway = {
      ...gateway('down', {}),
      ask: () => {
        begins();
        return new Promise((resolve) => {
          answers = resolve;
        });
      },
    };
    const tried = asks([slow]);
    await begun;
    await expect(asks([slow])).rejects.toBeInstanceOf(Postponed);
    answers({ output: {}, inputTokens: 1, cachedTokens: 0, outputTokens: 1 });
    expect(await tried).toMatchObject({ call: { outcome: 'SUCCESS' } });
    calls.push({ model: 'm', failed: false, at: clock.now, fault: null, retryAfterMs: null });
    const up = gateway('down', {});
    await Promise.all([asks([up]), asks([up])]);
    expect(up.asked).toHaveLength(2);
  });

  it('[LLM-04] are such by 408, 409, 425, 429 and all that is no 4xx, and not by questions that they refuse', async () => {
    for (const status of [302, 408, 409, 425, 429, 500, 502, 503, 504, 529]) {
      const asks = fleet().process();
      await failsFiveTimes(asks, gateway('down', answering(status)));
      await expect(asks([gateway('down', {})])).rejects.toBeInstanceOf(Postponed);
    }
    for (const status of [400, 403, 413, 422, 451]) {
      const asks = fleet().process();
      for (let time = 0; time < 7; time += 1)
        await expect(asks([gateway('down', answering(status))])).rejects.toMatchObject({
          code: 'QUESTION_REFUSED',
        });
      expect(await asks([gateway('down', {})])).toMatchObject({ call: { outcome: 'SUCCESS' } });
    }
  });

  it('[LLM-04] are such at once by what an operator has to mend: no job fails, the operator is told, and the mended route is asked again', async () => {
    const faults = {
      401: 'GATEWAY_KEY_REJECTED',
      402: 'GATEWAY_ACCOUNT_UNPAID',
      404: 'GATEWAY_ROUTE_UNKNOWN',
      405: 'GATEWAY_ROUTE_UNKNOWN',
      407: 'GATEWAY_KEY_REJECTED',
      410: 'GATEWAY_ROUTE_UNKNOWN',
    };
    for (const [status, code] of Object.entries(faults)) {
      const { process, clock, told } = fleet();
      const [one, two] = [process(), process()];
      const down = gateway('down', answering(Number(status)));
      await expect(one([down])).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
      for (const asks of [one, two]) await expect(asks([down])).rejects.toMatchObject({ ms: 30_000 });
      expect([down.asked.length, told]).toEqual([1, [['down', 'm', code]]]);
      clock.now += 30_000;
      expect(await two([gateway('down', {})])).toMatchObject({ call: { outcome: 'SUCCESS' } });
    }
  });

  it('[LLM-04] are such by what a provider says of our key or account in a code, and not by what it says of the question', async () => {
    const told = (code: string) => ({ error: { message: 'No.', type: 'x', code } });
    for (const [status, code] of [
      [403, 'permission_error'],
      [429, 'insufficient_quota'],
    ] as const) {
      const asks = fleet().process();
      const down = gateway('down', answering(status, {}, told(code)));
      for (const _ of [1, 2])
        await expect(asks([down])).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
      expect(down.asked).toHaveLength(1);
    }
    const asks = fleet().process();
    const refuses = gateway('down', answering(403, {}, told('content_filter')));
    for (let time = 0; time < 7; time += 1)
      await expect(asks([refuses])).rejects.toMatchObject({ code: 'QUESTION_REFUSED' });
    expect(await asks([gateway('down', {})])).toMatchObject({ call: { outcome: 'SUCCESS' } });
  });

  it('[LLM-04] are all such that share a key, by one answer that refuses it, and by none that refuses a model', async () => {
    const other: RouteTable = { ...RECIPES_ONLY, L0: [{ gateway: 'down', model: 'n' }] };
    for (const [status, isShared] of [
      [401, true],
      [402, true],
      [404, false],
    ] as const) {
      const { process, clock } = fleet();
      const [one, two] = [process(), process()];
      await expect(one([gateway('down', answering(status))])).rejects.toBeInstanceOf(Postponed);
      const sibling = gateway('down', {});
      if (!isShared) {
        expect(await two([sibling], other)).toMatchObject({ call: { outcome: 'SUCCESS' } });
        continue;
      }
      await expect(two([sibling], other)).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
      expect(sibling.asked).toEqual([]);
      clock.now += 30_000;
      expect(await two([sibling], other)).toMatchObject({ call: { outcome: 'SUCCESS' } });
    }
  });

  it('[LLM-04] are not such by one question that the account cannot pay: it waits, an operator is told, and smaller ones are answered', async () => {
    const message =
      'This request requires more credits, or fewer max_tokens. You requested up to 9 tokens, but can only afford 8.';
    const { process, told } = fleet();
    const [one, two] = [process(), process()];
    const dear = gateway('down', answering(402, {}, { error: { code: 402, message } }));
    for (let time = 0; time < 7; time += 1)
      await expect(one([dear])).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
    expect(told.length).toBe(7);
    expect(told[0]).toEqual(['down', 'm', 'GATEWAY_ACCOUNT_UNPAID']);
    expect(await two([gateway('down', {})])).toMatchObject({ call: { outcome: 'SUCCESS' } });
    expect(await one([dear, gateway('up', {})], BOTH)).toMatchObject({ call: { gateway: 'up' } });
  });

  it('[LLM-04] hand over to the next route where an operator has to mend them, and to no refusal', async () => {
    const { process } = fleet();
    const asks = process();
    const down = gateway('down', answering(402));
    expect(await asks([down, gateway('up', {})], BOTH)).toMatchObject({
      call: { gateway: 'up', ordinal: 1 },
    });
    const refuses = gateway('up', answering(400));
    await expect(asks([down, refuses], BOTH)).rejects.toBeInstanceOf(Postponed);
    expect([down.asked.length, refuses.asked.length]).toEqual([1, 1]);
  });

  it('[LLM-04] are left alone for as long as they ask by Retry-After, by all processes, which do not come back in the same moment', async () => {
    for (const [status, told] of [
      [429, '20'],
      [503, 'Sun, 22 Nov 2026 10:00:20 GMT'],
    ] as const) {
      const { process, clock } = fleet();
      const [one, two] = [process(), process()];
      const down = gateway('down', answering(status, { 'retry-after': told }));
      await expect(one([down])).rejects.toMatchObject({ name: 'Postponed', ms: 20_000 });
      await expect(two([down])).rejects.toMatchObject({ name: 'Postponed', ms: 20_000 });
      await expect(two([down], ROUTES, () => 0.999)).rejects.toMatchObject({ ms: 24_995 });
      clock.now += 19_999;
      await expect(two([down])).rejects.toMatchObject({ name: 'Postponed', ms: 1 });
      expect(down.asked).toHaveLength(1);
      clock.now += 1;
      const up = gateway('down', {});
      await Promise.all([one([up]), two([up])]);
      expect(up.asked).toHaveLength(2);
    }
  });

  it('[LLM-04] are waited for no longer than the first of them asks, and not where another one answers', async () => {
    const asks = fleet().process();
    const down = gateway('down', answering(429, { 'retry-after': '60' }));
    const soon = gateway('up', answering(503, { 'retry-after': '7' }));
    await expect(asks([down, soon], BOTH)).rejects.toMatchObject({ name: 'Postponed', ms: 7_000 });
    expect(await asks([down, gateway('up', {})], BOTH)).toMatchObject({ call: { gateway: 'up' } });
  });

  it('[LLM-04] are waited for where the other routes refuse the question, because they may take it', async () => {
    const { process } = fleet();
    const asks = process();
    const down = gateway('down', new Error('503'));
    await failsFiveTimes(asks, down);
    const refuses = gateway('up', answering(400));
    await expect(asks([down, refuses], BOTH)).rejects.toMatchObject({ name: 'Postponed', ms: 30_000 });
    expect(refuses.asked).toHaveLength(1);
  });

  it('[LLM-04] [JOB-09] are failures of the call where they take no connection, and no lost sessions of the database', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (const error of [refused, new Error('Connection error.')]) {
      const failed = await fleet()
        .process()([gateway('down', error)])
        .catch((thrown: unknown) => thrown);
      expect(failed).toMatchObject({
        message: expect.stringContaining('no gateway'),
        cause: { errors: [error] },
      });
      expect(isFaultOfEvent(failed)).toBe(true);
    }
  });

  it('[LLM-04] are never those of recipes: what fails there is the job', async () => {
    const { process } = fleet();
    const asks = process();
    const recipe = gateway('recipe', new Error('no'));
    for (let time = 0; time < 7; time += 1)
      await expect(asks([recipe], RECIPES_ONLY)).rejects.toThrow('no gateway answered');
    expect(recipe.asked).toHaveLength(7);
  });
});
