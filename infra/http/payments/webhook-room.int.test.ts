import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StripeDouble, signed } from '../../payments/testing/stripe-double.ts';
import type { TestApi } from '../testing/api.ts';
import { addressOf, type RawConnection, RawConnections } from '../testing/raw-connections.ts';
import { startTestShop, type TestShop } from '../testing/shop.ts';

const MIB = 1024 * 1024;
/** Well formed, and of nobody. */
const FORGED = `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}`;

let shop: TestShop;
let stripe: StripeDouble;
let api: TestApi;
const raw = new RawConnections();
beforeAll(async () => {
  shop = await startTestShop();
  ({ stripe, api } = shop);
});
afterAll(async () => {
  raw.end();
  await shop.close();
});

/** From an address of loopback of its own. */
const send = (localAddress: string, length: number, body: Uint8Array | string, signature: string) =>
  raw.open(
    addressOf(api.url, localAddress),
    `POST /api/v1/webhooks/payment HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n`,
    signature === '' ? '\r\n' : `Stripe-Signature: ${signature}\r\n\r\n`,
    body,
  );

describe('webhooks of which most never end', { timeout: 120_000 }, () => {
  it('[SEC-15] [BIL-12] keep nobody else out, however many there are of an address', async () => {
    const almost = new Uint8Array(MIB - 1);
    const begun: RawConnection[] = [];
    for (let n = 0; n < 40; n += 1) begun.push(await send('127.0.0.2', MIB, almost, FORGED));
    const refused = () => begun.filter(({ told }) => told().startsWith('HTTP/1.1 429')).length;
    // 8 MiB of an address, of which each has a byte to come.
    await expect.poll(refused).toBe(32);
    const body = JSON.stringify({
      id: `evt_${randomUUID()}`,
      api_version: Stripe.API_VERSION,
      type: 'ping',
      created: 1,
      data: { object: {} },
    });
    const news = await send('127.0.0.3', body.length, body, signed(body, stripe.secret));
    await expect.poll(news.told).toMatch(/^HTTP\/1\.1 204 /);
    // Nor do they hold what other routes need.
    const user = await api.user();
    expect((await api.call(user, 'GET', '/jobs')).status).toBe(200);
  });

  it('[SEC-15] [BIL-12] are not even read where they bear no signature', async () => {
    for (const signature of ['', 'nonsense', 't=1', 'v1=00']) {
      const { told, socket } = await send('127.0.0.4', MIB, '', signature);
      await expect.poll(told).toContain('"code":"WEBHOOK_SIGNATURE_INVALID"');
      socket.destroy();
    }
  });
});

describe('bodies of strangers', { timeout: 120_000 }, () => {
  it('[SEC-15] hold so much of an address and no more, however many never end', async () => {
    const begun: RawConnection[] = [];
    for (let n = 0; n < 24; n += 1)
      begun.push(
        await raw.open(
          addressOf(api.url, '127.0.0.5'),
          'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n',
          `Content-Length: ${256 * 1024}\r\n\r\n`,
          new Uint8Array(256 * 1024 - 1),
        ),
      );
    // 4 MiB.
    await expect
      .poll(() => begun.filter(({ told }) => told().startsWith('HTTP/1.1 429')).length, { timeout: 30_000 })
      .toBe(8);
    await api.user();
  });
});
