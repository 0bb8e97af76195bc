import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { accountStream } from '../../../domain/billing/account.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';

let api: TestApi;
let user: TestUser;
let root: Operator;
let support: Operator;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
  root = await firstOperator(api);
  support = await operator(api, root, 'SUPPORT');
});
afterAll(() => api.close());

const CREDIT = 1_000_000;
const give = (body: unknown, { by = support, to = user.userId, headers = {} } = {}) =>
  api.call(by, 'PATCH', `/admin/quota/${to}`, { body, headers });
const granted = async () => {
  const { events } = await api.log.read<AccountEvent>(accountStream(user.userId));
  return events.filter(({ type }) => type === 'CreditsGranted');
};

describe('credits that an operator gives', () => {
  it('[OPS-02] need a reason, an amount, a person who exists, and a role that may', async () => {
    const fine = { micro_credits: CREDIT, reason: 'ticket 12' };
    for (const body of [
      { micro_credits: CREDIT },
      { ...fine, reason: '  ' },
      { ...fine, micro_credits: 0 },
      { ...fine, micro_credits: -CREDIT },
      { ...fine, micro_credits: 0.5 },
      { ...fine, micro_credits: 10_000 * CREDIT + 1 },
      { ...fine, days: 0 },
      { ...fine, source: 'TOP_UP' },
    ])
      expect([body, (await give(body)).body['code']]).toEqual([body, 'VALIDATION_FAILED']);
    expect((await give(fine, { to: randomUUID() })).body['code']).toBe('USER_NOT_FOUND');
    const engineer = await operator(api, root, 'ENGINEER');
    expect((await give(fine, { by: engineer })).body['code']).toBe('ROLE_MISSING');
    expect(await granted()).toEqual([]);
  });

  it('[OPS-02] are there at once, given once for one key, with who gave them and why', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { micro_credits: 25 * CREDIT, days: 30, reason: 'ticket 12' };
    const [first, second] = [await give(body, { headers }), await give(body, { headers })];
    expect(first.body).toEqual({ user_id: user.userId, lot_id: expect.any(String), available: 25 * CREDIT });
    expect(second.body).toEqual(first.body);
    const { body: usage } = await api.call(user, 'GET', '/usage/summary?raw=true');
    expect(usage['credits']).toMatchObject({ available: 25 * CREDIT });
    const [event, ...more] = await granted();
    expect(more).toEqual([]);
    expect(api.services.texts.open(event?.data)).toMatchObject({
      source: 'GOODWILL',
      reference: 'ticket 12',
      microCredits: 25 * CREDIT,
    });
    expect(event?.metadata.actor).toEqual({ type: 'admin', id: support.userId });
    const lot = event?.type === 'CreditsGranted' ? event.data : null;
    expect(Date.parse(lot?.expiresAt ?? '') - Date.parse(lot?.at ?? '')).toBe(30 * 86_400_000);
  });
});
