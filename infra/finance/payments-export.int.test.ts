import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MoneyEvent } from '../../domain/billing/payments/events.ts';
import { paymentsStream } from '../../domain/billing/payments.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { EXPORT_COLUMNS } from './export-rows.ts';
import { type Books, openBooks } from './testing/books.ts';
import { verifyExport } from './verify-export.ts';

const of = { userId: 'u1', invoiceId: 'in_1', currency: 'USD' };
const [from, to] = ['2026-10-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'];
const line = (lineId: string, amount: number, begins = from) => ({ lineId, amount, from: begins, to });
const STORY: readonly MoneyEvent[] = [
  {
    type: 'PaymentReceived',
    data: {
      ...of,
      amount: 1_500,
      tax: 250,
      lines: [line('il_1', -250), line('il_2', 1_500, '2026-11-01T00:00:00.000Z')],
      noticeId: 'evt_1',
      source: 'TOP_UP',
      lotId: 'l',
      microCredits: 1,
      creditsEndAt: null,
      at: '2026-10-20T10:00:00.000Z',
    },
  },
  {
    type: 'PaymentRefunded',
    data: {
      ...of,
      refundId: 're_1',
      paymentId: 'pi_1',
      amount: 300,
      tax: 50,
      lines: [],
      noticeId: null,
      at: '2026-10-21T10:00:00.000Z',
    },
  },
];

describe('an export with payments', () => {
  let world: World;
  let books: Books;
  beforeAll(async () => {
    world = await createWorld();
    books = await openBooks(world);
    await world.append(paymentsStream('u1'), ...STORY);
    const data = { period: '2026-10', at: '2026-11-01T00:00:00.000Z' };
    await books.change({ type: 'ClosePeriod', data });
    await world.run({ projections: [ledgerPostings] });
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
  });
  afterAll(async () => {
    await world.close();
    await books.remove();
  });

  it('[BIL-14] names invoice and line, time of service, news, provider and tax of money, each currency balanced for itself', async () => {
    const manifest = await books.write('2026-10', 'october');
    await verifyExport(books.place('october'), books.keys, {});
    expect(manifest.currencies).toMatchObject([{ currency: 'USD', debit: '2050', credit: '2050' }]);
    const text = await readFile(books.place('october/ledger-2026-10-v1.csv'), 'utf8');
    const lines = text.trim().split('\n').slice(1);
    const table = lines.map((row) => {
      const values = row.split(',');
      return (name: (typeof EXPORT_COLUMNS)[number]) => values[EXPORT_COLUMNS.indexOf(name)];
    });
    const wanted = ['account', 'amount', 'invoice', 'provider_id', 'tax'] as const;
    const rows = table.map((cellOf) => wanted.map(cellOf));
    const whole = '2026-10-20--2026-11-20';
    expect(
      table.map((cellOf) => [cellOf('invoice_line'), cellOf('service_period'), cellOf('source_event_id')]),
    ).toEqual([
      ['', whole, 'evt_1'],
      ['il_1', whole, 'evt_1'],
      ['il_2', '2026-11-01--2026-11-20', 'evt_1'],
      ['', whole, 'evt_1'],
      ...table.slice(4).map((cellOf) => ['', '2026-10', cellOf('entry_id')]),
    ]);
    expect(rows).toEqual([
      ['money.provider', '1500', 'in_1', 'in_1', '250'],
      ['money.revenue', '250', 'in_1', 'in_1', '250'],
      ['money.revenue', '-1500', 'in_1', 'in_1', '250'],
      ['money.tax', '-250', 'in_1', 'in_1', '250'],
      ['money.provider', '-300', 'in_1', 're_1', '50'],
      ['money.revenue', '250', 'in_1', 're_1', '50'],
      ['money.tax', '50', 'in_1', 're_1', '50'],
    ]);
  });
});
