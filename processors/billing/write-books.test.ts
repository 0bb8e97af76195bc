import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { ExportRequested } from '../../domain/billing/finance-export.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { BooksWriter } from './finance-export.port.ts';
import { financeExports } from './finance-export.ts';
import { writeBooksReactor } from './write-books.reactor.ts';

const at = '2026-12-01T10:00:00.000Z';
const order = {
  exportId: 'x',
  period: '2026-11',
  format: 'csv',
  version: null,
  requestedBy: 'op',
  at,
} as const;
const effect = { type: 'WriteBooks', data: order } as const;

const answerOf = (write: BooksWriter['write']) => {
  const context = {
    signal: new AbortController().signal,
    idempotencyKey: 'k',
    attempt: 1,
    cause: { messageId: 'm', correlationId: 'c', position: 1n },
  };
  return writeBooksReactor({ write }, () => new Date(at)).run(effect, context);
};
const refusing = (code: string) => answerOf(() => Promise.reject(new Rejection(code, 'why')));

describe('writing of books', () => {
  it('[BIL-14] is asked for once for each export', () => {
    processManagerSpecification(financeExports, deepStrictEqual)()
      .when(recorded<ExportRequested>({ type: 'ExportRequested', data: order }))
      .then({ kind: 'effect', key: 'write', effect });
  });

  it('[BIL-14] tells what was written', async () => {
    const written = { version: 2, rows: 7, manifestSha256: 'h' };
    expect(await answerOf(async () => written)).toEqual([
      { type: 'CompleteExport', data: { exportId: 'x', ...written, at } },
    ]);
  });

  it('[BIL-14] ends with what is refused for good, and waits for a ledger that follows', async () => {
    expect(await refusing('EXPORT_DIFFERS')).toEqual([
      { type: 'FailExport', data: { exportId: 'x', code: 'EXPORT_DIFFERS', detail: 'why', at } },
    ]);
    await expect(refusing('LEDGER_BEHIND')).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
    await expect(answerOf(() => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
  });

  it('[BIL-14] is given up with the last reason', () => {
    const failure = { code: 'EFFECT_FAILED', message: 'no space', attempts: 8 };
    const reactor = writeBooksReactor(
      { write: () => Promise.reject(new Error('unused')) },
      () => new Date(at),
    );
    expect(reactor.giveUp(effect, failure)).toEqual([
      { type: 'FailExport', data: { exportId: 'x', code: 'EFFECT_FAILED', detail: 'no space', at } },
    ]);
  });
});
