import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ExportRow } from './export-rows.ts';
import type { Balance } from './ledger-rows.ts';

/** Sums as texts of integers, because they may pass what a JSON number keeps exact. */
export type AccountTotal = Readonly<{
  account: string;
  currency: string;
  opening: string;
  debit: string;
  credit: string;
  closing: string;
}>;
export type CurrencyTotal = Readonly<{ currency: string; debit: string; credit: string }>;

type Sum = {
  readonly account: string;
  readonly currency: string;
  opening: bigint;
  debit: bigint;
  credit: bigint;
};

/** Adds rows up in constant memory, and refuses what no ledger can hold: an unbalanced entry, a position out of order. */
export class Totals {
  rows = 0;
  first: number | null = null;
  last: number | null = null;
  readonly #sums = new Map<string, Sum>();
  #entry = '';
  readonly #left = new Map<string, bigint>();

  constructor(opening: readonly Balance[]) {
    for (const { account, currency, amount } of opening) this.#of(account, currency).opening += amount;
  }

  #of(account: string, currency: string): Sum {
    const key = `${account} ${currency}`;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const fresh: Sum = { account, currency, opening: 0n, debit: 0n, credit: 0n };
    this.#sums.set(key, fresh);
    return fresh;
  }

  /** Throws `Rejection` ENTRY_UNBALANCED or ROWS_OUT_OF_ORDER. */
  add(row: ExportRow): void {
    const position = Number(row.position);
    if (row.entry_id !== this.#entry) {
      this.#endEntry();
      if (this.last !== null && position <= this.last)
        throw new Rejection('ROWS_OUT_OF_ORDER', `Position ${position} comes after ${this.last}.`, {
          position,
        });
      this.#entry = row.entry_id;
      this.first ??= position;
      this.last = position;
    } else if (position !== this.last)
      throw new Rejection('ROWS_OUT_OF_ORDER', `An entry stands at two positions.`, { position });
    const amount = BigInt(row.amount);
    const sum = this.#of(row.account, row.currency);
    if (amount > 0n) sum.debit += amount;
    else sum.credit -= amount;
    this.#left.set(row.currency, (this.#left.get(row.currency) ?? 0n) + amount);
    this.rows += 1;
  }

  #endEntry(): void {
    for (const [currency, left] of this.#left)
      if (left !== 0n)
        throw new Rejection('ENTRY_UNBALANCED', `Entry ${this.#entry} leaves ${left} ${currency} over.`, {
          entryId: this.#entry,
        });
    this.#left.clear();
  }

  /** What the manifest says of these rows. */
  end(): Readonly<{ accounts: readonly AccountTotal[]; currencies: readonly CurrencyTotal[] }> {
    this.#endEntry();
    const sums = [...this.#sums.values()].sort((a, b) =>
      `${a.account} ${a.currency}` < `${b.account} ${b.currency}` ? -1 : 1,
    );
    const currencies = [...new Set(sums.map(({ currency }) => currency))];
    return {
      accounts: sums.map(({ account, currency, opening, debit, credit }) => ({
        account,
        currency,
        opening: String(opening),
        debit: String(debit),
        credit: String(credit),
        closing: String(opening + debit - credit),
      })),
      currencies: currencies.map((currency) => {
        const own = sums.filter((sum) => sum.currency === currency);
        const total = (side: 'debit' | 'credit') => String(own.reduce((sum, one) => sum + one[side], 0n));
        return { currency, debit: total('debit'), credit: total('credit') };
      }),
    };
  }
}
