import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startFuzzServer } from './database-server.ts';
import { playRound } from './round.ts';
import { Tally } from './tally.ts';

/**
 * `npm run fuzz`: sends requests that follow from the OpenAPI document, and requests that follow from nothing, to the API on
 * a PostgreSQL of its own, and holds every answer against what the document promises. `--requests N` (20,000), `--at-once N`
 * (8) of them together, `--seed S` repeats a run. Exit code 1: something was found. The last line is JSON.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    'at-once': { type: 'string', default: '8' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const [requests, atOnce, seed] = [Number(values.requests), Number(values['at-once']), Number(values.seed)];
if (!Number.isInteger(requests) || requests < 1) throw new Error('--requests takes a number from 1 on');
if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > 64)
  throw new Error('--at-once takes a number from 1 to 64');
if (!Number.isInteger(seed) || Math.abs(seed) >= 2 ** 31)
  throw new Error('--seed takes an integer of 32 bits');

/** A world wears out: accounts are deleted, jobs cancelled, sessions ended. */
const REQUESTS_OF_ROUND = 1_000;

const began = Date.now();
const tally = new Tally();
let told = 0;
const server = await startFuzzServer();
console.log(`${requests} requests, up to ${atOnce} at once, --seed ${seed}`);
try {
  for (let round = 0; round * REQUESTS_OF_ROUND < requests; round += 1) {
    const left = requests - round * REQUESTS_OF_ROUND;
    const database = await server.database();
    const share = Math.min(left, REQUESTS_OF_ROUND);
    await playRound({ tally, seed: seed + round, requests: share, atOnce, database });
    const { requests: sent, findings } = tally;
    // At once: a run that is ended before its end would keep it to itself.
    for (const { what, request } of [...findings.values()].slice(told))
      console.log(`found ${what}: ${request.slice(0, 200)}`);
    told = findings.size;
    console.log(`${Math.round((Date.now() - began) / 1_000)} s: ${sent} requests, ${findings.size} findings`);
  }
} finally {
  await server.close();
}

for (const { operations, what, times, request, beside, answer, logged } of tally.findings.values()) {
  console.log(`\nFOUND ${what}: ${times} times, ${[...operations].slice(0, 8).join(', ')}`);
  const others = beside.map((text) => `at the same time: ${text}`);
  for (const text of [request, answer, logged ?? '', ...others])
    if (text !== '') console.log(text.replaceAll(/^/gm, '  '));
}
const ofStatus = (from: number): number =>
  [...tally.statuses].reduce(
    (sum, [status, count]) => (Math.floor(status / 100) === from ? sum + count : sum),
    0,
  );
console.log(
  JSON.stringify({
    seed,
    requests: tally.requests,
    at_once: tally.atOnce,
    findings: tally.findings.size,
    answers_2xx: ofStatus(2),
    answers_3xx: ofStatus(3),
    answers_4xx: ofStatus(4),
    answers_5xx: ofStatus(5),
    codes: tally.codes.size,
    operations_done: tally.done.size,
    seconds: Math.round((Date.now() - began) / 1_000),
  }),
);
process.exitCode = tally.findings.size === 0 ? 0 : 1;
