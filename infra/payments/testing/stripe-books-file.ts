import { rename, writeFile } from 'node:fs/promises';
import { readIfPresent } from '../../postgres/embedded-files.ts';
import type { StripeBooks } from './stripe-books.ts';

/** All that the books know, and whatever else is kept with them. */
const textOf = (books: StripeBooks, more: unknown): string => {
  const { events, balance, now } = books;
  const maps = [books.customers, books.subscriptions, books.payments, books.lines];
  return JSON.stringify({ events, balance, now, maps: maps.map((map) => [...map]), more });
};

const fill = (map: Map<string, unknown>, entries: readonly [string, unknown][]): void => {
  for (const [key, value] of entries) map.set(key, value);
};

/** Fills new books with what the file holds; gives what was kept with them, null: there is no file. */
export const readBooks = async (path: string, books: StripeBooks): Promise<unknown> => {
  const text = await readIfPresent(path);
  if (text === null) return null;
  const { events, balance, now, maps, more } = JSON.parse(text);
  books.events.push(...events);
  books.balance.push(...balance);
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
