import { describe, expect, it } from 'vitest';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { base, entitlement, OWNER } from '../../domain/refactoring/job/testing/samples.ts';
import type { ModelRequest } from '../../processors/refactoring/model-router.port.ts';
import { ask, EMPTY, failures, gateway, storeOf, UNLIMITED } from './testing/router-questions.ts';

const READS_NOTHING = () => ({ inputTokens: 0, outputTokens: 0 });
const CONTEXT_OVERFLOW = { code: 'CONTEXT_OVERFLOW', path: null, line: null, reason: expect.any(String) };

const L3: Partial<ModelRequest> = { modelClass: 'L3', stage: 'REPAIR', attempt: 7 };

describe('the model router', () => {
  it('[LLM-01] asks nobody for a class that the snapshot in the log does not hold, whatever the question says', async () => {
    const recipe = gateway('recipe', {});
    await expect(ask(at.refactoring('FREE'), [recipe], { modelClass: 'L2' })).rejects.toMatchObject({
      code: 'ENTITLEMENT_DENIED',
    });
    await expect(ask(at.refactoring('PRO'), [recipe], L3)).rejects.toMatchObject({
      code: 'ENTITLEMENT_DENIED',
    });
    expect(recipe.asked).toEqual([]);
  });

  it('[CTX-05] asks no model to read more than the plan of the start allows; what reads nothing is asked all the same', async () => {
    const text = 'x'.repeat((entitlement('FREE').contextCapTokens + 1) * 4);
    const context = { ...EMPTY, files: [{ path: 'large.js', text }] };
    const [model, recipe] = [gateway('g', {}), { ...gateway('recipe', {}), tokensAtMost: READS_NOTHING }];
    const L1 = { ...RECIPES_ONLY, L1: [{ gateway: 'g', model: 'm' }] };
    const asked = { context, modelClass: 'L1', stage: 'ANALYSE' } as const;
    expect(await ask(at.analysing(), [model], asked, L1)).toEqual({
      call: {
        stage: 'ANALYSE',
        modelClass: 'L1',
        attempt: 0,
        gateway: 'router',
        model: 'context-cap',
        ordinal: 0,
        latencyMs: 0,
        inputTokens: 0,
        cachedTokens: 0,
        outputTokens: 0,
        outcome: 'REFUSED',
      },
      output: { status: 'REFUSED', reasons: [CONTEXT_OVERFLOW, { ...CONTEXT_OVERFLOW, path: 'large.js' }] },
    });
    const both = { ...L1, L1: [...L1.L1, ...RECIPES_ONLY.L1] };
    expect((await ask(at.analysing(), [model, recipe], asked, both)).call).toMatchObject({
      gateway: 'recipe',
    });
    expect(model.asked).toEqual([]);
  });

  it('[BIL-02] keeps to the tier of the start, whatever the person has come to since', async () => {
    const routes: RouteTable = { ...RECIPES_ONLY, L2: [{ gateway: 'g', model: 'stronger' }] };
    const { signal } = new AbortController();
    const started = at.refactoring('PRO');
    for (const tier of ['FREE', 'MAX'] as const) {
      const data = { userId: OWNER, tier, reason: 'r', at: base.at };
      const store = storeOf(started, [{ type: 'TierAssigned', data }]);
      const model = gateway('g', {});
      const asks = (wanted: Partial<ModelRequest>) =>
        ask(started, [model], wanted, routes, signal, UNLIMITED, store);
      expect(await asks({ modelClass: 'L2' })).toMatchObject({
        call: { modelClass: 'L2', model: 'stronger' },
      });
      await expect(asks(L3)).rejects.toMatchObject({ code: 'ENTITLEMENT_DENIED' });
      expect(model.asked).toEqual(['stronger']);
    }
  });

  it('[INT-02] never dispatches L3 without a confirmation in the log', async () => {
    const recipe = gateway('recipe', {});
    for (const journey of [at.refactoring('MAX'), at.waitingEscalation(), at.analysing('MAX')])
      await expect(ask(journey, [recipe], L3)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
    expect(recipe.asked).toEqual([]);
  });

  it('[INT-02] dispatches L3 after a confirmation or pre-authorisation, until the counters start anew', async () => {
    const recipe = gateway('recipe', {});
    const confirmed = at.waitingEscalation();
    confirmed.does({ type: 'ConfirmEscalation', data: { ...base, by: 'ada' } });
    const allowed = at.refactoring('MAX', { preAuthorised: ['L3'] });
    for (const journey of [confirmed, allowed])
      expect(await ask(journey, [recipe], L3)).toMatchObject({ call: { modelClass: 'L3' } });
    confirmed.does({
      type: 'ReviseSpec',
      data: {
        ...base,
        revisionToken: 't1',
        nextRevisionToken: 't2',
        specification: { bdd: [], sdd: [] },
        specHash: 's',
      },
    });
    await expect(ask(confirmed, [recipe], L3)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
  });

  it('[BIL-02] [OPS-03] keeps a job to the routes that counted when it started', async () => {
    const { events } = at.refactoring();
    const started = events.find(({ type }) => type === 'JobStarted')?.data.at;
    const recipe = gateway('recipe', {});
    const routes = async (startedAt: string): Promise<RouteTable> => ({
      ...RECIPES_ONLY,
      L0: [{ gateway: 'recipe', model: startedAt }],
    });
    await ask(at.refactoring(), [recipe], {}, routes);
    expect(recipe.asked).toEqual([started]);
  });

  it('[LLM-01] asks nobody for a job that has ended', async () => {
    const journey = at.refactoring();
    journey.does({ type: 'CancelJob', data: { ...base, by: 'ada' } });
    await expect(ask(journey, [gateway('recipe', {})])).rejects.toMatchObject({ code: 'JOB_ENDED' });
  });

  it('[LLM-04] hands over to the next route when a gateway fails, and throws when all have', async () => {
    const routes: RouteTable = {
      ...RECIPES_ONLY,
      L0: [
        { gateway: 'down', model: 'a' },
        { gateway: 'recipe', model: 'b' },
      ],
    };
    const down = gateway('down', new Error('503'));
    const recipe = gateway('recipe', { status: 'PATCHED' });
    expect(await ask(at.refactoring(), [down, recipe], {}, routes)).toMatchObject({
      call: { gateway: 'recipe', model: 'b', ordinal: 1 },
    });
    await expect(
      ask(at.refactoring(), [down, gateway('recipe', new Error('504'))], {}, routes),
    ).rejects.toThrow('no gateway answered');
  });

  it('[JOB-09] tells a known cause as it is, because asking again would not help', async () => {
    const late = new Rejection('RECIPE_TIMEOUT', 'too long');
    await expect(ask(at.refactoring(), [gateway('recipe', late)])).rejects.toBe(late);
  });

  it('[LLM-03] asks no further gateway once it is stopped', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const recipe = gateway('recipe', {});
    const parts = { ...UNLIMITED, failedCalls: failures() };
    await expect(ask(at.refactoring(), [recipe], {}, RECIPES_ONLY, stop.signal, parts)).rejects.toThrow(
      'stopped',
    );
    expect([recipe.asked, parts.failedCalls.told]).toEqual([[], []]);
  });
});
