import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { faultsOf } from './testing/config-faults.ts';

const STRANGER = '203.0.113.9';
const PROXY = '172.18.0.5';

/** Who the API takes for the one that asks. */
const askedBy = async (trust: string, remoteAddress: string, forwarded: string): Promise<string> => {
  const { trustProxy } = readConfig({ IAMA_TRUST_PROXY: trust });
  const app = fastify({ trustProxy: trustProxy === null ? false : [...trustProxy] });
  app.get('/', async ({ ip }) => ip);
  const { body } = await app.inject({ url: '/', remoteAddress, headers: { 'x-forwarded-for': forwarded } });
  return body;
};

describe('who asks, behind a proxy', () => {
  it('[SEC-15] is whom the proxy was asked by, whoever the client says to be', async () => {
    expect(await askedBy('true', PROXY, STRANGER)).toBe(STRANGER);
    expect(await askedBy('true', PROXY, `198.51.100.1, ${STRANGER}`)).toBe(STRANGER);
    // TLS ends at one before it.
    expect(await askedBy('true', '::ffff:172.18.0.5', `198.51.100.1, ${STRANGER}, 127.0.0.1`)).toBe(STRANGER);
  });

  it('[SEC-15] is who is connected, where that is no proxy of ours', async () => {
    expect(await askedBy('true', STRANGER, '198.51.100.1')).toBe(STRANGER);
    expect(await askedBy('false', PROXY, STRANGER)).toBe(PROXY);
    expect(await askedBy('192.0.2.0/24', PROXY, STRANGER)).toBe(PROXY);
  });

  it('[SEC-15] is told by proxies with addresses that anybody can reach where they are named', async () => {
    const forwarded = `198.51.100.1, ${STRANGER}, 192.0.2.7`;
    expect(await askedBy('true', PROXY, forwarded)).toBe('192.0.2.7');
    expect(await askedBy('uniquelocal, 192.0.2.0/24', PROXY, forwarded)).toBe(STRANGER);
  });

  it('[SEC-15] is nobody whose name cannot be read', () => {
    for (const odd of [
      'yes',
      '1',
      '',
      '10.0.0.0/33',
      '10.0.0.0/',
      '::1/129',
      '10.0.0.1/8/8',
      'loopback,',
      'public',
    ])
      expect(faultsOf({ IAMA_TRUST_PROXY: odd })[0]).toContain('IAMA_TRUST_PROXY');
  });
});
