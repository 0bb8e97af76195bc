import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StripeDouble, signed, startStripeDouble } from '../../payments/testing/stripe-double.ts';
import { startTestApi, type TestApi } from '../testing/api.ts';

const MIB = 1024 * 1024;
/** Well formed, and of nobody. */
const FORGED = `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}`;

let stripe: StripeDouble;
let api: TestApi;
let sockets: Socket[] = [];
beforeAll(async () => {
  stripe = await startStripeDouble();
  api = await startTestApi({ listen: true, payments: stripe.settings });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await api.close();
  await stripe.close();
});

/** From an address of loopback of its own; `told`: what was answered so far. */
const send = async (localAddress: string, length: number, body: Uint8Array | string, signature: string) => {
  const { hostname, port } = new URL(api.url);
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  socket.write(`POST /api/v1/webhooks/payment HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n`);
  socket.write(signature === '' ? '\r\n' : `Stripe-Signature: ${signature}\r\n\r\n`);
  socket.write(body);
  return { socket, told: () => text };
};

describe('webhooks of which most never end', { timeout: 120_000 }, () => {
  it('[SEC-15] [BIL-12] keep nobody else out, however many there are of an address', async () => {
    const almost = new Uint8Array(MIB - 1);
    const begun: Awaited<ReturnType<typeof send>>[] = [];
    for (let n = 0; n < 40; n += 1) begun.push(await send('127.0.0.2', MIB, almost, FORGED));
    const refused = () => begun.filter(({ told }) => told().startsWith('HTTP/1.1 429')).length;
    // 8 MiB of an address, of which each has a byte to come.
    await expect.poll(refused, { timeout: 30_000 }).toBe(32);
    const body = JSON.stringify({
      id: `evt_${randomUUID()}`,
      api_version: Stripe.API_VERSION,
      type: 'ping',
      created: 1,
      data: { object: {} },
    });
    const news = await send('127.0.0.3', body.length, body, signed(body, stripe.secret));
    await expect.poll(news.told, { timeout: 30_000 }).toMatch(/^HTTP\/1\.1 204 /);
    // Nor do they hold what other routes need.
    const user = await api.user();
    expect((await api.call(user, 'GET', '/jobs')).status).toBe(200);
  });

  it('[SEC-15] [BIL-12] are not even read where they bear no signature', async () => {
    for (const signature of ['', 'nonsense', 't=1', 'v1=00']) {
      const { told, socket } = await send('127.0.0.4', MIB, '', signature);
      await expect.poll(told, { timeout: 30_000 }).toContain('"code":"WEBHOOK_SIGNATURE_INVALID"');
      socket.destroy();
    }
  });
});

describe('bodies of strangers', { timeout: 120_000 }, () => {
  it('[SEC-15] hold so much of an address and no more, however many never end', async () => {
    const { hostname, port } = new URL(api.url);
    const told: string[] = [];
    for (let n = 0; n < 24; n += 1) {
      const socket = connect({ port: Number(port), host: hostname, localAddress: '127.0.0.5' });
      sockets.push(socket);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.on('data', (chunk: Buffer) => told.push(chunk.toString()));
      socket.write('POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n');
      socket.write(`Content-Length: ${256 * 1024}\r\n\r\n`);
      socket.write(new Uint8Array(256 * 1024 - 1));
    }
    // 4 MiB.
    await expect
      .poll(() => told.filter((text) => text.startsWith('HTTP/1.1 429')).length, { timeout: 30_000 })
      .toBe(8);
    await api.user();
  });
});
