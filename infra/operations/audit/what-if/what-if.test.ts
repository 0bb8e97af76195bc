import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chargeOf } from '../../../../domain/billing/account/charges.ts';
import type { AccountCommand } from '../../../../domain/billing/account/commands.ts';
import { REMEMBERED } from '../../../../domain/billing/account/state.ts';
import { budget } from '../../../../domain/billing/budget.ts';
import { credits } from '../../../../domain/billing/credits.ts';
import { accountCommandsOf } from '../../../../domain/billing/payments/effects.ts';
import { cycleCreditsOf } from '../../../../domain/billing/payments/proration.ts';
import { payments, subscriptionToRead } from '../../../../domain/billing/payments.ts';
import { account } from '../../../../domain/billing/testing/seeded-account.ts';
import { LIFE } from '../../../../domain/billing/testing/subscription-life.ts';
import { user } from '../../../../domain/identity/user.ts';
import { type Decider, fold } from '../../../../domain/kernel/decider.ts';
import type { Command, Event } from '../../../../domain/kernel/message.ts';
import { TIERS } from '../../../../domain/kernel/tiers.ts';
import { CONFIGURATION_STREAM, configuration } from '../../../../domain/operations/configuration.ts';
import { ROSTER_STREAM, roster } from '../../../../domain/operations/roster.ts';
import { SPENDING_STREAM, spending } from '../../../../domain/operations/spending.ts';
import { delivery } from '../../../../domain/refactoring/job/testing/table/delivery.ts';
import { fromAnywhere } from '../../../../domain/refactoring/job/testing/table/from-anywhere.ts';
import { repair } from '../../../../domain/refactoring/job/testing/table/repair.ts';
import { toBaseline } from '../../../../domain/refactoring/job/testing/table/to-baseline.ts';
import { logOf, writtenLog } from '../testing.ts';
import { whatIf } from './what-if.ts';

const AT = '2026-11-20T10:00:00.000Z';

const logged = async (streamName: string, decisions: readonly (readonly Event[])[]) =>
  whatIf(await logOf(streamName, decisions), streamName);

/** What the decider makes of these commands, one after the other. */
const decided = <State, C extends Command, E extends Event>(
  { initialState, decide, evolve }: Decider<State, C, E>,
  commands: readonly C[],
): readonly (readonly E[])[] => {
  let state = initialState();
  return commands.map((command) => {
    const events = decide(command, state);
    state = events.reduce(evolve, state);
    return events;
  });
};

const types = (decisions: readonly (readonly Event[])[]) => new Set(decisions.flat().map(({ type }) => type));

const userId = randomUUID();
const of = { userId, at: AT };

const ACCOUNT_COMMANDS: readonly AccountCommand[] = [
  { type: 'AssignTier', data: { ...of, tier: 'PLUS', reason: 'r' } },
  { type: 'ClaimJobSlot', data: { ...of, jobId: 'a', estimate: credits(1_300) } },
  { type: 'RaiseHold', data: { ...of, holdId: 'a', raiseId: 'r', microCredits: credits(5) } },
  {
    type: 'SettleHold',
    data: { ...of, holdId: 'a', jobId: 'a', microCredits: credits(1_250), chargeClass: 'SUCCESS' },
  },
  { type: 'ReverseCharge', data: { ...of, correctionId: 'c', holdId: 'a', microCredits: 7, reason: 'r' } },
  {
    type: 'GrantCredits',
    data: {
      ...of,
      lotId: 'bought',
      source: 'TOP_UP',
      microCredits: credits(50),
      expiresAt: null,
      reference: 'r',
    },
  },
  {
    type: 'RefundTopUp',
    data: { ...of, refundId: 'f', lotId: 'bought', microCredits: credits(10), reason: 'r' },
  },
  { type: 'ClaimJobSlot', data: { ...of, jobId: 'b', estimate: credits(9_999) } },
  { type: 'ReclaimCredits', data: { ...of, lotId: 'bought', due: credits(20), reason: 'r' } },
  {
    type: 'SettleHold',
    data: { ...of, holdId: 'b', jobId: 'b', microCredits: credits(100), chargeClass: 'SUCCESS' },
  },
  { type: 'ReclaimCredits', data: { ...of, lotId: 'bought', due: credits(4), reason: 'r' } },
  { type: 'ClaimJobSlot', data: { ...of, jobId: 'c' } },
  {
    type: 'SettleHold',
    data: { ...of, holdId: 'z', jobId: 'z', microCredits: credits(3), chargeClass: 'SUCCESS' },
  },
  // The hold of `c` and what is left of the month end by themselves.
  { type: 'ClaimJobSlot', data: { userId, jobId: 'd', at: '2026-12-20T10:00:00.000Z' } },
  { type: 'RefreshAccount', data: { userId, at: '2027-01-20T10:00:00.000Z' } },
];

describe('what if today’s rules decided', () => {
  it('[OPS-06] refuses a stream that does not exist, and one that no rules decide', async () => {
    const { log, write } = writtenLog();
    await write('job-log-1', [{ type: 'LogLineWritten', data: { line: 'l' } }]);
    await expect(whatIf(log, 'job-nope')).rejects.toMatchObject({ code: 'STREAM_NOT_FOUND' });
    await expect(whatIf(log, 'job-log-1')).rejects.toMatchObject({ code: 'STREAM_NOT_DECIDED' });
  });

  const rows = [...toBaseline, ...repair, ...fromAnywhere, ...delivery];
  it.each(rows)('[OPS-06] a job that %s comes out the same', async (_name, journey, _from, command) => {
    const walked = journey();
    walked.does(command);
    const told = await logged(`job-${randomUUID()}`, walked.decisions);
    expect(told).toMatchObject({ different: 0, differences: [], events: walked.events.length });
    const unknown = told.not_decidable.reduce((sum, { decisions }) => sum + decisions, 0);
    expect(told.same + unknown).toBe(told.decisions);
    expect(told.decisions).toBe(walked.decisions.filter((events) => events.length > 0).length);
    for (const each of told.not_decidable) expect(each.type).toBe('ExecutionReported');
  });

  it('[OPS-06] an account comes out the same: what was asked for, and what time made due before it', async () => {
    const decisions = decided(account, ACCOUNT_COMMANDS);
    expect([...types(decisions)].sort()).toEqual([
      'ChargeReversed',
      'ChargeWaived',
      'CreditsExpired',
      'CreditsGranted',
      'CreditsOwed',
      'CreditsReclaimed',
      'CreditsRestored',
      'HoldPosted',
      'HoldRaised',
      'HoldReleased',
      'HoldTaken',
      'JobSlotClaimed',
      'QuotaAlertRaised',
      'TierAssigned',
      'TopUpRefunded',
    ]);
    const told = await logged(`account-${userId}`, decisions);
    expect(told).toMatchObject({ different: 0, differences: [], not_decidable: [] });
    expect(told.assumed.map(({ decisions: count }) => count)).toEqual([4]);
  });

  it('[OPS-06] a correction is not decidable where the account has forgotten what the charge had come to', async () => {
    const ended = (jobId: string, at = AT): readonly AccountCommand[] => [
      { type: 'ClaimJobSlot', data: { userId, jobId, at, estimate: 10 } },
      {
        type: 'SettleHold',
        data: { userId, holdId: jobId, jobId, microCredits: 10, chargeClass: 'SUCCESS', at },
      },
    ];
    const dayBefore = '2026-11-19T10:00:00.000Z';
    const before = decided(account, [
      { type: 'AssignTier', data: { userId, tier: 'MAX', reason: 'r', at: dayBefore } },
      ...ended('old', dayBefore),
      ...Array.from({ length: REMEMBERED }, (_, number) => ended(`job ${number}`)).flat(),
    ]);
    const known = before.flat();
    const charge = chargeOf(known, 'old');
    if (charge === null) throw new Error('nothing was charged');
    const reversed = account.decide(
      {
        type: 'ReverseCharge',
        data: { ...of, correctionId: 'c', holdId: 'old', microCredits: 1, reason: 'r', charge },
      },
      fold(account, known),
    );
    expect(await logged(`account-${userId}`, [...before, reversed])).toMatchObject({
      not_decidable: [{ type: 'ChargeReversed', decisions: 1 }],
      different: 0,
    });
  });

  it('[OPS-06] payments and what they bring come out the same, also several decisions in one append', async () => {
    const { log, write } = writtenLog();
    let state = payments.initialState();
    let owner = account.initialState();
    let moves = 0;
    for (const { notices, subscription, at } of LIFE)
      for (const notice of notices) {
        const named = { userId, customerId: 'c', eventId: randomUUID(), eventType: 'any', createdAt: at };
        const read = subscriptionToRead(notice) === null ? null : subscription;
        const data = { ...named, notice, subscription: read, cycleCredits: cycleCreditsOf(TIERS), at: AT };
        const events = payments.decide({ type: 'TakeNotice', data }, state);
        state = events.reduce(payments.evolve, state);
        await write(`payments-${userId}`, events);
        const moved = events
          .flatMap((event) => accountCommandsOf(event, state, AT))
          .flatMap((command) => {
            moves += 1;
            const next = account.decide(command, owner);
            owner = next.reduce(account.evolve, owner);
            return next;
          });
        if (moved.length > 0) await write(`account-${userId}`, moved);
      }
    expect(moves).toBeGreaterThan(10);
    for (const stream of [`payments-${userId}`, `account-${userId}`])
      expect(await whatIf(log, stream)).toMatchObject({ different: 0, not_decidable: [] });
  });

  it('[OPS-06] what people and operators do comes out the same', async () => {
    const jobOf = { ...of, jobId: randomUUID() };
    const by = { by: 'root', at: AT };
    const more = { reason: 'r', ...by };
    const streams: Readonly<Record<string, readonly (readonly Event[])[]>> = {
      [`user-${userId}`]: decided(user, [
        { type: 'RegisterVouched', data: { ...of, emailKey: 'k' } },
        { type: 'GiveConsent', data: { ...of, dataProcessing: true, zeroTraining: true } },
        { type: 'ChangePassword', data: { ...of, by: 'OWNER' } },
        { type: 'RevokeSessions', data: of },
        { type: 'EraseSubject', data: of },
      ]),
      [`budget-${jobOf.jobId}`]: decided(budget, [
        { type: 'SetBudgetCap', data: { ...jobOf, cap: 100 } },
        { type: 'ReserveCall', data: { ...jobOf, callKey: 'k', atMost: 95, hold: 200 } },
        { type: 'SettleCall', data: { ...jobOf, callKey: 'k', microCredits: 95 } },
        { type: 'ReserveCall', data: { ...jobOf, callKey: 'l', atMost: 50, hold: 200 } },
      ]),
      [ROSTER_STREAM]: decided(roster, [
        { type: 'AddFirstAdmin', data: { adminId: 'a', emailKey: 'a', by: 'cli:root', at: AT } },
        { type: 'AddAdmin', data: { adminId: 'b', emailKey: 'b', role: 'SUPPORT', scopes: [], ...by } },
        { type: 'SetAdminRole', data: { adminId: 'b', role: 'SUPER_ADMIN', scopes: [], ...by } },
        { type: 'ResetAdminPassword', data: { adminId: 'b', ...by } },
        { type: 'RemoveAdmin', data: { adminId: 'a', ...by } },
      ]),
      [SPENDING_STREAM]: decided(spending, [
        { type: 'SwitchSpending', data: { halted: true, ...more } },
        { type: 'SwitchUserSpending', data: { halted: true, userId, ...more } },
        { type: 'SwitchSpending', data: { halted: false, ...more } },
      ]),
      [CONFIGURATION_STREAM]: decided(configuration, [
        { type: 'ChangeSetting', data: { key: 'feature.deep_fix', value: false, ...more } },
        { type: 'RollBackSetting', data: { key: 'feature.deep_fix', toRevision: 0, ...more } },
      ]),
    };
    for (const [stream, decisions] of Object.entries(streams)) {
      const told = await logged(stream, decisions);
      expect(told).toMatchObject({ stream, different: 0, not_decidable: [], assumed: [] });
      expect(told.same).toBe(decisions.length);
    }
  });
});
