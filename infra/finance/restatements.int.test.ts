import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credits } from '../../domain/billing/credits.ts';
import type { PeriodCommand } from '../../domain/billing/periods.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { type Manifest, manifestSha256 } from './manifest.ts';
import { charge, correct, onAccount, onPlus } from './testing/accounts.ts';
import { type Books, openBooks } from './testing/books.ts';
import { verifyExport } from './verify-export.ts';

const [OCTOBER, NOVEMBER] = ['2026-10-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'];
const AFTER = '2027-01-01T00:00:00.000Z';

describe('the versions of a month', () => {
  let world: World;
  let books: Books;
  beforeAll(async () => {
    world = await createWorld();
    books = await openBooks(world);
    await world.run({ projections: [ledgerPostings] });
    await onAccount(world, onPlus('u1', OCTOBER), ...charge('u1', 'j1', credits(4), OCTOBER));
    await changed({ type: 'ClosePeriod', data: { period: '2026-10', at: AFTER } });
    await written('2026-10');
    // Late, of October; and then what is of November.
    await onAccount(world, correct('u1', 'j1', credits(1), OCTOBER));
    await onAccount(world, ...charge('u1', 'j2', credits(3), NOVEMBER));
    await changed({ type: 'ClosePeriod', data: { period: '2026-11', at: AFTER } });
  });
  afterAll(async () => {
    await world.close();
    await books.remove();
  });

  const changed = async (command: PeriodCommand): Promise<void> => {
    await books.change(command);
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
  };
  const restated = (period: string): Promise<void> =>
    changed({ type: 'RestatePeriod', data: { period, reason: 'late', at: AFTER } });
  const written = (period: string, version: number | null = null): Promise<Manifest> =>
    books.write(period, `${period}-${version}`, { version });
  /** Micro-credits that went in and out of what was used. */
  const used = ({ accounts }: Manifest) => {
    const found = accounts.find(({ account }) => account === 'sink.consumed');
    return [found?.opening, found?.debit, found?.credit].map((amount) => Number(amount) / credits(1));
  };

  it('[BIL-16] have what came late where it was booked, and by their dates once restated', async () => {
    expect(used(await written('2026-10', 1))).toEqual([0, 4, 0]);
    expect(used(await written('2026-11', 1))).toEqual([4, 3, 1]);
    await restated('2026-11');
    expect(used(await written('2026-11'))).toEqual([3, 3, 0]);
    await restated('2026-10');
    expect(used(await written('2026-10'))).toEqual([0, 4, 1]);
    expect(used(await written('2026-11', 1))).toEqual([4, 3, 1]);
  });

  it('[BIL-16] each name the one that they replace, and follow the first of the month before', async () => {
    await restated('2026-10');
    const [first, second, third] = [
      await written('2026-10', 1),
      await written('2026-10', 2),
      await written('2026-10', 3),
    ];
    expect(first.replaces).toBeNull();
    expect(second.replaces).toEqual({ version: 1, manifest_sha256: manifestSha256(first) });
    expect(third.replaces).toEqual({ version: 2, manifest_sha256: manifestSha256(second) });
    for (const version of [1, 2])
      expect((await written('2026-11', version)).previous).toEqual({
        period: '2026-10',
        manifest_sha256: manifestSha256(first),
      });
    const following = (version: number, previous: number) =>
      verifyExport(books.place(`2026-11-${version}`), books.keys, {
        previous: books.place(`2026-10-${previous}`),
      });
    for (const version of [1, 2]) {
      expect(await following(version, 1)).toMatchObject({ version });
      await expect(following(version, 2)).rejects.toMatchObject({ code: 'CHAIN_BROKEN' });
    }
  });
});
