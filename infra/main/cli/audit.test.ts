import { describe, expect, it } from 'vitest';
import type { AuditedStep } from '../../../read-api/kernel/audit.ts';
import { writtenLog } from '../../operations/audit/testing.ts';
import { momentOf, searchAll } from './audit-commands.ts';
import { eventsTable, stepsTable, stepText } from './audit-tables.ts';

const step: AuditedStep = {
  position: 7,
  stream: 'spending',
  version: 2,
  type: 'SpendingHalted',
  recorded_at: '2026-11-21T10:00:00.123456Z',
  actor: { type: 'admin', id: 'cli:root' },
  event_id: 'e',
  command_id: 'c',
  correlation_id: 'c',
  causation_id: 'c',
  schema_version: 1,
  data: { user_id: null, reason: 'a bill' },
  stored: null,
  state: [{ until: null }],
};

describe('iama audit', () => {
  it('[OPS-06] takes a position or a time for a moment, and nothing else', () => {
    expect(momentOf('17')).toEqual({ position: 17n });
    expect(momentOf('2026-11-21T11:00:00+01:00')).toEqual({ time: '2026-11-21T10:00:00.000Z' });
    for (const wrong of ['yesterday', '-1', '2026-13-01', ''])
      expect(() => momentOf(wrong)).toThrow(expect.objectContaining({ code: 'MOMENT_REQUIRED' }));
  });

  it('[OPS-06] searches the whole log, however many pages that takes, and stops at the limit', async () => {
    const { log, write } = writtenLog();
    await write('a', [{ type: 'Rare', data: {} }]);
    for (let batch = 0; batch < 45; batch += 1)
      await write(
        'a',
        Array.from({ length: 500 }, () => ({ type: 'Noise', data: {} })),
      );
    expect((await searchAll(log, { type: 'Rare' }, 5)).map(({ position }) => position)).toEqual([1]);
    expect(await searchAll(log, { type: 'Noise' }, 7)).toHaveLength(7);
  });

  it('[OPS-06] is readable: a line an event, and no colour where nobody looks', () => {
    const lines = stepsTable({ steps: [step], next_after: 2 }, true).split('\n');
    expect(lines[2]).toBe(
      '2        7         2026-11-21 10:00:00.123  SpendingHalted  admin cli:root  user_id=- reason=a bill',
    );
    expect(lines.slice(3)).toEqual([
      '',
      'State after each:',
      '2  [{"until":null}]',
      '',
      'There are more: --after 2',
    ]);
    expect(stepsTable({ steps: [step], next_after: null }, false)).not.toContain('State after');
    const older = { ...step, schema_version: 2, stored: '{"why":"a bill"}' };
    expect(
      stepsTable({ steps: [step, older], next_after: null }, false)
        .split('\n')
        .slice(-2),
    ).toEqual(['Stored in another form:', '2  v2 {"why":"a bill"}']);
    expect(stepText(older)).toContain('\nstored     v2 {"why":"a bill"}\n');
    expect(eventsTable([])).toBe('No such event.');
    expect(eventsTable([step]).split('\n')[2]).toContain('spending  user_id=- reason=a bill');
    expect(eventsTable([step])).not.toContain('\u001b');
    expect(stepText(null)).toBe('There was no event yet.');
    expect(stepText(step).split('\n').slice(0, 4)).toEqual([
      'version    2',
      'position   7',
      'recorded   2026-11-21 10:00:00.123 UTC',
      'event      SpendingHalted, by admin cli:root',
    ]);
  });
});
