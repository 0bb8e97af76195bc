import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { accountStream } from '../../../domain/billing/account.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
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

describe('a charge that an operator takes back', () => {
  const none = randomUUID();
  const correct = (body: unknown, { by = root, headers = {} } = {}) =>
    api.call(by, 'POST', '/admin/finance/corrections', { body, headers });
  /** A job that was charged 4 credits. */
  const charged = async () => {
    const payer = await api.user();
    const own = jobScript(api, payer);
    const { userId } = payer;
    const jobId = await own.requested();
    const at = own.at();
    await own.system({ type: 'AssignTier', data: { userId, tier: 'PLUS', reason: 'bought', at } });
    await own.system({ type: 'ClaimJobSlot', data: { userId, jobId, at } });
    const end = { holdId: jobId, jobId, microCredits: 4 * CREDIT, chargeClass: 'SUCCESS' } as const;
    await own.system({ type: 'SettleHold', data: { ...end, userId, at } });
    const settlement = async () =>
      Object((await api.call(payer, 'GET', `/usage/job/${jobId}`)).body)['settlement'];
    return { userId, jobId, settlement };
  };

  it('[BIL-11] [OPS-02] needs a reason, an amount, a charge that is there, and who may', async () => {
    const fine = { user_id: user.userId, job_id: none, micro_credits: CREDIT, reason: 'ticket 12' };
    const { reason: _reason, ...silent } = fine;
    for (const body of [
      silent,
      { ...fine, reason: ' ' },
      { ...fine, micro_credits: 0 },
      { ...fine, micro_credits: 0.5 },
      { ...fine, job_id: 'j' },
      { ...fine, tier: 'MAX' },
    ])
      expect([body, (await correct(body)).body['code']]).toEqual([body, 'VALIDATION_FAILED']);
    expect((await correct(fine, { by: support })).body['code']).toBe('ROLE_MISSING');
    expect(await correct(fine)).toMatchObject({ status: 404, body: { code: 'CHARGE_NOT_FOUND' } });
  });

  it('[BIL-11] [OPS-02] comes back in parts, once for one key, and no more than was charged; the person reads why', async () => {
    const { userId, jobId, settlement } = await charged();
    const finance = await operator(api, root, 'ENGINEER', ['FINANCE']);
    const whose = { user_id: userId, job_id: jobId };
    const headers = { 'idempotency-key': randomUUID() };
    const body = { ...whose, micro_credits: 3 * CREDIT, reason: 'ticket 12' };
    const first = await correct(body, { by: finance, headers });
    expect(first).toMatchObject({
      status: 201,
      body: { job_id: jobId, micro_credits: 3 * CREDIT, left: CREDIT, available: 1_499 * CREDIT },
    });
    expect((await correct(body, { by: finance, headers })).body).toEqual(first.body);
    const above = await correct({ ...whose, micro_credits: 2 * CREDIT, reason: 'more' });
    expect(above).toMatchObject({ status: 409, body: { code: 'CORRECTION_EXCEEDS_CHARGE', left: CREDIT } });
    expect((await correct({ ...whose, reason: 'the rest' })).body).toMatchObject({
      micro_credits: CREDIT,
      left: 0,
      available: 1_500 * CREDIT,
    });
    expect((await correct({ ...whose, reason: 'again' })).body).toMatchObject({ left: 0, status: 409 });
    expect(await settlement()).toMatchObject({
      charged: 4 * CREDIT,
      corrected: 4 * CREDIT,
      corrections: [
        { correction_id: first.body['correction_id'], micro_credits: 3 * CREDIT, reason: 'ticket 12' },
        { micro_credits: CREDIT, reason: 'the rest' },
      ],
    });
    const { events } = await api.log.read<AccountEvent>(accountStream(userId));
    const [reversed, ...more] = events.filter(({ type }) => type === 'ChargeReversed');
    expect(more).toHaveLength(1);
    expect(reversed?.metadata.actor).toEqual({ type: 'admin', id: finance.userId });
    // ES-13: what an operator wrote about a person goes with the person.
    expect(JSON.stringify(reversed?.data)).not.toContain('ticket 12');
  });
});
