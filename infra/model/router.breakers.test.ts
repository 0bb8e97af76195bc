import { describe, expect, it } from 'vitest';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { pricedCall } from '../../processors/billing/priced-call.ts';
import { isFaultOfEvent } from '../runtime/transient-errors.ts';
import type { RouteCall } from './breaker.ts';
import { failureOf, type Gateway } from './gateway.ts';
import { routeBreakers } from './route-breakers.ts';
import { ask, gateway, ledger, UNLIMITED } from './testing/router-questions.ts';

const FIRST = [{ gateway: 'down', model: 'm' }];
const ROUTES: RouteTable = { ...RECIPES_ONLY, L0: FIRST };
const BOTH: RouteTable = { ...RECIPES_ONLY, L0: [...FIRST, { gateway: 'up', model: 'm' }] };
const { signal } = new AbortController();

/** Two processes with one clock and one record of calls, which the failures of both are written into. */
const fleet = () => {
  const calls: RouteCall[] = [];
  const clock = { now: Date.parse('2026-11-22T10:00:00Z') };
  const process = () => {
    const callsOf = async (route: Readonly<{ gateway: string }>) => (route.gateway === 'down' ? calls : []);
    const breakers = routeBreakers(callsOf, () => clock.now);
    /** As the ledger keeps it and the breakers read it. */
    const record = async (_jobId: string, call: ModelCall): Promise<void> => {
      const { failureClass } = pricedCall(call);
      if (failureClass !== null || call.outputTokens > 0)
        calls.push({ failed: failureClass === 'INFRA_FAILURE', at: clock.now });
    };
    return (gateways: readonly Gateway[], routes = ROUTES) =>
      ask(at.refactoring(), gateways, {}, routes, signal, {
        ...UNLIMITED,
        budget: ledger(),
        failedCalls: { record },
        breakers,
      });
  };
  return { calls, clock, process };
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
    calls.push({ failed: false, at: clock.now });
    const up = gateway('down', {});
    await Promise.all([asks([up]), asks([up])]);
    expect(up.asked).toHaveLength(2);
  });

  it('[LLM-04] are such by 408, 409, 429 and 5xx, and not by questions that they refuse', async () => {
    for (const status of [408, 409, 429, 500, 502, 503, 504, 529]) {
      const asks = fleet().process();
      await failsFiveTimes(asks, gateway('down', failureOf(status)));
      await expect(asks([gateway('down', {})])).rejects.toBeInstanceOf(Postponed);
    }
    for (const status of [400, 401, 403, 404, 413, 422]) {
      const asks = fleet().process();
      for (let time = 0; time < 7; time += 1)
        await expect(asks([gateway('down', failureOf(status))])).rejects.toMatchObject({
          code: 'QUESTION_REFUSED',
        });
      expect(await asks([gateway('down', {})])).toMatchObject({ call: { outcome: 'SUCCESS' } });
    }
  });

  it('[LLM-04] are waited for where the other routes refuse the question, because they may take it', async () => {
    const { process } = fleet();
    const asks = process();
    const down = gateway('down', new Error('503'));
    await failsFiveTimes(asks, down);
    const refuses = gateway('up', failureOf(400));
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
