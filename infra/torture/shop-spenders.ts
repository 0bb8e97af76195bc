import { setTimeout as sleep } from 'node:timers/promises';
import { credits } from '../../domain/billing/credits.ts';
import type { StripeBooks, StripeEvent } from '../payments/testing/stripe-books.ts';
import { PRICES } from '../payments/testing/stripe-double.ts';
import type { Random } from './random.ts';
import type { Person, ShopClient } from './shop-client.ts';
import { COURSES, type Course, type PlayedJob, playJob } from './shop-job.ts';
import type { ShopOperator } from './shop-operator.ts';

/** Credits of PLUS. */
const PLAN = 1_500;
const TOP_UP = 1_000;
const CORRECTION = 25;
const JOBS = 4;
const POLL_MS = 200;

/** Who spent: what they were given in micro-credits, less what went back with its money, and their jobs. */
export type Spender = Person & Readonly<{ given: number; jobs: readonly PlayedJob[] }>;

/** People whose jobs cost something: a plan, a top-up that is disputed and lost, a correction, and jobs of every course. */
export class ShopSpenders {
  readonly spenders: Spender[] = [];
  readonly #shop: ShopClient;
  readonly #books: StripeBooks;
  readonly #operator: ShopOperator;
  readonly #random: Random;

  constructor(
    shop: ShopClient,
    { books, operator, random }: Readonly<{ books: StripeBooks; operator: ShopOperator; random: Random }>,
  ) {
    this.#shop = shop;
    this.#books = books;
    this.#operator = operator;
    this.#random = random;
  }

  /** One after the other, the last begun before `until`; no job begins after it. */
  async spend(until: number): Promise<void> {
    while (Date.now() < until) await this.#one(until);
  }

  /** Where none of their jobs came to cost anything, under load or by chance, one more that does: nobody is harmed any more. */
  async beCharged(): Promise<void> {
    const isCharged = this.spenders.some(({ jobs }) => jobs.some(({ charge }) => (charge ?? 0) > 0));
    if (!isCharged && this.#shop.isTimeLeft) await this.#one(0, ['DELIVERED']);
  }

  async #one(until: number, courses?: readonly Course[]): Promise<void> {
    const person = await this.#shop.newPerson();
    if (person === null) return;
    const { userId } = person;
    const customer = this.#books.customer(userId);
    await this.#tell(userId, () => this.#books.subscribe(customer, PRICES.PLUS));
    await this.#hasPlan(person);
    const bought = await this.#tell(userId, () => this.#books.topUp(customer, TOP_UP));
    const corrected = await this.#operator.correct(userId, credits(CORRECTION));
    const jobs = await this.#jobs(person, until, courses);
    await this.#tell(userId, () => this.#books.returns.dispute(bought, 'lost'));
    const given = credits(PLAN + (corrected ? CORRECTION : 0));
    this.spenders.push({ ...person, given, jobs });
  }

  /** The first two at once, so that their holds meet. */
  async #jobs(
    person: Person,
    until: number,
    courses: readonly Course[] = Array.from({ length: JOBS }, () => this.#random.pick(COURSES)),
  ): Promise<readonly PlayedJob[]> {
    const played = await Promise.all(
      courses.slice(0, 2).map((course) => playJob(this.#shop, person, course)),
    );
    for (const course of courses.slice(2))
      if (Date.now() < until) played.push(await playJob(this.#shop, person, course));
    return played.filter((job) => job !== null);
  }

  /** What Stripe has to tell of an act. Nobody else acts at Stripe meanwhile: the act itself waits for nothing. */
  async #tell<Result>(userId: string, act: () => Result): Promise<Result> {
    const begin = this.#books.events.length;
    const result = act();
    const told: readonly StripeEvent[] = this.#books.events.slice(begin);
    await this.#shop.deliver(userId, told);
    return result;
  }

  async #hasPlan({ token }: Person): Promise<void> {
    while (this.#shop.isTimeLeft) {
      const answer = await this.#shop.ask({ method: 'GET', path: '/subscription/me', token });
      if (answer?.body['tier'] === 'PLUS') return;
      await sleep(POLL_MS);
    }
  }
}
