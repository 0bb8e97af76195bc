import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type PeriodEvent, periods, type RecordExport } from './periods.ts';

const at = '2026-12-01T00:00:00.000Z';
const close = (period: string, when = at) => ({ type: 'ClosePeriod', data: { period, at: when } }) as const;
const closed = (period: string): PeriodEvent => ({ type: 'PeriodClosed', data: { period, at } });
const restate = (reason: string) =>
  ({ type: 'RestatePeriod', data: { period: '2026-11', reason, at } }) as const;
const restated = (version: number): PeriodEvent => ({
  type: 'PeriodRestated',
  data: { period: '2026-11', version, replaces: version - 1, reason: 'late', at },
});
const report = (manifestSha256: string, version = 1, keyId = 'first'): RecordExport => ({
  type: 'RecordExport',
  data: {
    period: '2026-11',
    version,
    format: 'csv',
    manifestSha256,
    rows: 2,
    signed: { keyId, signature: 's' },
    at,
  },
});
const exported = (sha: string): PeriodEvent => ({ type: 'PeriodExported', data: report(sha).data });
const unsigned = (sha: string): PeriodEvent => ({
  type: 'PeriodExported',
  data: { ...report(sha).data, signed: null },
});

describe('periods', () => {
  const given = specificationFor(periods, deepStrictEqual);

  it('[BIL-16] are months that have ended', () => {
    for (const wrong of ['2026-13', '2026-1', '2026', '2026-11-01', ''])
      given().when(close(wrong)).thenRejected('PERIOD_INVALID');
    given().when(close('2026-11', '2026-11-30T23:59:59.999Z')).thenRejected('PERIOD_NOT_ENDED', { ends: at });
    given().when(close('2026-11')).then(closed('2026-11'));
  });

  it('[BIL-16] close one after the other, once', () => {
    given(closed('2026-11'))
      .when(close('2027-01', '2027-03-01T00:00:00.000Z'))
      .thenRejected('PERIOD_OUT_OF_ORDER', { expected: '2026-12' });
    given(closed('2026-11')).when(close('2026-10')).thenRejected('PERIOD_OUT_OF_ORDER');
    given(closed('2026-11')).when(close('2026-11')).thenNothing();
    given(closed('2026-12'))
      .when(close('2027-01', '2027-02-01T00:00:00.000Z'))
      .then({ type: 'PeriodClosed', data: close('2027-01', '2027-02-01T00:00:00.000Z').data });
  });

  it('[BIL-16] are restated in versions that name what they replace, with a reason', () => {
    given().when(restate('late')).thenRejected('PERIOD_OPEN');
    given(closed('2026-11')).when(restate('  ')).thenRejected('REASON_REQUIRED');
    given(closed('2026-11')).when(restate('late')).then(restated(2));
    given(closed('2026-11'), restated(2)).when(restate('late')).then(restated(3));
  });

  it('[BIL-14] are given out with one content under one name', () => {
    given().when(report('a')).thenRejected('PERIOD_OPEN');
    given(closed('2026-11')).when(report('a', 2)).thenRejected('VERSION_UNKNOWN');
    given(closed('2026-11')).when(report('a')).then(exported('a'));
    given(closed('2026-11'), exported('a')).when(report('a')).thenNothing();
    given(closed('2026-11'), exported('a'))
      .when(report('a', 1, 'second'))
      .thenNothing();
    given(closed('2026-11'), unsigned('a')).when(report('a')).then(exported('a'));
    given(closed('2026-11'), exported('a'))
      .when(report('b'))
      .thenRejected('EXPORT_DIFFERS', { before: 'a', now: 'b' });
  });
});
