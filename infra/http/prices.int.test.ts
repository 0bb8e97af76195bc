import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedPrices } from '../model/published-prices.ts';
import { startTestApi, type TestApi } from './testing/api.ts';
import { firstOperator, type Operator, operator } from './testing/operators.ts';

const HOUR = 3_600_000;
const models = { large: { input: 300_000, cached: 30_000, output: 1_500_000 } };
const dearer = { large: { input: 400_000, cached: 40_000, output: 2_000_000 } };

describe('the prices of models', () => {
  let api: TestApi;
  let finance: Operator;
  let engineer: Operator;
  beforeAll(async () => {
    api = await startTestApi();
    const root = await firstOperator(api);
    finance = await operator(api, root, 'SUPPORT', ['FINANCE']);
    engineer = await operator(api, root, 'ENGINEER');
  });
  afterAll(() => api.close());

  const start = Date.now();
  const inHours = (hours: number): string => new Date(start + hours * HOUR).toISOString();
  const publish = (by: Operator, body: unknown) => api.call(by, 'POST', '/admin/finance/prices', { body });
  const list = { version: 'v1', effective_from: inHours(1), models };

  it('[BIL-05] [OPS-02] are published by finance only', async () => {
    for (const method of ['GET', 'POST'] as const)
      expect((await api.call(engineer, method, '/admin/finance/prices', { body: list })).status).toBe(403);
    const person = await api.user();
    expect((await api.call(person, 'POST', '/admin/finance/prices', { body: list })).status).toBe(401);
  });

  it('[BIL-05] are refused where they are none, and where they would count for what was', async () => {
    const refusals = [
      await publish(finance, { ...list, models: {} }),
      await publish(finance, { ...list, version: 'a b' }),
      await publish(finance, { ...list, models: { large: { ...models.large, input: 0.5 } } }),
      await publish(finance, { ...list, effective_from: inHours(-1) }),
    ];
    expect(refusals.map(({ status, body }) => [status, body['code']])).toEqual([
      [422, 'PRICES_INVALID'],
      [422, 'PRICES_INVALID'],
      [422, 'VALIDATION_FAILED'],
      [422, 'PRICES_BACKDATED'],
    ]);
  });

  it('[BIL-05] count from their date on, and stay as they are', async () => {
    for (let times = 0; times < 2; times += 1) expect((await publish(finance, list)).status).toBe(200);
    expect((await publish(finance, { ...list, models: dearer })).body['code']).toBe('PRICES_DIFFER');
    const second = { version: 'v2', effective_from: inHours(2), models: dearer };
    expect((await publish(finance, second)).status).toBe(200);
    const { body } = await api.call(finance, 'GET', '/admin/finance/prices');
    expect(body['lists']).toMatchObject([list, second]);
    const versionAt = async (at: string) => (await publishedPrices(api.log, () => new Date(at))())?.version;
    expect(await versionAt(inHours(0))).toBeUndefined();
    expect(await versionAt(inHours(1.5))).toBe('v1');
    expect(await versionAt(inHours(3))).toBe('v2');
  });

  it('[BIL-05] [BIL-03] are published with a warning where they make calls of FREE dearer than its jobs may be', async () => {
    const small = { input: 25_000, cached: 2_500, output: 200_000 };
    const mixed = { version: 'v3', effective_from: inHours(3), models: { ...models, small } };
    expect((await publish(finance, mixed)).body).toEqual({
      warnings: [
        {
          code: 'UNHELD_CALL_UNAFFORDABLE',
          tier: 'FREE',
          model: 'large',
          at_most: 83_400_000,
          limit: 50_000_000,
          context_tokens: 16_666,
        },
      ],
    });
    const value = { FREE: 16_000, PLUS: 128_000, PRO: 200_000, MAX: 200_000, ENTERPRISE: 1_000_000 };
    const body = { value, reason: 'what FREE can afford' };
    expect((await api.call(engineer, 'PUT', '/admin/config/tier_context_caps', { body })).status).toBe(200);
    const later = { ...mixed, version: 'v4', effective_from: inHours(4) };
    expect((await publish(finance, later)).body).toEqual({ warnings: [] });
  });
});
