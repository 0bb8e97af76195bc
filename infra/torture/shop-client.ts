import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StripeEvent } from '../payments/testing/stripe-books.ts';
import type { StripeDouble } from '../payments/testing/stripe-double.ts';
import { type Answer, type Call, call, whyUnanswered } from './http-call.ts';
import type { Random } from './random.ts';

const ANSWER_WITHIN_MS = 10_000;
/** Webhooks of one person under way at once. */
const AT_ONCE = 3;
/** Stripe tries for days, whenever it begins. */
const DELIVERY_MS = 60_000;

/** What Stripe sent, and when it gave up. */
export type Sent = Readonly<{ userId: string; event: StripeEvent; isTaken: boolean }>;
export type Person = Readonly<{ userId: string; token: string }>;

/** The way to a shop that is being killed, for people and for Stripe: all is asked again until it is answered. */
export class ShopClient {
  readonly sent: Sent[] = [];
  deliveries = 0;
  readonly #url: string;
  readonly #stripe: StripeDouble;
  readonly #random: Random;
  readonly #giveUpAt: number;
  readonly #note: (line: string) => void;

  /** `giveUpAt`: milliseconds since 1970, for everything that a person must not wait for for ever. `note`: what was not answered, and why. */
  constructor(
    url: string,
    parts: Readonly<{
      stripe: StripeDouble;
      random: Random;
      giveUpAt: number;
      note: (line: string) => void;
    }>,
  ) {
    this.#url = url;
    this.#stripe = parts.stripe;
    this.#random = parts.random;
    this.#giveUpAt = parts.giveUpAt;
    this.#note = parts.note;
  }

  get isTimeLeft(): boolean {
    return Date.now() < this.#giveUpAt;
  }

  /** Under one key until there is an answer; null: there was none in time. */
  async ask(asked: Omit<Call, 'key'>): Promise<Answer | null> {
    const key = randomUUID();
    while (this.isTimeLeft) {
      const answer = await call(this.#url, { ...asked, key }, this.#note);
      if (answer !== null && answer.status < 500) return answer;
      await sleep(100 + this.#random.below(200));
    }
    return null;
  }

  /** Null: nobody could register in time. */
  async newPerson(): Promise<Person | null> {
    const account = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
    const answer = await this.ask({ method: 'POST', path: '/auth/register', token: '', body: account });
    const { user_id: userId, access_token: token } = answer?.body ?? {};
    return typeof userId === 'string' && typeof token === 'string' ? { userId, token } : null;
  }

  /** Webhooks about one person, in any order and half of them twice, each until it is taken. */
  async deliver(userId: string, told: readonly StripeEvent[]): Promise<void> {
    const repeated = told.filter(() => this.#random.chance(0.5));
    const deliveries = this.#shuffled([...told, ...repeated]);
    const taken = new Set<string>();
    const until = Math.max(this.#giveUpAt, Date.now() + DELIVERY_MS);
    const sender = async (): Promise<void> => {
      for (let event = deliveries.pop(); event !== undefined; event = deliveries.pop())
        if (await this.#delivered(event, until)) taken.add(event.id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    for (const event of told) this.sent.push({ userId, event, isTaken: taken.has(event.id) });
  }

  async #delivered(event: StripeEvent, until: number): Promise<boolean> {
    for (let tries = 0; Date.now() < until; tries += 1) {
      this.deliveries += 1;
      if ((await this.#sendOnce(event)) === 204) return true;
      await sleep(Math.min(1_000, 50 * tries) + this.#random.below(100));
    }
    return false;
  }

  async #sendOnce(event: StripeEvent): Promise<number | null> {
    try {
      const status = await this.#stripe.send(this.#url, event, AbortSignal.timeout(ANSWER_WITHIN_MS));
      if (status !== 204) this.#note(`webhook ${event.type}: ${status}`);
      return status;
    } catch (error) {
      this.#note(whyUnanswered(`webhook ${event.type}`, error));
      return null;
    }
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.#random.next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }
}
