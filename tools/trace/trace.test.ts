import { describe, expect, it } from 'vitest';
import { idsOf, isMet, outcomeOf, trace } from './trace.ts';

describe('requirement trace', () => {
  it('reads ids only from brackets', () => {
    expect(idsOf('[JOB-01, ES-03] refuses ES-09 [SEC 4]')).toEqual(['JOB-01', 'ES-03', 'SEC 4']);
    expect(idsOf('no ids, an index [0] and ISO-8601')).toEqual([]);
  });

  it('does not call a requirement met without a test, or with one that fails', () => {
    const rows = trace(
      ['ES-01', 'ES-02', 'ES-03'],
      [
        { title: '[ES-01] a', file: 'a.test.ts', outcome: 'passed' },
        { title: '[ES-02] b', file: 'b.test.ts', outcome: 'passed' },
        { title: '[ES-02] c', file: 'b.test.ts', outcome: 'failed' },
      ],
    );
    expect(rows.map((row) => [row.id, isMet(row)])).toEqual([
      ['ES-01', true],
      ['ES-02', false],
      ['ES-03', false],
    ]);
  });

  it('lets a test that did not run on this machine speak neither for its requirement nor against it', () => {
    const rows = trace(
      ['ES-01', 'ES-02'],
      [
        { title: '[ES-01] as root', file: 'a.test.ts', outcome: 'passed' },
        { title: '[ES-01] as anybody else', file: 'a.test.ts', outcome: 'skipped' },
        { title: '[ES-02] only elsewhere', file: 'b.test.ts', outcome: 'skipped' },
      ],
    );
    expect(rows).toEqual([
      { id: 'ES-01', passed: 1, failed: 0, files: ['a.test.ts'] },
      { id: 'ES-02', passed: 0, failed: 0, files: [] },
    ]);
    expect(rows.map(isMet)).toEqual([true, false]);
  });

  it('takes a status that it does not know for a failure', () => {
    expect(['passed', 'skipped', 'pending', 'todo', 'failed', 'new one'].map(outcomeOf)).toEqual([
      'passed',
      'skipped',
      'skipped',
      'skipped',
      'failed',
      'failed',
    ]);
  });
});
