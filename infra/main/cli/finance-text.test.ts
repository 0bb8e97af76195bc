import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../finance/manifest.ts';
import type { Reconciled } from '../../finance/variance.ts';
import { manifestText, sumText } from './finance-text.ts';

const account = (name: string, currency: string) => ({
  ...{ account: name, currency },
  ...{ opening: '0', debit: '5', credit: '0', closing: '5' },
});
const manifest = (...currencies: readonly string[]) =>
  ({
    ...{ period: '2026-10', version: 1, rows: 2, tree_head: { tree_size: 9 } },
    accounts: currencies.map((currency, index) => account(`a${index}`, currency)),
  }) as unknown as Manifest;

describe('what the command line says of the books', () => {
  it('[BIL-14] takes no cents for dollars: it names the currencies whose amounts are in minor units', () => {
    expect(manifestText(manifest('USD', 'MICRO_CREDIT', 'EUR', 'USD'))).toContain('Minor units: EUR, USD.');
    expect(manifestText(manifest('MICRO_CREDIT'))).not.toContain('inor units');
  });

  it('[BIL-15] has the fees of the account in each currency, and nothing of them where there were none', () => {
    const sum: Reconciled = {
      ...{ period: '2026-10', jobs: 0, sales: 1, movements: 1, payouts: 1, invoices: 1, matched: 3 },
      ...{ unexplained: 0, pending: 0, pendingUntil: null, feesUnchecked: 0 },
      accountFees: { EUR: 90, USD: 463 },
      variances: { EUR: { over: 90, under: 0 }, USD: { over: 463, under: 0 } },
    };
    const fees = /^(\d+ \w+) in minor units are fees of the account/gm;
    const said = (each: Reconciled) => [...sumText(each).matchAll(fees)].map(([, amount]) => amount);
    expect(said(sum)).toEqual(['90 EUR', '463 USD']);
    expect(said({ ...sum, accountFees: {} })).toEqual([]);
  });
});
