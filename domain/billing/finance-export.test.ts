import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type FinanceExportCommand, type FinanceExportEvent, financeExport } from './finance-export.ts';

const at = '2026-12-01T10:00:00.000Z';
const exportId = 'x';
const order = { exportId, period: '2026-11', format: 'csv', version: null, requestedBy: 'op', at } as const;
const request: FinanceExportCommand = { type: 'RequestExport', data: order };
const requested: FinanceExportEvent = { type: 'ExportRequested', data: order };
const progress = (rows: number) => ({ exportId, rows, at });
const done = { exportId, version: 1, rows: 7, manifestSha256: 'h', at };
const failure = { exportId, code: 'LEDGER_INCOMPLETE', detail: 'why', at };

describe('an export that was asked for', () => {
  const given = specificationFor(financeExport, deepStrictEqual);

  it('[BIL-14] begins once, tells how far it is, and never goes back', () => {
    given().when(request).then(requested);
    given(requested).when(request).thenNothing();
    given(requested)
      .when({ type: 'ReportExportProgress', data: progress(5) })
      .then({ type: 'ExportProgressed', data: progress(5) });
    for (const rows of [5, 4])
      given(requested, { type: 'ExportProgressed', data: progress(5) })
        .when({ type: 'ReportExportProgress', data: progress(rows) })
        .thenNothing();
    given()
      .when({ type: 'ReportExportProgress', data: progress(5) })
      .thenRejected('EXPORT_NOT_FOUND');
  });

  it('[BIL-14] ends once, and stays as it ended', () => {
    const completed: FinanceExportEvent = { type: 'ExportCompleted', data: done };
    const failed: FinanceExportEvent = { type: 'ExportFailed', data: failure };
    given(requested).when({ type: 'CompleteExport', data: done }).then(completed);
    given(requested).when({ type: 'FailExport', data: failure }).then(failed);
    for (const ended of [completed, failed]) {
      given(requested, ended).when({ type: 'CompleteExport', data: done }).thenNothing();
      given(requested, ended).when({ type: 'FailExport', data: failure }).thenNothing();
      given(requested, ended)
        .when({ type: 'ReportExportProgress', data: progress(9) })
        .thenNothing();
    }
    const state = [requested, failed].reduce(financeExport.evolve, financeExport.initialState());
    expect(state).toMatchObject({
      status: 'FAILED',
      code: 'LEDGER_INCOMPLETE',
      order: { period: '2026-11' },
    });
  });
});
