import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startLocalServer } from '../../http/testing/local-server.ts';
import type { PaymentSettings } from '../settings.ts';
import { StripeBooks, type StripeEvent } from './stripe-books.ts';

export const PRICES = { PLUS: 'price_plus', PRO: 'price_pro', MAX: 'price_max' } as const;
/** Entries of a page, so few that there are several. */
const PAGE = 3;
export const CENTS = { price_plus: 1_500, price_pro: 5_000, price_max: 20_000 };

/** `t=…,v1=…` over the bytes, as Stripe signs. */
export const signed = (body: string, secret: string, seconds = Math.floor(Date.now() / 1_000)): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

export type StripeDouble = Readonly<{
  books: StripeBooks;
  settings: PaymentSettings;
  secret: string;
  /** Writes the files of the webhook secrets anew. */
  rotate(...secrets: readonly string[]): Promise<void>;
  /** Requests it answered, `METHOD /path`. */
  asked: string[];
  /** The keys that it was asked with. */
  keys: Set<string>;
  /** While it is set, every answer is 503. */
  down: { value: boolean };
  /** Its key does not count any more. */
  revoked: { value: boolean };
  /** Sends one event, signed now; gives the status. */
  send(url: string, event: StripeEvent, signal?: AbortSignal): Promise<number>;
  close(): Promise<void>;
}>;

export type Answer = Readonly<{ status: number; body: unknown }>;
export const found = (body: unknown): Answer => ({ status: 200, body });
export const missing: Answer = {
  status: 404,
  body: { error: { type: 'invalid_request_error', message: 'No such object' } },
};

const pageOf = (
  url: string,
  all: readonly Readonly<Record<string, unknown>>[],
  query: URLSearchParams,
): Answer => {
  const after = all.findIndex(({ id }) => id === query.get('starting_after')) + 1;
  const data = all.slice(after, after + PAGE);
  return found({ object: 'list', url, has_more: after + PAGE < all.length, data });
};

type Dated = Readonly<{ id: string; created: number; payout?: string | null }>;

/** What is listed by time, newest first, as Stripe does; of one payout where that is asked for. */
const listOf = (url: string, all: readonly Dated[], query: URLSearchParams): Answer => {
  const [from, to] = ['gte', 'lt'].map((bound) => query.get(`created[${bound}]`));
  const payout = query.get('payout');
  const data = all.filter(
    (each) =>
      each.created >= Number(from ?? 0) &&
      each.created < Number(to ?? Number.MAX_SAFE_INTEGER) &&
      (payout === null || each.payout === payout),
  );
  return pageOf(url, data.toReversed(), query);
};

/** Of the types that are asked for. */
const eventsOf = ({ events }: StripeBooks, query: URLSearchParams): readonly Dated[] => {
  const types = new Set([...query].flatMap(([name, value]) => (name.startsWith('types[') ? [value] : [])));
  return events.filter(({ type }) => types.has(type));
};

/** What Stripe answers to a request of our client; `form` is its body. */
export const answerOf = (
  books: StripeBooks,
  method: string,
  { pathname: path, searchParams }: URL,
  form: URLSearchParams,
): Answer => {
  const [, , resource = '', id = '', part = ''] = path.split('/');
  if (method === 'POST' && resource === 'customers')
    return found({ id: books.customer(form.get('metadata[user_id]') ?? ''), object: 'customer' });
  if (method === 'POST')
    return found({ id: `${resource}_1`, object: 'session', url: `https://stripe.invalid/${path}?${form}` });
  if (resource === 'balance_transactions') return listOf(path, books.money.balance, searchParams);
  if (resource === 'payouts') return listOf(path, books.money.payouts, searchParams);
  if (resource === 'events') return listOf(path, eventsOf(books, searchParams), searchParams);
  if (resource === 'invoices' && part === 'lines') {
    const lines = books.lines.get(id);
    return lines === undefined ? missing : pageOf(path, lines, searchParams);
  }
  if (resource === 'invoices' && id === '') return listOf(path, books.money.invoices, searchParams);
  if (resource === 'invoices') {
    const invoice = books.money.invoices.find((each) => each.id === id);
    return invoice === undefined ? missing : found({ ...invoice, object: 'invoice' });
  }
  if (resource === 'customers') {
    const userId = books.customers.get(id);
    return userId === undefined ? missing : found({ id, object: 'customer', metadata: { user_id: userId } });
  }
  if (resource === 'subscriptions') {
    const subscription = books.subscriptions.get(id);
    return subscription === undefined
      ? missing
      : found(books.shown(subscription, searchParams.get('expand[0]') === 'schedule'));
  }
  if (resource === 'prices') {
    const price = books.price(id);
    return price === undefined ? missing : found(price);
  }
  if (resource === 'refunds') {
    const [out, back] = books.money.balance.filter(({ source }) => source?.['id'] === id);
    return out === undefined
      ? missing
      : found({ ...out.source, balance_transaction: out, failure_balance_transaction: back });
  }
  if (resource === 'disputes') {
    const moved = books.money.balance.filter(({ source }) => source?.['id'] === id);
    return moved.length === 0 ? missing : found({ id, object: 'dispute', balance_transactions: moved });
  }
  if (resource === 'payment_intents') {
    const payment = books.payments.get(id);
    return payment === undefined ? missing : found({ ...payment, object: 'payment_intent' });
  }
  return missing;
};

/** Stripe over HTTP on loopback, with a state of its own (BIL-12). */
export const startStripeDouble = async (): Promise<StripeDouble> => {
  const books = new StripeBooks(CENTS);
  const asked: string[] = [];
  const keys = new Set<string>();
  const down = { value: false };
  const revoked = { value: false };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stripe');
    const form = new URLSearchParams(await text(request));
    asked.push(`${request.method} ${url.pathname}`);
    keys.add(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    const { status, body } = down.value
      ? { status: 503, body: { error: { type: 'api_error', message: 'down' } } }
      : revoked.value
        ? { status: 401, body: { error: { type: 'invalid_request_error', message: 'Invalid API Key' } } }
        : answerOf(books, request.method ?? '', url, form);
    // Without `stripe-should-retry` the client would wait and ask again.
    response.writeHead(status, { 'content-type': 'application/json', 'stripe-should-retry': 'false' });
    response.end(JSON.stringify(body));
  };
  const { url: apiUrl, close } = await startLocalServer(serve);
  const folder = await mkdtemp(join(tmpdir(), 'iama-stripe-'));
  const files = [join(folder, 'webhook-1'), join(folder, 'webhook-2')];
  const secret = `whsec_${randomUUID()}`;
  const rotate = async (...secrets: readonly string[]): Promise<void> => {
    for (const [index, file] of files.entries())
      await writeFile(file, `${secrets[index] ?? secrets[0] ?? ''}\n`);
  };
  await rotate(secret);
  const secretKeyFile = join(folder, 'key');
  await writeFile(secretKeyFile, 'sk_test_double\n');
  return {
    books,
    secret,
    rotate,
    asked,
    keys,
    down,
    revoked,
    settings: {
      apiUrl,
      secretKeyFile,
      webhookSecretFiles: files,
      prices: { PLUS: [PRICES.PLUS], PRO: [PRICES.PRO], MAX: [PRICES.MAX] },
      returnUrl: 'https://iama.invalid/billing',
    },
    async send(url, event, signal) {
      // Stripe counts the deliveries that are open, so that no two bodies of one event are alike.
      const body = JSON.stringify({ ...event, pending_webhooks: Math.floor(Math.random() * 9) });
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signed(body, secret),
      };
      return (
        await fetch(`${url}/api/v1/webhooks/payment`, {
          method: 'POST',
          headers,
          body,
          ...(signal === undefined ? {} : { signal }),
        })
      ).status;
    },
    async close() {
      close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
