import { describe, expect, it } from 'vitest';
import { bounded } from './bounded.ts';
import type { JobCommand } from './commands.ts';
import type { JobEvent } from './events.ts';
import { ask } from './testing/ask.ts';
import * as at from './testing/journey.ts';
import { base, clean, outcomes, proposals } from './testing/samples.ts';

const MANY = 20_000;
/** What the log takes of one event. */
const EVENT_BYTES = 262_144;
const paths = Array.from(
  { length: MANY },
  (_, index) => `пакеты/модуль-${index % 100}/исходники/файл-${index}.js`,
);

const asked = <Type extends JobCommand['type']>(command: JobCommand, type: Type) => {
  if (command.type !== type) throw new Error(`${type} was asked for`);
  return command as Extract<JobCommand, { type: Type }>;
};

/** Every event fits into the log; those of the type tell how many files they name and how many more there were. */
const expectBounded = (events: readonly JobEvent[], type: JobEvent['type'], list: string): void => {
  for (const event of events) expect(Buffer.byteLength(JSON.stringify(event.data))).toBeLessThan(EVENT_BYTES);
  const data: Readonly<Record<string, unknown>> = events.find((event) => event.type === type)?.data ?? {};
  const named = data[list];
  if (!Array.isArray(named)) throw new Error(`${type} has no list ${list}`);
  expect(named.length).toBeGreaterThan(100);
  expect(named.length + Number(data['omitted'])).toBe(MANY);
};

describe('a project with very many files', () => {
  it('[JOB-02] keeps lists whole while they fit, and says how many are left out', () => {
    expect(bounded(['a', 'b'])).toEqual({ items: ['a', 'b'], rest: {} });
    expect(bounded(['aa', 'bb', 'cc'], 10)).toEqual({ items: ['aa', 'bb'], rest: { omitted: 1 } });
    expect(bounded([], 0)).toEqual({ items: [], rest: {} });
  });

  it('[JOB-04] starts over very many uncommitted changes', () => {
    const dirty = { ...clean, dirtyPaths: paths, choice: 'SAFE_MODE' } as const;
    const [started] = at.pending().does(ask.start('FREE', { preflight: dirty }));
    if (started?.type !== 'JobStarted') throw new Error('a start expected');
    expect(Buffer.byteLength(JSON.stringify(started.data))).toBeLessThan(EVENT_BYTES);
    expect(started.data.preflight.dirtyPaths.length + (started.data.preflight.omitted ?? 0)).toBe(MANY);
  });

  it('[SPC-01] gets proposals that fit into one event together', () => {
    const text = 'ж'.repeat(500);
    const large = proposals.map((proposal) => ({
      ...proposal,
      filesTouched: paths,
      breakingSurface: Array.from({ length: 50 }, () => text),
      dependencyCompatibility: Array.from({ length: 200 }, () => text),
    }));
    const command = asked(ask.proposals(), 'RecordProposals');
    const events = at.analysing().does({ ...command, data: { ...command.data, proposals: large } });
    const generated = events.find((event) => event.type === 'ProposalsGenerated');
    expect(Buffer.byteLength(JSON.stringify(generated?.data))).toBeLessThan(EVENT_BYTES);
    for (const { filesTouched, omitted = 0 } of generated?.data.proposals ?? [])
      expect(filesTouched.length + omitted).toBe(MANY);
  });

  it('[JOB-01] may be refused for very many reasons', () => {
    const command = asked(ask.refuse(), 'RefuseJob');
    const reasons = paths.map((path) => ({ code: 'X', path, line: 1, reason: 'с' }));
    const events = at.analysing().does({ ...command, data: { ...command.data, reasons } });
    expectBounded(events, 'JobRefused', 'reasons');
  });

  it('[JOB-07] takes a patch that touches all of them', () => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    const command = asked(ask.patch(0), 'RecordPatch');
    const events = journey.does({ ...command, data: { ...command.data, filesTouched: paths } });
    expectBounded(events, 'PatchGenerated', 'filesTouched');
  });

  it('[TST-05] takes a baseline with very many tests set aside, or failing', () => {
    const quarantined = paths.map((name) => ({ name, why: 'с' }));
    const passed = at.baseline().claimAndReport('e-baseline', { ...outcomes.baselinePassed, quarantined });
    expectBounded(passed, 'BaselinePassed', 'quarantined');
    const failed = at
      .baseline()
      .claimAndReport('e-baseline', { ...outcomes.baselineFailed, failingTests: paths });
    expectBounded(failed, 'BaselineFailed', 'failingTests');
  });

  it('[DEL-02] [DEL-04] is told as applied, reverted or blocked, because that has happened', () => {
    const journey = at.delivered();
    const by = { ...base, by: 'ada' };
    journey.does({ type: 'AcceptDelivery', data: { ...by, selection: 'ALL', unknown: [] } });
    journey.does({ type: 'ApplyDelivery', data: { ...by, executionId: 'a' } });
    const files = paths.map((path) => ({ path, before: 'a'.repeat(64), after: 'b'.repeat(64) }));
    expectBounded(journey.claimAndReport('a', { ...outcomes.applied, files }), 'DeliveryApplied', 'files');
    journey.does({ type: 'RevertDelivery', data: { ...by, executionId: 'b' } });
    expectBounded(
      journey.claimAndReport('b', { ...outcomes.blocked, files: paths }),
      'RevertBlocked',
      'files',
    );
    journey.does({ type: 'RevertDelivery', data: { ...by, executionId: 'c' } });
    expectBounded(
      journey.claimAndReport('c', { ...outcomes.reverted, files: paths }),
      'DeliveryReverted',
      'files',
    );
  });
});
