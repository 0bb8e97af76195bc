import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { Statements } from '../finance/statements.ts';

/** Movements in memory at once. */
const MOST_MOVEMENTS = 10_000;

const SECOND_MS = 1_000;

/** null: there are more. */
const upTo = async (
  movements: AsyncIterable<BalanceMovement>,
  most: number,
): Promise<BalanceMovement[] | null> => {
  const told: BalanceMovement[] = [];
  for await (const movement of movements) {
    if (told.length === most) return null;
    told.push(movement);
  }
  return told;
};

/**
 * The movements of a time (RFC 3339, to excluded), a batch at a time and the oldest first, although the provider lists the newest
 * first: a time with more of them than a batch may have is halved. Only what moved within one second is never taken apart.
 */
export async function* oldestFirst(
  statements: Pick<Statements, 'movements'>,
  from: string,
  to: string,
  most = MOST_MOVEMENTS,
): AsyncGenerator<readonly BalanceMovement[]> {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const isOneSecond = end - begin <= SECOND_MS;
  const told = await upTo(statements.movements(from, to), isOneSecond ? Number.POSITIVE_INFINITY : most);
  if (told !== null) {
    yield told.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
    return;
  }
  const half = Math.ceil((end - begin) / 2 / SECOND_MS) * SECOND_MS;
  const middle = new Date(begin + half).toISOString();
  yield* oldestFirst(statements, from, middle, most);
  yield* oldestFirst(statements, middle, to, most);
}
