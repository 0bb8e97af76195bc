import { isIP } from 'node:net';
import { z } from 'zod';

/** Of machines and networks that nobody reaches from outside; fastify knows them by these names. */
const PRIVATE = ['loopback', 'linklocal', 'uniquelocal'] as const;

const isAddress = (text: string): boolean => {
  const [address = '', bits, more] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    more === undefined && longest > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= longest))
  );
};

/**
 * Whose `X-Forwarded-For` is believed; null: nobody's. Each proxy writes whom it was asked by behind what it was sent, so that all before the
 * address that one of ours wrote is what the client likes: with every address believed, a client was whoever it said, and limits by address
 * were of no use.
 */
export const trustedProxies = z
  .string()
  .default('false')
  .transform((text, context): readonly string[] | null => {
    if (text === 'false') return null;
    if (text === 'true') return PRIVATE;
    const named = text.split(',').map((each) => each.trim());
    if (named.every((each) => isAddress(each) || PRIVATE.some((name) => name === each))) return named;
    context.addIssue('must be true, false, or addresses and networks, separated by commas');
    return z.NEVER;
  });
