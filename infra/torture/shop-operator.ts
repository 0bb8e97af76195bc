import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, type Secrets } from '../http/testing/operators.ts';
import { readConfig } from '../main/config.ts';
import { openDatabase } from '../main/database.ts';
import { createLogger } from '../main/logger.ts';
import { openParts } from '../main/parts.ts';
import { addFirstOperator } from '../operations/local-operators.ts';
import { MODEL, MODEL_PRICE } from './model-double.ts';
import type { ShopClient } from './shop-client.ts';

const EMAIL = 'operator@example.org';

/** On the machine itself, as the command line does it. */
const added = async (env: Readonly<Record<string, string>>): Promise<Secrets> => {
  const config = readConfig({ ...env });
  const parts = await openParts(config, await openDatabase(config), createLogger('silent', 'iama-torture'));
  try {
    return await addFirstOperator(parts.commandServices, { email: EMAIL, by: 'cli:torture' });
  } finally {
    await parts.close();
  }
};

/** An operator of the shop, over the API for operators. */
export class ShopOperator {
  readonly #shop: ShopClient;
  readonly #token: string;

  private constructor(shop: ShopClient, token: string) {
    this.#shop = shop;
    this.#token = token;
  }

  /** Before anything is killed: a code is good once, so that a lost answer would cost half a minute. */
  static async signIn(shop: ShopClient, env: Readonly<Record<string, string>>): Promise<ShopOperator> {
    const secrets = await added(env);
    const body = { email: EMAIL, password: secrets.password, code: codeOf(secrets) };
    const answer = await shop.ask({ method: 'POST', path: '/admin/auth/login', token: '', body });
    const token = answer?.body['token'];
    if (typeof token !== 'string') throw new Error(`the operator cannot sign in: ${answer?.status}`);
    return new ShopOperator(shop, token);
  }

  /** What the model costs; resolves when it counts. */
  async publishPrices(): Promise<void> {
    const from = Date.now() + 2_000;
    const body = {
      version: 'torture-prices-1',
      effective_from: new Date(from).toISOString(),
      models: { [MODEL]: MODEL_PRICE },
    };
    const answer = await this.#ask('POST', '/admin/finance/prices', body);
    if (answer?.status !== 200) throw new Error(`the prices are not published: ${answer?.status}`);
    await sleep(Math.max(0, from - Date.now()));
  }

  /** Sets right what went wrong for somebody. False: it was not answered in time. */
  async correct(userId: string, microCredits: number): Promise<boolean> {
    const body = { micro_credits: microCredits, reason: 'a fault of ours' };
    return (await this.#ask('PATCH', `/admin/quota/${userId}`, body))?.status === 200;
  }

  #ask(method: 'POST' | 'PATCH', path: string, body: unknown) {
    return this.#shop.ask({ method, path, token: this.#token, body });
  }
}
