import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { localStripeSettings } from '../payments/testing/local-stripe.ts';
import { StripeBooks } from '../payments/testing/stripe-books.ts';
import { readBooks, writeBooks } from '../payments/testing/stripe-books-file.ts';
import { CENTS } from '../payments/testing/stripe-double.ts';
import { Person } from './testing/person.ts';
import { until } from './testing/product.ts';
import { type ServerProcess, startServerProcess, urlIn } from './testing/server-process.ts';

/** `npm start` with nothing configured, as whoever tries IAMA has it. */

let root: string;
let server: ServerProcess | null = null;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'iama-shop-'));
  // Whoever runs PostgreSQL must get there, or the server lies outside of the data folder.
  await chmod(root, 0o755);
});
afterAll(async () => {
  server?.kill('SIGKILL');
  await server?.ended;
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

const env = () => ({
  IAMA_DATA_DIR: join(root, 'data'),
  IAMA_SIGN_UP_TIER: 'FREE',
  IAMA_RATE_SIGN_IN: '0',
  PORT: '0',
});
const start = async (): Promise<string> => {
  server = await startServerProcess('dev', env());
  return urlIn(join(root, 'data', 'server.json'));
};
const stop = async (): Promise<void> => {
  server?.kill('SIGTERM');
  expect(await server?.ended).toBe(0);
  server = null;
};

const press = async (url: string, action: string, more: Record<string, string> = {}): Promise<string> =>
  (await fetch(url, { method: 'POST', body: new URLSearchParams({ action, ...more }) })).text();
/** Of the payments of this page, in the order in which they were made. */
const paymentsAt = async (url: string): Promise<readonly string[]> =>
  [...(await (await fetch(url)).text()).matchAll(/name="payment" value="(\w+)"/g)].map(([, id]) =>
    String(id),
  );
const pageOf = async (person: Person, path: string, order: unknown): Promise<string> =>
  String((await person.send('POST', path, order)).body['url']);
const planIs = (person: Person, tier: string, credits: number): Promise<unknown> =>
  until(`${tier} with ${credits} credits`, async () => {
    const plan = (await person.send('GET', '/subscription/me')).body;
    const { available } = Object((await person.send('GET', '/usage/summary?raw=true')).body)['credits'] ?? {};
    return plan['tier'] === tier && available === credits * 1_000_000;
  });
/** The plans are cancelled for the end of their cycle, and no webhook will ever tell of it. */
const cancelledUntold = async (): Promise<void> => {
  const file = join(root, 'data', 'stripe', 'books.json');
  const books = new StripeBooks(CENTS);
  const more = await readBooks(file, books);
  for (const { id } of books.subscriptions.values()) books.cancelAtCycleEnd(id);
  await writeBooks(file, books, more);
};
const reconciled = async () => {
  const month = new Date().toISOString().slice(0, 7);
  const { code, stdout } = await runIama(['finance', 'reconcile', month, '--json'], env());
  return { code, ...JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') };
};

describe('IAMA without an account at Stripe', { timeout: 300_000 }, () => {
  it('[BIL-12] sells plans at a stand-in on this machine, says that no money moves, and keeps what was paid', async () => {
    const url = await start();
    expect(server?.logged()).toContain('no real money moves');
    const email = `${randomUUID()}@example.org`;
    const person = await Person.signsIn(url, email, 'RegisterUser');
    const checkout = await pageOf(person, '/billing/checkout', { tier: 'PRO' });
    expect(new URL(checkout).hostname).toBe('127.0.0.1');
    expect(await (await fetch(checkout)).text()).toContain('No real money moves');
    expect(await press(checkout, 'fail')).toContain('Nothing was charged');
    expect((await person.send('GET', '/subscription/me')).body['tier']).toBe('FREE');
    expect(await press(checkout, 'pay')).toContain('Done');
    await planIs(person, 'PRO', 5_000);
    expect((await fetch(checkout)).status).toBe(404);
    await press(await pageOf(person, '/billing/checkout', { credits: 500 }), 'pay');
    await planIs(person, 'PRO', 5_500);
    // Their fees are booked with the next sweep, which the restart below brings.
    expect(await reconciled()).toMatchObject({ movements: 2 });

    await stop();
    await cancelledUntold();
    const again = await Person.signsIn(await start(), email);
    const portal = await pageOf(again, '/billing/portal', {});
    expect(await (await fetch(portal)).text()).toContain('The plan PRO');
    await until('the end of the plan', async () => {
      const plan = (await again.send('GET', '/billing/plan')).body;
      return plan['tier'] === 'PRO' && plan['cancels_at_cycle_end'] === true;
    });
    expect(await press(portal, 'cancel')).toContain('No plan is paid for');
    await until('FREE', async () => (await again.send('GET', '/subscription/me')).body['tier'] === 'FREE');
    await until('books without a difference', async () => {
      const { code, unexplained, movements } = await reconciled();
      return code === 0 && unexplained === 0 && movements === 2;
    });
    const [ofPlan = '', ofCredits = ''] = await paymentsAt(portal);
    await press(portal, 'refund', { payment: ofPlan });
    await press(portal, 'win', { payment: ofCredits });
    // Neither twice, nor what is somebody else's.
    expect(await paymentsAt(portal)).toEqual([]);
    for (const payment of [ofPlan, 'pi_else']) await press(portal, 'lose', { payment });
    await until('a refund, and a dispute that took and gave back', async () => {
      const { pending, unexplained, movements, variances } = await reconciled();
      // The fee of the dispute is booked with a later sweep.
      return movements === 5 && pending === 1 && unexplained === 0 && variances.USD.under === -1_500;
    });
    await stop();
  });

  it('[BIL-12] [SEC-02] answers nobody who does not know the key of the folder, or calls it by another name', async () => {
    await start();
    const folder = join(root, 'data', 'stripe');
    for (const name of ['key', 'webhook-secret', 'books.json', 'settings.json'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const { settings } = JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'));
    const { apiUrl } = settings;
    const customers = `${apiUrl}/v1/customers`;
    expect((await fetch(customers, { method: 'POST', body: new URLSearchParams() })).status).toBe(401);
    const named = apiUrl.replace('127.0.0.1', 'localhost');
    expect((await fetch(`${named}/done`)).status).toBe(403);
    expect(await localStripeSettings(folder)).toEqual(settings);
    server?.kill('SIGKILL');
    await server?.ended;
    expect((await stat(join(folder, 'settings.json'))).isFile()).toBe(true);
    expect(await localStripeSettings(folder)).toBeNull();
  });
});
