import ipaddr from 'ipaddr.js';

/** What a network hands to one customer: who has one such prefix has 2^64 addresses (RFC 6177, RFC 4291 section 2.5.4). */
const IPV6_PREFIX_BYTES = 8;

/**
 * Whom limits by address count: an IPv4 address, also one that is written as IPv6, or the /64 network of an IPv6 address. What is
 * no address counts as itself.
 */
export const clientNetwork = (ip: string): string => {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  const prefix = address.toByteArray().map((byte, index) => (index < IPV6_PREFIX_BYTES ? byte : 0));
  return `${ipaddr.fromByteArray(prefix).toString()}/64`;
};
