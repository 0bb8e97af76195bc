import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startLocalServer } from '../../http/testing/local-server.ts';
import { once } from '../../identity/secrets.ts';
import { readIfPresent } from '../../postgres/embedded-files.ts';
import { isRunning } from '../../postgres/processes.ts';
import type { PaymentSettings } from '../settings.ts';
import { deliveries } from './local-deliveries.ts';
import { donePage, payPage, portalPage, type Session } from './local-pages.ts';
import { cycleBefore, StripeBooks } from './stripe-books.ts';
import { readBooks, writeBooks } from './stripe-books-file.ts';
import { type Answer, answerOf, CENTS, found, missing, PRICES } from './stripe-double.ts';

const TURN_MS = 3_600_000;
const PATH = { books: 'books.json', settings: 'settings.json' };

type Kept = Readonly<{ pid: number; settings: PaymentSettings }>;

/** How the stand-in that serves this folder is reached; null: none does. For other processes of the same machine. */
export const localStripeSettings = async (folder: string): Promise<PaymentSettings | null> => {
  const kept = await readIfPresent(join(folder, PATH.settings));
  if (kept === null) return null;
  const { pid, settings }: Kept = JSON.parse(kept);
  // One that was killed leaves its file.
  return (await isRunning(pid)) ? settings : null;
};

export type LocalStripe = Readonly<{
  settings: PaymentSettings;
  /** Where the API listens; what was told before waits for it. */
  deliverTo(apiUrl: string): void;
  stop(): Promise<void>;
}>;

type More = Readonly<{ pending: readonly string[]; sessions: readonly Session[] }>;

/** What Stripe calls the pages that are opened at it. */
const PAGES: Readonly<Record<string, Session['kind']>> = {
  '/v1/checkout/sessions': 'pay',
  '/v1/billing_portal/sessions': 'portal',
};

const sessionOf = (kind: Session['kind'], form: URLSearchParams): Session => {
  const price = form.get('line_items[0][price]');
  return {
    id: randomUUID(),
    kind,
    customer: form.get('customer') ?? '',
    credits: Number(form.get('line_items[0][quantity]') ?? 0),
    ...(price === null ? {} : { price }),
  };
};

/**
 * Stripe on this machine, for whoever tries IAMA without an account there (BIL-12): answers its API, shows pages where a plan is
 * paid or not, renews cycles, and tells of all by signed webhooks. What it knows is in the folder, and so are its secrets.
 */
export const startLocalStripe = async (
  folder: string,
  report: (error: unknown) => void,
): Promise<LocalStripe> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secretFile = join(folder, 'webhook-secret');
  const secretKeyFile = join(folder, 'key');
  const secret = await once(secretFile, () => `whsec_${randomBytes(24).toString('hex')}`);
  const key = await once(secretKeyFile, () => `sk_local_${randomBytes(24).toString('hex')}`);
  const books = new StripeBooks(CENTS);
  const file = join(folder, PATH.books);
  const kept = ((await readBooks(file, books)) ?? { pending: [], sessions: [] }) as More;
  const pending = new Set(kept.pending);
  const sessions = new Map(kept.sessions.map((session) => [session.id, session]));

  let writing = Promise.resolve();
  const save = (): Promise<void> => {
    const more: More = { pending: [...pending], sessions: [...sessions.values()] };
    const write = () => writeBooks(file, books, more);
    // Whoever waits for one hears that it failed; the next is written all the same.
    writing = writing.then(write, write);
    return writing;
  };
  const byId = (eventId: string) => books.events.find(({ id }) => id === eventId);
  const telling = deliveries({ find: byId, pending, secret, onTaken: save, report });
  /** Changes the books, keeps them, and tells what was to be told. */
  const act = async <T>(work: () => T): Promise<T> => {
    books.now = Math.max(books.now, Math.floor(Date.now() / 1_000));
    const before = books.events.length;
    const result = work();
    for (const { id } of books.events.slice(before)) pending.add(id);
    await save();
    telling.wake();
    return result;
  };

  const giveBack = (customer: string, payment: string, action: string): void => {
    const paid = books.payments.get(payment);
    if (paid?.customer !== customer || books.money.isBack(payment)) return;
    if (action === 'refund') books.returns.refund(payment, Math.floor(paid.amount / 2));
    else if (action === 'lose') books.returns.dispute(payment, 'lost');
    else if (action === 'win') books.returns.dispute(payment, 'won');
  };
  const change = (customer: string, action: string): void => {
    const priceOf = (name: string): number => books.prices[name] ?? 0;
    for (const { id, end, price, status, customer: owner } of [...books.subscriptions.values()]) {
      if (owner !== customer || status !== 'active') continue;
      if (action === 'cancel') books.cancel(id);
      else if (action === 'cancel-at-end') books.cancelAtCycleEnd(id);
      else if (!Object.hasOwn(CENTS, action)) continue;
      else if (priceOf(action) < priceOf(price)) books.changeAtCycleEnd(id, action);
      else books.upgrade(id, action, Math.min(1, (end - books.now) / (end - cycleBefore(end))));
    }
  };
  const pay = ({ id, customer, price, credits }: Session): void => {
    sessions.delete(id);
    if (price === undefined) books.topUp(customer, credits);
    else books.subscribe(customer, price);
  };

  /** null: there is no such page. */
  const pageOf = async (path: string, asked: URLSearchParams): Promise<string | null> => {
    const [action, payment] = [asked.get('action'), asked.get('payment')];
    const [, kind, id = ''] = path.split('/');
    if (kind === 'done') return donePage();
    const session = sessions.get(id);
    if (session === undefined || session.kind !== kind) return null;
    if (kind === 'portal') {
      if (action !== null && payment !== null) await act(() => giveBack(session.customer, payment, action));
      else if (action !== null) await act(() => change(session.customer, action));
      return portalPage(session.customer, books);
    }
    if (action !== 'pay') return payPage(session, CENTS, action === 'fail');
    await act(() => pay(session));
    return donePage();
  };
  const apiAnswer = async (method: string, url: URL, form: URLSearchParams): Promise<Answer> => {
    if (method !== 'POST') return answerOf(books, method, url, form);
    const kind = PAGES[url.pathname];
    return act(() => {
      if (kind === undefined) return answerOf(books, method, url, form);
      const session = sessionOf(kind, form);
      sessions.set(session.id, session);
      return found({ id: session.id, object: 'session', url: `${base}/${kind}/${session.id}` });
    });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', base);
    const form = new URLSearchParams(await text(request));
    const method = request.method ?? '';
    // Another name for this address is a page elsewhere that wants to be taken for us.
    if (request.headers.host !== new URL(base).host) {
      response.writeHead(403).end();
      return;
    }
    if (url.pathname.startsWith('/v1/')) {
      const isOurs = request.headers.authorization === `Bearer ${key}`;
      const unknown = {
        status: 401,
        body: { error: { type: 'invalid_request_error', message: 'Invalid key' } },
      };
      const { status, body } = isOurs ? await apiAnswer(method, url, form) : unknown;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const shown = await pageOf(url.pathname, method === 'POST' ? form : new URLSearchParams());
    response.writeHead(shown === null ? missing.status : 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    });
    response.end(shown ?? 'There is no such page, or it was paid already.');
  };
  const { url: base, close } = await startLocalServer((request, response) =>
    serve(request, response).catch((error: unknown) => {
      report(error);
      throw error;
    }),
  );
  const settings: PaymentSettings = {
    apiUrl: base,
    secretKeyFile,
    webhookSecretFiles: [secretFile],
    prices: { PLUS: [PRICES.PLUS], PRO: [PRICES.PRO], MAX: [PRICES.MAX] },
    returnUrl: `${base}/done`,
  };
  const served: Kept = { pid: process.pid, settings };
  await writeFile(join(folder, PATH.settings), JSON.stringify(served), { mode: 0o600 });
  const turn = (): void => void act(() => books.turn()).catch(report);
  turn();
  const turning = setInterval(turn, TURN_MS);
  turning.unref();
  return {
    settings,
    deliverTo: (apiUrl) => telling.wake(apiUrl),
    async stop() {
      clearInterval(turning);
      await telling.stop();
      close();
      await rm(join(folder, PATH.settings), { force: true });
      await writing.catch(report);
    },
  };
};
