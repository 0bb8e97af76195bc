import { expect, it } from 'vitest';
import { createTestDatabase } from '../../infra/postgres/testing/database.ts';
import { playRound } from './round.ts';
import { Tally } from './tally.ts';

/** As few as show that the fuzzer works, and what breaks at the first touch; `npm run fuzz` sends 20,000. */
const REQUESTS = 500;
const AT_ONCE = 8;

it('[ID-11] [SEC-09] some hundred requests of all kinds find no fault of ours, and no broken promise', async () => {
  const tally = new Tally();
  const database = await createTestDatabase();
  await playRound({ tally, seed: 20_261_121, requests: REQUESTS, atOnce: AT_ONCE, database });
  expect([...tally.findings.values()]).toEqual([]);
  expect(tally.requests).toBeGreaterThanOrEqual(REQUESTS);
  // Routes meet each other.
  expect(tally.atOnce).toBe(AT_ONCE);
  // It gets somewhere: work is done, and what is refused is refused for many reasons.
  expect(tally.done.size).toBeGreaterThan(30);
  expect(tally.codes.size).toBeGreaterThan(20);
}, 600_000);
