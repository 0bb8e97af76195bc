import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credits } from '../../domain/billing/credits.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { charge, onAccount, onPlus } from './testing/accounts.ts';
import { type Books, openBooks } from './testing/books.ts';

const AT = '2026-11-20T10:00:00.000Z';

describe('the books of a ledger that lags behind the log', () => {
  let world: World;
  let books: Books;
  beforeAll(async () => {
    world = await createWorld();
    books = await openBooks(world);
  });
  afterAll(async () => {
    await world.close();
    await books.remove();
  });

  it('[BIL-14] are not written, and whole once it has caught up', async () => {
    const caughtUp = () => world.caughtUp(projectionSubscriptionId(ledgerPostings));
    const runtime = await world.run({ projections: [ledgerPostings] });
    await onAccount(world, onPlus('u1', AT));
    await caughtUp();
    await runtime.stop();
    await onAccount(world, ...charge('u1', 'j1', credits(4), AT));
    const data = { period: '2026-11', at: '2026-12-01T00:00:00.000Z' };
    await books.change({ type: 'ClosePeriod', data });
    // Something else has taken in all, the close has its place in the log, and the ledger alone is behind.
    const other = await world.run({ projections: [refactorJobs] });
    await world.caughtUp(projectionSubscriptionId(refactorJobs));
    await other.stop();

    const written = () => books.write('2026-11', 'november');
    await expect(written()).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
    expect(await readdir(books.place('november'))).toEqual([]);

    await world.run({ projections: [ledgerPostings] });
    await caughtUp();
    // Granted, held, charged and released, of two legs each.
    expect((await written()).rows).toBe(8);

    const id = projectionSubscriptionId(ledgerPostings);
    // What an operator has resolved is no gap.
    await world.pool.query(
      `insert into runtime.dead_letters
        (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
       values ($1, 0, 'l', 1, 'HoldPosted', 's', 'resolved', 3, 'planted')`,
      [id],
    );
    expect((await written()).rows).toBe(8);
    // One part of it that lags is enough.
    await world.pool.query(
      `insert into runtime.partitions (subscription, partition, position) values ($1, 77, 1)`,
      [id],
    );
    await expect(written()).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
  });
});
