import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { CLIENT, startGitHub } from '../../infra/http/oauth/testing/github.ts';
import { startTestApi, type TestApi } from '../../infra/http/testing/api.ts';
import { firstOperator } from '../../infra/http/testing/operators.ts';
import { oauthSettings } from '../../infra/identity/oauth/settings.ts';
import { startStripeDouble } from '../../infra/payments/testing/stripe-double.ts';
import type { TestDatabase } from '../../infra/postgres/testing/database.ts';
import { afterwards } from './afterwards.ts';
import { exchange, type Line } from './exchange.ts';
import { Judge } from './judge.ts';
import { operationsOf, UNTOLD } from './operations.ts';
import { type Plan, plans } from './plan.ts';
import { Sender } from './send.ts';
import { keyOf, type Tally } from './tally.ts';
import { openWorld, WORDS } from './world.ts';

/** A world wears out: accounts are deleted, jobs cancelled, sessions ended. */
const REQUESTS_OF_WORLD = 150;
const MOST_SHRINKS = 60;
/** Between the seeds of two runs in one round, which follow when something was found. */
const NEXT_RUN = 1_000_003;
const METRICS_TOKEN = 'm'.repeat(40);

/** Keeps what the server logs of its own failures until it is asked for. */
const errorLog = () => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const { err, msg }: { err?: { stack?: string }; msg?: string } = JSON.parse(chunk.toString());
      lines.push(err?.stack ?? msg ?? '');
      done();
    },
  });
  return { logger: pino({ level: 'error' }, sink), take: () => lines.splice(0).join('\n') || null };
};

/** `atOnce`: requests that are under way together at most. */
type Played = Readonly<{ tally: Tally; seed: number; requests: number; atOnce: number }>;
export type RoundOptions = Played & Readonly<{ database: TestDatabase }>;

/**
 * Sends what the seed gives, up to `atOnce` requests together, until so many are sent. What is found for the first time is
 * sent again and again with less in it and less beside it, as long as the same is wrong.
 */
const play = async (
  arbitrary: fc.Arbitrary<Plan>,
  next: () => Promise<Line>,
  { tally, seed, requests, atOnce, logged }: Played & Readonly<{ logged: () => string | null }>,
): Promise<void> => {
  const together = fc.array(arbitrary, { minLength: 1, maxLength: atOnce, size: 'max' });
  const until = tally.requests + requests;
  let line = await next();
  let renewAt = tally.requests + REQUESTS_OF_WORLD;
  for (let run = 0; tally.requests < until; run += 1) {
    let hunted: string | null = null;
    let shrinks = 0;
    const property = fc.asyncProperty(together, async (plans) => {
      if (hunted !== null && ++shrinks > MOST_SHRINKS) return true;
      if (tally.requests >= renewAt) {
        line = await next();
        renewAt += REQUESTS_OF_WORLD;
      }
      const here = line;
      const made = await Promise.all(plans.map((plan) => exchange(plan, here)));
      const said = logged();
      const [found] = tally.add(made, said);
      if (hunted !== null)
        return !made.some(({ wrong }) => wrong.some((what) => keyOf(what, said) === hunted));
      if (found === undefined) return true;
      hunted = found;
      return false;
    });
    const numRuns = Math.ceil((until - tally.requests) / atOnce);
    await fc.check(property, { seed: seed + run * NEXT_RUN, numRuns });
  }
};

const open = async (database: TestDatabase, logger: ReturnType<typeof errorLog>['logger']) => {
  const [stripe, github] = [await startStripeDouble(), await startGitHub()];
  const api: TestApi = await startTestApi({
    listen: true,
    database,
    logger,
    payments: stripe.settings,
    metricsToken: METRICS_TOKEN,
    oauth: oauthSettings({
      publicUrl: 'https://iama.example.org',
      github: { url: github.url, apiUrl: `${github.url}/api/v3`, ...CLIENT },
      google: null,
    }),
  });
  const close = async (): Promise<void> => {
    await api.close();
    await stripe.close();
    await github.stop();
  };
  return { api, stripe, close };
};

/**
 * One seed against one server on a database of its own, which is dropped in the end: the same requests every time, and the
 * same together; which of those comes first is not the same.
 */
export const playRound = async ({ database, ...round }: RoundOptions): Promise<void> => {
  const { logger, take } = errorLog();
  const { api, stripe, close } = await open(database, logger);
  const sender = new Sender(api.url, round.atOnce);
  try {
    const root = await firstOperator(api);
    const operations = [...operationsOf(api.app.swagger()), ...UNTOLD];
    const line = {
      url: api.url,
      sender,
      judge: new Judge(),
      operations: new Map(operations.map((operation) => [operation.id, operation])),
    };
    const next = async (): Promise<Line> => ({ ...line, world: await openWorld(api, stripe, root) });
    await play(plans(operations, new Set(WORDS)), next, { ...round, logged: take });
    round.tally.atOnce = Math.max(round.tally.atOnce, sender.most);
    const { promised } = round.tally;
    for (const what of await afterwards(api, promised)) round.tally.lost(what);
    for (const ids of Object.values(promised)) ids.clear();
  } finally {
    await sender.close();
    await close();
  }
};
