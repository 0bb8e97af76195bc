import { setTimeout as sleep } from 'node:timers/promises';
import { CONSENT, CONTEXT, PREFLIGHT } from '../http/testing/job-script.ts';
import type { StripeBooks } from '../payments/testing/stripe-books.ts';
import { stripeLife } from '../payments/testing/stripe-life.ts';
import type { Random } from './random.ts';
import type { ShopClient } from './shop-client.ts';

/** People who buy at a shop that is being killed: each lives a whole life at Stripe, with a job in the middle of it. */
export class ShopCustomers {
  jobs = 0;
  /** Who lived a whole life, and used nothing. */
  readonly userIds: string[] = [];
  readonly #shop: ShopClient;
  readonly #books: StripeBooks;
  readonly #random: Random;

  constructor(shop: ShopClient, books: StripeBooks, random: Random) {
    this.#shop = shop;
    this.#books = books;
    this.#random = random;
  }

  /** One life after the other, the last begun before `until`. */
  async live(until: number): Promise<void> {
    while (Date.now() < until) await this.#life();
  }

  async #life(): Promise<void> {
    const person = await this.#shop.newPerson();
    if (person === null) return;
    const told = stripeLife(this.#books, person.userId);
    await Promise.all([this.#job(person.token, told.length), this.#shop.deliver(person.userId, told)]);
    this.userIds.push(person.userId);
  }

  /** Begins at any moment of the life, with or without credits, and is cancelled: what it held must be given back. */
  async #job(token: string, moments: number): Promise<void> {
    const post = (path: string, body: unknown) => this.#shop.ask({ method: 'POST', path, token, body });
    await sleep(this.#random.below(moments * 150));
    await post('/account/consent', CONSENT);
    const asked = await post('/jobs', { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title: 'A job' });
    const path = `/jobs/${String(asked?.body['job_id'])}`;
    await post(`${path}/context`, CONTEXT);
    const started = await post(`${path}/start`, PREFLIGHT);
    if (started?.status === 200) this.jobs += 1;
    await sleep(this.#random.below(1_500));
    await this.#shop.ask({ method: 'DELETE', path, token });
  }
}
