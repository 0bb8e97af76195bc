import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientNetwork } from './client-network.ts';

describe('whom limits by address count', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1%eth0', '2001:db8:1:2::/64'],
    ['::1', '::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('[SEC-15] %s is %s', (ip, network) => {
    expect(clientNetwork(ip)).toBe(network);
  });

  it('[SEC-15] all addresses of a /64 are one, and those of another are not', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const four = fc.tuple(group, group, group, group).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(four, four, group, (host, other, last) => {
        const network = `2001:db8:7:${last}`;
        expect(clientNetwork(`${network}:${host}`)).toBe(clientNetwork(`${network}:${other}`));
        expect(clientNetwork(`2001:db8:8:${last}:${host}`)).not.toBe(clientNetwork(`${network}:${host}`));
      }),
    );
  });
});
