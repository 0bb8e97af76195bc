import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../domain/billing/account/commands.ts';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { credits } from '../../domain/billing/credits.ts';
import { account } from '../../domain/billing/testing/seeded-account.ts';
import { buildProjection } from '../../infra/runtime/projection-builder.ts';
import { replayProjection } from '../../infra/runtime/projection-replay.ts';
import { projectionSubscriptionId } from '../../infra/runtime/projection-subscription.ts';
import { createWorld, type World } from '../../infra/runtime/testing/world.ts';
import { ledgerPostings } from './ledger-postings.ts';

const at = '2026-11-20T10:00:00.000Z';

/** A month of one person: a tier, a charged job, a correction, a top-up and its refund, and the end of the month. */
const story = (userId: string): AccountEvent[] => {
  const commands: readonly AccountCommand[] = [
    { type: 'AssignTier', data: { userId, tier: 'PLUS', reason: 'bought', at } },
    { type: 'ClaimJobSlot', data: { userId, jobId: `${userId}-job`, estimate: credits(30), at } },
    {
      type: 'SettleHold',
      data: {
        userId,
        holdId: `${userId}-job`,
        jobId: `${userId}-job`,
        microCredits: 12_345_678,
        chargeClass: 'SUCCESS',
        at,
      },
    },
    {
      type: 'ReverseCharge',
      data: { userId, holdId: `${userId}-job`, correctionId: 'c', microCredits: 345_678, reason: 'r', at },
    },
    {
      type: 'GrantCredits',
      data: {
        userId,
        lotId: 'bought',
        source: 'TOP_UP',
        microCredits: credits(100),
        expiresAt: null,
        reference: 'p',
        at,
      },
    },
    {
      type: 'RefundTopUp',
      data: { userId, lotId: 'bought', refundId: 'r', microCredits: credits(40), reason: 'asked', at },
    },
    { type: 'RefreshAccount', data: { userId, at: '2026-12-01T00:00:00.000Z' } },
  ];
  let state = account.initialState();
  return commands.flatMap((command) => {
    const events = account.decide(command, state);
    state = events.reduce(account.evolve, state);
    return events;
  });
};

describe('ledger_postings', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.run({ projections: [ledgerPostings] });
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => world.append(accountStream(`u${n}`), ...story(`u${n}`))),
    );
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
  });
  afterAll(() => world.close());

  const dump = async (): Promise<string> => {
    const { rows } = await world.pool.query<{ line: string }>(
      'select whole::text as line from read.ledger_postings whole order by posting_id',
    );
    return rows.map(({ line }) => line).join('\n');
  };

  it('[BIL-11] is zero-sum in every entry and for every person, and shows where each credit went', async () => {
    const unbalanced = await world.pool.query(
      `select from read.ledger_postings group by entry_id, unit having sum(amount) <> 0 or count(*) < 2
       union all select from read.ledger_postings group by user_id, unit having sum(amount) <> 0`,
    );
    expect(unbalanced.rowCount).toBe(0);
    const { rows } = await world.pool.query(
      `select account, sum(amount)::bigint as balance from read.ledger_postings where user_id = 'u7'
       group by account order by account`,
    );
    expect(rows).toEqual([
      { account: 'customer.available', balance: 1_560_345_678n },
      { account: 'customer.held', balance: 0n },
      { account: 'sink.consumed', balance: 12_000_000n },
      { account: 'sink.expired', balance: 1_487_654_322n },
      { account: 'source.granted', balance: -3_000_000_000n },
      { account: 'source.sold', balance: -60_000_000n },
    ]);
  });

  it('[BIL-11] [SEC-01] the database refuses every write that leaves an entry unbalanced', async () => {
    const before = await dump();
    const writes = [
      "insert into read.ledger_postings select posting_id || 'x', entry_id, 9, position, kind, user_id, account, unit, 1, job_id, reference, charge_class, corrects, invoice, invoice_line, tax, service_from, service_to, source_event, effective_at, booked_at from read.ledger_postings limit 1",
      'delete from read.ledger_postings where posting_id = (select max(posting_id) from read.ledger_postings)',
      'update read.ledger_postings set amount = amount + 1 where posting_id = (select max(posting_id) from read.ledger_postings)',
      "update read.ledger_postings set unit = 'USD' where posting_id = (select max(posting_id) from read.ledger_postings)",
      "update read.ledger_postings set entry_id = 'other' where posting_id = (select max(posting_id) from read.ledger_postings)",
    ];
    for (const write of writes)
      await expect(world.pool.query(write), write).rejects.toThrow(/does not balance/);
    expect(await dump()).toBe(before);
  });

  it('[BIL-11] [ES-09] is byte-identical after a rebuild, which keeps the guard', async () => {
    const before = await dump();
    expect(before.split('\n').length).toBe(20 * 18);
    const deps = { ...world, partitions: 4, report: () => undefined };
    expect(await buildProjection(ledgerPostings, deps, { force: true })).toBe(true);
    expect(await dump()).toBe(before);
    await expect(
      world.pool.query("delete from read.ledger_postings where account = 'sink.consumed'"),
    ).rejects.toThrow(/does not balance/);
    await world.append(accountStream('late'), ...story('late'));
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
    expect(await replayProjection(ledgerPostings, world)).toMatchObject({ differingRows: 0, examples: [] });
  });
});
