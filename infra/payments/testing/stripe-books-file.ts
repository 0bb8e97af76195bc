import { rename, writeFile } from 'node:fs/promises';
import { readIfPresent } from '../../postgres/embedded-files.ts';
import type { StripeBooks } from './stripe-books.ts';

/** All that the books know, and whatever else is kept with them. */
const textOf = (books: StripeBooks, more: unknown): string => {
  const { events, money, now } = books;
  const maps = [books.customers, books.subscriptions, books.payments, books.lines];
  return JSON.stringify({ events, ...money, now, maps: maps.map((map) => [...map]), more });
};

const fill = (map: Map<string, unknown>, entries: readonly [string, unknown][]): void => {
  for (const [key, value] of entries) map.set(key, value);
};

/** Fills new books with what the file holds; gives what was kept with them, null: there is no file. */
export const readBooks = async (path: string, books: StripeBooks): Promise<unknown> => {
  const text = await readIfPresent(path);
  if (text === null) return null;
  // Older books know of no payouts and invoices.
  const { events, balance, payouts = [], invoices = [], now, maps, more } = JSON.parse(text);
  books.events.push(...events);
  books.money.balance.push(...balance);
  books.money.payouts.push(...payouts);
  books.money.invoices.push(...invoices);
  books.now = now;
  const targets: readonly Map<string, unknown>[] = [
    books.customers as Map<string, unknown>,
    books.subscriptions as Map<string, unknown>,
    books.payments as Map<string, unknown>,
    books.lines as Map<string, unknown>,
  ];
  for (const [index, target] of targets.entries()) fill(target, maps[index]);
  return more;
};

/** Whole or not at all. */
export const writeBooks = async (path: string, books: StripeBooks, more: unknown): Promise<void> => {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, textOf(books, more), { mode: 0o600 });
  await rename(temporary, path);
};
