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
    for (let times = 0; times < 2; times += 1) expect((await publish(finance, list)).status).toBe(204);
    expect((await publish(finance, { ...list, models: dearer })).body['code']).toBe('PRICES_DIFFER');
    const second = { version: 'v2', effective_from: inHours(2), models: dearer };
    expect((await publish(finance, second)).status).toBe(204);
    const { body } = await api.call(finance, 'GET', '/admin/finance/prices');
    expect(body['lists']).toMatchObject([list, second]);
    const versionAt = async (at: string) => (await publishedPrices(api.log, () => new Date(at))())?.version;
    expect(await versionAt(inHours(0))).toBeUndefined();
    expect(await versionAt(inHours(1.5))).toBe('v1');
    expect(await versionAt(inHours(3))).toBe('v2');
  });
});
