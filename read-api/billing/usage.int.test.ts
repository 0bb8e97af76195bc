import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountCommands } from '../../commands/billing/account-commands.ts';
import { usageCommands } from '../../commands/billing/usage-commands.ts';
import type { CommandFile } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { AccountCommand, AssignTier, SettleHold } from '../../domain/billing/account/commands.ts';
import type { RecordUsage } from '../../domain/billing/usage.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { headKeys } from '../../infra/audit/head-key.ts';
import { checkInclusion, inclusionSchema } from '../../infra/audit/proof.ts';
import { startTestApi, type TestApi, type TestUser } from '../../infra/http/testing/api.ts';
import { jobScript } from '../../infra/http/testing/job-script.ts';
import { testContext } from '../../infra/runtime/testing/world.ts';

describe('what a person is told about use', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const now = (): string => new Date().toISOString();
  const send = <C extends Command>(file: CommandFile<C, unknown>, command: C) =>
    execute(file, command, api.log, {}, { context: testContext() });
  const system = <Type extends AccountCommand['type']>(command: Extract<AccountCommand, { type: Type }>) =>
    execute(accountCommands[command.type], command, api.log, api.services, { context: testContext() });
  const settled = (userId: string, jobId: string, microCredits: number): SettleHold => ({
    type: 'SettleHold',
    data: { userId, holdId: jobId, jobId, microCredits, chargeClass: 'SUCCESS', at: now() },
  });
  /** A call of 4 credits. */
  const recordedUse = (userId: string, jobId: string): RecordUsage => {
    const call = {
      modelClass: 'L1',
      attempt: 0,
      ordinal: 1,
      stage: 'PATCH',
      gateway: 'g',
      model: 'm',
    } as const;
    const tokens = { priceVersion: 'p', inputTokens: 9, cachedTokens: 0, outputTokens: 1 };
    const charge = { microCredits: 4_000_000, billable: true, failureClass: null, at: now() };
    const entryKey = `${jobId}:L1:0:1`;
    return { type: 'RecordUsage', data: { entryKey, userId, jobId, ...call, ...tokens, ...charge } };
  };
  const withTier = async (tier: AssignTier['data']['tier']): Promise<TestUser> => {
    const user = await api.user();
    await system({ type: 'AssignTier', data: { userId: user.userId, tier, reason: 'bought', at: now() } });
    return user;
  };
  const get = async (user: TestUser | null, path: string) => api.call(user, 'GET', path);

  it('[BIL-09] refuses what it does not know, and who is not signed in', async () => {
    expect((await get(null, '/usage/summary')).status).toBe(401);
    const user = await api.user();
    expect(await get(user, '/usage/summary?raw=maybe')).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED' },
    });
    expect((await get(user, `/usage/job/${randomUUID()}`)).body['code']).toBe('JOB_NOT_FOUND');
  });

  it('[BIL-09] speaks of jobs on FREE, and of shares before credits', async () => {
    const free = await get(await api.user(), '/usage/summary');
    expect(free.body).toEqual({
      tier: 'FREE',
      basis: 'JOBS_OF_DAY',
      percent_used: 0,
      bar: '░'.repeat(20),
      typical_refactors_left: 3,
      alerts: [],
    });
    const user = await withTier('PLUS');
    const paid = await get(user, '/usage/summary');
    expect(paid.body).toMatchObject({ basis: 'CREDITS_OF_MONTH', typical_refactors_left: 150 });
    expect(paid.body['credits']).toBeUndefined();
    expect((await get(user, '/usage/summary?raw=true')).body['credits']).toEqual({
      granted: 1_500_000_000,
      used: 0,
      held: 0,
      available: 1_500_000_000,
    });
  });

  it('[BIL-12] reports what is used beyond the plan, and what to buy for it', async () => {
    expect((await get(null, '/billing/usage-report')).status).toBe(401);
    const free = await get(await api.user(), '/billing/usage-report');
    expect(free.body).toMatchObject({ tier: 'FREE', overage: 0, add_on_credits: null });
    const user = await withTier('PLUS');
    const { userId } = user;
    const top = { lotId: 't', source: 'TOP_UP', microCredits: 900_000_000, expiresAt: null } as const;
    await system({ type: 'GrantCredits', data: { ...top, userId, reference: 'in', at: now() } });
    const jobId = randomUUID();
    await system({ type: 'ClaimJobSlot', data: { userId, jobId, estimate: 2_000_000_000, at: now() } });
    await system(settled(userId, jobId, 2_000_000_000));
    const { body } = await get(user, '/billing/usage-report');
    expect(body).toMatchObject({
      granted: 1_500_000_000,
      used: 2_000_000_000,
      overage: 500_000_000,
      held: 0,
      available: { plan: 0, bought: 400_000_000, given: 0 },
      add_on_credits: 100,
    });
    expect(new Date(String(body['period_ends_at'])).getUTCDate()).toBe(1);
  });

  it('[BIL-01] names the tier, its terms and when its credits come again', async () => {
    const free = await get(await api.user(), '/subscription/me');
    expect(free.body).toMatchObject({ tier: 'FREE', jobs_per_day: 3, monthly_credits: 0, renews_at: null });
    const paid = await get(await withTier('PRO'), '/subscription/me');
    expect(paid.body).toMatchObject({ tier: 'PRO', monthly_credits: 5_000, upgrade_to: 'MAX' });
    const renewsAt = new Date(String(paid.body['renews_at']));
    expect([renewsAt.getUTCDate(), renewsAt.getTime() > Date.now()]).toEqual([1, true]);
  });

  it('[BIL-10] tells of the thresholds that this month’s charges have crossed', async () => {
    const user = await withTier('PLUS');
    const { userId } = user;
    const jobId = randomUUID();
    await system({ type: 'ClaimJobSlot', data: { userId, jobId, estimate: 1_400_000_000, at: now() } });
    await system(settled(userId, jobId, 1_400_000_000));
    expect((await get(user, '/usage/summary')).body).toMatchObject({
      percent_used: 93,
      bar: `${'█'.repeat(19)}░`,
      alerts: [80],
      typical_refactors_left: 0,
    });
  });

  it('[BIL-04] [BIL-09] shows what is held for a job, then what it was charged', async () => {
    const user = await withTier('PLUS');
    const jobId = await jobScript(api, user).started();
    const path = `/usage/job/${jobId}`;
    expect((await get(user, path)).body['settlement']).toEqual({
      status: 'HELD',
      held: 10_000_000,
      charged: 0,
      corrected: 0,
      corrections: [],
    });
    await system(settled(user.userId, jobId, 4_000_000));
    expect((await get(user, path)).body['settlement']).toEqual({
      status: 'SETTLED',
      held: 0,
      charged: 4_000_000,
      corrected: 0,
      corrections: [],
    });
    expect((await get(user, '/usage/summary?raw=true')).body).toMatchObject({
      typical_refactors_left: 374,
      credits: { used: 4_000_000, held: 0, available: 1_496_000_000 },
    });
  });

  it('[BIL-06] [BIL-09] tells of no charge for what was used where the end of the job charged none', async () => {
    const user = await withTier('PLUS');
    const { userId } = user;
    const jobId = await jobScript(api, user).started();
    const path = `/usage/job/${jobId}`;
    await send(usageCommands.RecordUsage, recordedUse(userId, jobId));
    const told = async () => (await get(user, path)).body;
    await api.settled(async () => (await told())['total_micro_credits'] === 4_000_000);
    expect((await told())['entries']).toMatchObject([{ billable: true, failure_class: null }]);
    await api.call(user, 'DELETE', `/jobs/${jobId}`);
    await api.settled(async () => (await get(user, `/jobs/${jobId}`)).body['status'] === 'FAILED');
    await system(settled(userId, jobId, 0));
    expect(await told()).toMatchObject({
      total_micro_credits: 0,
      settlement: { status: 'SETTLED', charged: 0 },
      entries: [{ micro_credits: 4_000_000, billable: false }],
    });
    // How the job ended is told from its row, which follows.
    await api.settled(async () => JSON.stringify(await told()).includes('"failure_class":"'));
    expect(await told()).toMatchObject({ entries: [{ failure_class: 'USER_CANCELLED' }] });
  });

  it('[BIL-09] proves a charge by events that check without this server', async () => {
    const user = await withTier('PLUS');
    const jobId = await jobScript(api, user).requested();
    const path = `/usage/job/${jobId}/proof`;
    expect(await get(user, path)).toMatchObject({ status: 404, body: { code: 'EVENT_NOT_FOUND' } });
    expect((await get(await api.user(), path)).body['code']).toBe('JOB_NOT_FOUND');
    const { userId } = user;
    await system({ type: 'ClaimJobSlot', data: { userId, jobId, at: now() } });
    await system({ type: 'ClaimJobSlot', data: { userId, jobId: randomUUID(), at: now() } });
    await system(settled(userId, jobId, 4_000_000));
    const use = recordedUse(userId, jobId);
    await send(usageCommands.RecordUsage, use);
    await send(usageCommands.WaiveUsage, {
      type: 'WaiveUsage',
      data: { entryKey: use.data.entryKey, userId, jobId, failureClass: 'APPLY_FAILED', at: now() },
    });
    // Refused until the tree has all of them.
    const proven = async () => (await get(user, path)).body['event_ids'] as string[] | undefined;
    await api.settled(async () => (await proven())?.length === 6);
    const { body } = await get(user, path);
    const keys = (await get(user, '/audit/keys')).body['keys'] as { public_key: string }[];
    const trusted = headKeys(keys.map(({ public_key }) => public_key).join('\n'));
    const proof = inclusionSchema.parse(body);
    checkInclusion(proof, trusted);
    expect(proof.proofs.map(({ entry }) => entry?.split('\n')[5])).toEqual([
      'JobSlotClaimed',
      'HoldTaken',
      'HoldPosted',
      'HoldReleased',
      'UsageRecorded',
      'UsageWaived',
    ]);
    const cheaper = proof.proofs.map((one) => ({
      ...one,
      entry: one.entry?.replaceAll('4000000', '1') ?? '',
    }));
    expect(() => checkInclusion({ ...proof, proofs: cheaper }, trusted)).toThrow('does not have this hash');
  });

  // The last one: it takes columns away.
  it('[BIL-09] shows the use of a job by a table that is not built again yet, and says so where it cannot', async () => {
    const user = await withTier('PLUS');
    const jobId = await jobScript(api, user).requested();
    await send(usageCommands.RecordUsage, recordedUse(user.userId, jobId));
    const used = () => get(user, `/usage/job/${jobId}`);
    const whole = { status: 200, body: { entries: [{ micro_credits: 4_000_000 }] } };
    await expect.poll(used).toMatchObject(whole);
    const without = (column: string) => api.pool.query(`alter table read.usage_ledger drop column ${column}`);
    for (const column of ['fault', 'retry_after_ms', 'at_most']) await without(column);
    expect(await used()).toMatchObject(whole);
    await without('waived_by');
    expect(await used()).toMatchObject({ status: 503, body: { code: 'NOT_READY' } });
  });
});
