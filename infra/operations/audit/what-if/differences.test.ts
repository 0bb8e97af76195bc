import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type BudgetCommand, budget } from '../../../../domain/billing/budget.ts';
import type { Event } from '../../../../domain/kernel/message.ts';
import type { JobEvent } from '../../../../domain/refactoring/job/events.ts';
import { ask } from '../../../../domain/refactoring/job/testing/ask.ts';
import * as at from '../../../../domain/refactoring/job/testing/journey.ts';
import { entitlement } from '../../../../domain/refactoring/job/testing/samples.ts';
import { todaysLog } from '../../../event-store/forms/todays-log.ts';
import { UPCASTERS } from '../../../event-store/forms/upcasters.ts';
import { logOf } from '../testing.ts';
import { differencesOf } from './differences.ts';
import { whatIf } from './what-if.ts';

const STREAM = `job-${randomUUID()}`;

/** The log as rules of another time would have written it. */
const writtenBy = (
  { decisions }: at.Journey,
  otherRules: (event: JobEvent) => readonly Event[],
): Promise<Awaited<ReturnType<typeof logOf>>> =>
  logOf(
    STREAM,
    decisions.map((events) => events.flatMap(otherRules)),
  );

describe('where decisions of other rules differ', () => {
  it('[OPS-06] names the place, the fields, and what it means for the state', async () => {
    // Rules that did not count failures alike, and so never asked the person.
    const log = await writtenBy(at.waitingIntervention(), (event) => {
      if (event.type === 'InterventionTriggered') return [];
      return event.type === 'TestsFailed' && event.data.identical === 3
        ? [{ ...event, data: { ...event.data, identical: 1 } }]
        : [event];
    });
    const told = await whatIf(log, STREAM);
    expect([told.different, told.differences.length]).toEqual([1, 1]);
    const { events } = await log.read(STREAM);
    const place = events.findLast(({ type }) => type === 'ExecutionReported');
    expect(told.differences[0]).toMatchObject({
      version: Number(place?.metadata.streamPosition),
      position: Number(place?.metadata.globalPosition),
      kind: 'DECIDED_OTHERWISE',
      command: 'ReportExecution',
      recorded: ['ExecutionReported', 'TestsFailed'],
      decided: ['ExecutionReported', 'TestsFailed', 'InterventionTriggered'],
    });
    expect(told.differences[0]?.fields.slice(0, 2)).toEqual([
      { field: '1.data.identical', recorded: '1', decided: '3' },
      { field: '2', recorded: null, decided: expect.stringContaining('"InterventionTriggered"') },
    ]);
    expect(told.differences[0]?.state).toContainEqual({
      field: 'status',
      recorded: '"REFACTORING"',
      decided: '"WAITING_INTERVENTION"',
    });
    expect(told.same).toBe(told.decisions - 1);
  });

  it('[OPS-06] names what was written beyond what would be decided', async () => {
    const further: Event = { type: 'AttemptsExhausted', data: { attempts: 0, reason: 'LIMIT' } };
    const follows: Event = { type: 'TestPlanGenerated', data: {} };
    const selected = (event: JobEvent, more: Event) =>
      event.type === 'ProposalSelected' ? [event, more] : [event];
    const told = async (more: Event) =>
      whatIf(await writtenBy(at.waitingApproval(), (event) => selected(event, more)), STREAM);
    expect((await told(follows)).differences.map(({ kind, recorded }) => [kind, recorded])).toEqual([
      ['DECIDED_OTHERWISE', ['ProposalSelected', 'TestPlanGenerated']],
    ]);
    // One that a command begins with is a decision of its own.
    expect((await told(further)).differences.map(({ kind, command }) => [kind, command])).toEqual([
      ['REFUSED', 'StartAttempt'],
    ]);
  });

  it('[OPS-06] names what today’s rules refuse, with the code', async () => {
    const log = await writtenBy(at.analysing('PRO', { fastTrack: true }), (event) =>
      event.type === 'JobStarted'
        ? [{ ...event, data: { ...event.data, entitlement: entitlement('FREE') } }]
        : [event],
    );
    const told = await whatIf(log, STREAM);
    expect(told.differences).toMatchObject([
      {
        version: 3,
        kind: 'REFUSED',
        command: 'StartJob',
        code: 'ENTITLEMENT_DENIED',
        reason: 'Fast-track is not part of this plan.',
        recorded: ['JobStarted'],
        decided: [],
      },
    ]);
  });

  it('[OPS-06] names events that no command writes any more, and ends where they cannot be folded', async () => {
    const decisions = [
      ...at.pending().decisions,
      [{ type: 'JobPaused', data: {} }],
      [{ type: 'X', data: {} }],
    ];
    const told = await whatIf(await logOf(STREAM, decisions), STREAM);
    expect(told.differences.map(({ kind, version, recorded }) => [kind, version, recorded])).toEqual([
      ['NOT_DECIDED', 3, ['JobPaused']],
      ['NOT_FOLDED', 3, ['JobPaused']],
    ]);
    expect(told.differences[1]?.reason).toContain('JobPaused');
    expect(told.events).toBe(3);
  });

  it('[OPS-06] [ES-08] counts what is stored in an older form, and what the log does not tell, as not decidable', async () => {
    const old = await writtenBy(at.refactoring(), (event) => {
      if (event.type !== 'BaselinePassed') return [event];
      const { tests: _tests, ...before } = event.data;
      return [{ type: event.type, data: before }];
    });
    const older = await whatIf(todaysLog(old, UPCASTERS), STREAM);
    expect([older.different, older.same]).toEqual([0, older.decisions - 2]);
    const why = 'it is stored in an older form';
    expect(older.not_decidable).toEqual([
      { type: 'ContextAttached', decisions: 1, why },
      { type: 'ExecutionReported', decisions: 1, why },
    ]);
    const failed = at.applied();
    failed.does({ type: 'RevertDelivery', data: { ...ask.attempt().data, by: 'ada', executionId: 'r' } });
    failed.claimAndReport('r', { kind: 'REVERT', status: 'REVERTED', files: [] });
    const silent = await writtenBy(failed, (event) => (event.type === 'DeliveryReverted' ? [] : [event]));
    expect((await whatIf(silent, STREAM)).not_decidable).toEqual([
      {
        type: 'ExecutionReported',
        decisions: 1,
        why: 'what failed is not in the log, only that it did',
      },
    ]);
  });

  it('[OPS-06] [LLM-09] decides calls that came to nothing again, whatever became of them', async () => {
    const journey = at.refactoring();
    for (const outcome of ['INFRA_FAILURE', 'REFUSED', 'HALTED'] as const)
      journey.does(ask.failedCall({ outcome }));
    journey.does({ type: 'CancelJob', data: { ...ask.attempt().data, by: 'ada' } });
    journey.does(ask.failedCall({ outcome: 'STOPPED' }));
    const told = await whatIf(await writtenBy(journey, (event) => [event]), STREAM);
    expect([told.different, told.not_decidable]).toEqual([0, []]);
  });

  it('[OPS-06] takes an append as one also where two pages of the log meet in it', async () => {
    const jobId = randomUUID();
    const of = { jobId, userId: 'u', at: '2026-11-20T10:00:00.000Z' };
    const commands: readonly BudgetCommand[] = [
      ...Array.from(
        { length: 998 },
        (_, number): BudgetCommand => ({ type: 'SetBudgetCap', data: { ...of, cap: 100 + number } }),
      ),
      { type: 'ReserveCall', data: { ...of, callKey: 'k', atMost: 950, hold: 1_000 } },
      { type: 'SettleCall', data: { ...of, callKey: 'k', microCredits: 950 } },
    ];
    let state = budget.initialState();
    const decisions = commands.map((command) => {
      const events = budget.decide(command, state);
      state = events.reduce(budget.evolve, state);
      return events;
    });
    expect(decisions.slice(-2).map((events) => events.length)).toEqual([1, 3]);
    const told = await whatIf(await logOf(`budget-${jobId}`, decisions), `budget-${jobId}`);
    expect(told).toMatchObject({ events: 1_002, decisions: 1_000, same: 1_000, different: 0 });
  });

  it('[OPS-06] compares at every depth, long texts as a whole, and shows the first 20', () => {
    const long = 'x'.repeat(600);
    expect(differencesOf({ a: [{ b: `${long}1` }] }, { a: [{ b: `${long}2`, cD: 1 }] })).toEqual([
      { field: 'a.0.b', recorded: expect.stringMatching(/^"x{499}$/), decided: expect.any(String) },
      { field: 'a.0.c_d', recorded: null, decided: '1' },
    ]);
    expect(differencesOf({ a: 1, b: undefined }, { a: 1 })).toEqual([]);
    expect(differencesOf([1, 2], { 0: 1, 1: 2 })).toHaveLength(1);
    expect(
      differencesOf(
        Array.from({ length: 50 }, () => 1),
        [],
      ),
    ).toHaveLength(20);
  });
});
