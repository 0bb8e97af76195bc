import { describe, expect, it } from 'vitest';
import { idsOf, isMet, trace } from './trace.ts';

describe('requirement trace', () => {
  it('reads ids only from brackets', () => {
    expect(idsOf('[JOB-01, ES-03] refuses ES-09 [SEC 4]')).toEqual(['JOB-01', 'ES-03', 'SEC 4']);
    expect(idsOf('no ids, an index [0] and ISO-8601')).toEqual([]);
  });

  it('does not call a requirement met without a test, or with one that fails', () => {
    const rows = trace(
      ['ES-01', 'ES-02', 'ES-03'],
      [
        { title: '[ES-01] a', file: 'a.test.ts', passed: true },
        { title: '[ES-02] b', file: 'b.test.ts', passed: true },
        { title: '[ES-02] c', file: 'b.test.ts', passed: false },
      ],
    );
    expect(rows.map((row) => [row.id, isMet(row)])).toEqual([
      ['ES-01', true],
      ['ES-02', false],
      ['ES-03', false],
    ]);
  });
});
