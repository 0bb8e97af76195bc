import { describe, expect, it } from 'vitest';
import { EXPORT_COLUMNS, type ExportRow } from './export-rows.ts';
import { Totals } from './totals.ts';

const row = (entry: string, position: number, account: string, amount: string, currency = 'USD'): ExportRow =>
  ({
    ...Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, ''])),
    entry_id: entry,
    position: String(position),
    account,
    amount,
    currency,
  }) as ExportRow;

const added = (...rows: readonly ExportRow[]) => {
  const totals = new Totals([{ account: 'a', currency: 'USD', amount: 5n }]);
  for (const each of rows) totals.add(each);
  return { totals, ...totals.end() };
};
const refused = (...rows: readonly ExportRow[]) => expect(() => added(...rows));
const whole = [row('e', 3, 'a', '7'), row('e', 3, 'b', '-7')];

describe('the totals of rows', () => {
  it('[BIL-14] are refused where an entry does not balance, in any of its currencies', () => {
    const unbalanced = { code: 'ENTRY_UNBALANCED' };
    refused(row('e', 3, 'a', '7')).toThrow(expect.objectContaining(unbalanced));
    refused(row('e', 3, 'a', '7'), row('f', 4, 'b', '-7')).toThrow(expect.objectContaining(unbalanced));
    refused(row('e', 3, 'a', '7'), row('e', 3, 'b', '-7', 'EUR')).toThrow(
      expect.objectContaining(unbalanced),
    );
  });

  it('[BIL-14] are refused where entries stand in another order, or one at two positions', () => {
    const disordered = { code: 'ROWS_OUT_OF_ORDER' };
    for (const position of [2, 3])
      refused(...whole, row('f', position, 'a', '1'), row('f', position, 'b', '-1')).toThrow(
        expect.objectContaining(disordered),
      );
    refused(row('e', 3, 'a', '7'), row('e', 4, 'b', '-7')).toThrow(expect.objectContaining(disordered));
  });

  it('[BIL-14] lead from what was there to what is, exact at any size', () => {
    const large = '9007199254740993';
    const { totals, accounts, currencies } = added(
      ...whole,
      row('f', 9, 'a', `-${large}`),
      row('f', 9, 'b', large),
    );
    expect(totals).toMatchObject({ rows: 4, first: 3, last: 9 });
    expect(accounts).toEqual([
      {
        account: 'a',
        currency: 'USD',
        opening: '5',
        debit: '7',
        credit: large,
        closing: '-9007199254740981',
      },
      { account: 'b', currency: 'USD', opening: '0', debit: large, credit: '7', closing: '9007199254740986' },
    ]);
    const sum = '9007199254741000';
    expect(currencies).toEqual([{ currency: 'USD', debit: sum, credit: sum }]);
  });
});
