import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FullProjection } from '../../../domain/kernel/projection.ts';
import { ledgerPostings } from '../../../projections/billing/ledger-postings.ts';
import { onAccount, onPlus } from '../../finance/testing/accounts.ts';
import { createWorld, eventually, type World } from '../../runtime/testing/world.ts';
import { decideLetter, listLetters } from './dead-letters.ts';

const ledger = ledgerPostings as FullProjection<never, never>;

/** A release that cannot tell the legs of what is granted; the next one can. */
let isBroken = true;
const broken: typeof ledgerPostings = {
  ...ledgerPostings,
  keysOf(event) {
    if (isBroken && event.type === 'CreditsGranted') throw new Error('this release cannot book it');
    return ledger.keysOf(event as never);
  },
};

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.run({ projections: [broken] });
});
afterAll(() => world.close());

it('[BIL-15] [ES-11] an event of the ledger whose legs could not be told can be tried again after it was skipped, too', async () => {
  const reading = { ...world, shown: world.log, connectionString: world.url, keysFolder: '' };
  const of = (status: string) => listLetters(reading, { status });
  await onAccount(world, onPlus('u', '2026-10-20T10:00:00.000Z'));
  await eventually(async () => (await of('parked')).length === 1);
  const [letter] = await of('parked');
  expect(letter?.lane).toBe('account-u');
  await decideLetter(reading, 'skip', letter?.id ?? '', 'not yet');
  isBroken = false;
  await decideLetter(reading, 'retry', letter?.id ?? '', 'the next release can');
  await eventually(async () => (await of('resolved')).length === 1);
  const { rows } = await world.pool.query(
    `select sum(amount)::int as sum, count(*)::int as legs from read.ledger_postings where kind = 'CreditsGranted'`,
  );
  expect(rows).toEqual([{ sum: 0, legs: 2 }]);
}, 60_000);
