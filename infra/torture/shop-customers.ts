import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StripeEvent } from '../payments/testing/stripe-books.ts';
import type { StripeDouble } from '../payments/testing/stripe-double.ts';
import { stripeLife } from '../payments/testing/stripe-life.ts';
import type { Random } from './random.ts';

const ANSWER_WITHIN_MS = 10_000;
/** Webhooks of one customer under way at once. */
const AT_ONCE = 3;

const CONTEXT = {
  context: {
    schema: 'iama.context/1',
    files: [{ path: 'index.js', text: 'module.exports = 1;\n' }],
    targets: [],
    dependencies: [],
  },
  base_hashes: { 'index.js': 'a'.repeat(64) },
};
const PREFLIGHT = { preflight: { vcs: 'GIT', head_commit: 'abc', dirty_paths: [], choice: 'CLEAN' } };

type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

/** What Stripe sent, and when it gave up. */
export type Sent = Readonly<{ userId: string; event: StripeEvent; isTaken: boolean }>;

/** People who buy at a shop that is being killed: each lives a whole life at Stripe, with a job in the middle of it. */
export class ShopCustomers {
  readonly sent: Sent[] = [];
  deliveries = 0;
  jobs = 0;
  readonly #url: string;
  readonly #stripe: StripeDouble;
  readonly #random: Random;
  readonly #giveUpAt: number;

  /** `giveUpAt`: milliseconds since 1970, for everything that must not hang for ever. */
  constructor(url: string, stripe: StripeDouble, random: Random, giveUpAt: number) {
    this.#url = url;
    this.#stripe = stripe;
    this.#random = random;
    this.#giveUpAt = giveUpAt;
  }

  /** One life after the other, the last begun before `until`. */
  async live(until: number): Promise<void> {
    while (Date.now() < until) await this.#life();
  }

  async #life(): Promise<void> {
    const account = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
    const { user_id, access_token } = (await this.#ask('POST', '/auth/register', '', account))?.body ?? {};
    if (typeof user_id !== 'string' || typeof access_token !== 'string') return;
    const told = stripeLife(this.#stripe.books, user_id);
    const repeated = told.filter(() => this.#random.chance(0.5));
    const deliveries = this.#shuffled([...told, ...repeated]);
    const working = this.#job(access_token, deliveries.length);
    const taken = new Set<string>();
    const sender = async (): Promise<void> => {
      for (let event = deliveries.pop(); event !== undefined; event = deliveries.pop())
        if (await this.#delivered(event)) taken.add(event.id);
    };
    await Promise.all([working, ...Array.from({ length: AT_ONCE }, sender)]);
    for (const event of told) this.sent.push({ userId: user_id, event, isTaken: taken.has(event.id) });
  }

  /** As Stripe does, until it is taken. */
  async #delivered(event: StripeEvent): Promise<boolean> {
    for (let tries = 0; Date.now() < this.#giveUpAt; tries += 1) {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const status = await this.#stripe.send(this.#url, event, signal).catch(unreachable);
      this.deliveries += 1;
      if (status === 204) return true;
      await sleep(Math.min(1_000, 50 * tries) + this.#random.below(100));
    }
    return false;
  }

  /** Begins at any moment of the life, with or without credits, and is cancelled: what it held must be given back. */
  async #job(token: string, moments: number): Promise<void> {
    await sleep(this.#random.below(moments * 100));
    await this.#ask('POST', '/account/consent', token, { data_processing: true, zero_training: true });
    const asked = await this.#ask('POST', '/jobs', token, {
      goal: 'JAVASCRIPT_TO_TYPESCRIPT',
      title: 'A job',
    });
    const path = `/jobs/${String(asked?.body['job_id'])}`;
    await this.#ask('POST', `${path}/context`, token, CONTEXT);
    const started = await this.#ask('POST', `${path}/start`, token, PREFLIGHT);
    if (started?.status === 200) this.jobs += 1;
    await sleep(this.#random.below(1_500));
    await this.#ask('DELETE', path, token);
  }

  /** Under one key until there is an answer; null: there was none in time. */
  async #ask(method: string, path: string, token: string, body?: object): Promise<Answer | null> {
    const key = randomUUID();
    while (Date.now() < this.#giveUpAt) {
      const response = await fetch(`${this.#url}/api/v1${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      }).catch(() => null);
      // The answer may be cut off in its middle, too.
      const text = await response?.text().catch(() => null);
      if (response !== null && typeof text === 'string' && response.status < 500)
        return { status: response.status, body: JSON.parse(text === '' ? '{}' : text) };
      await sleep(100 + this.#random.below(200));
    }
    return null;
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.#random.next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }
}

/** The process was killed before it answered; it is asked again. */
const unreachable = (): null => null;
