import { createHmac, randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';

/** ID-02: a cost of 12 takes about a quarter of a second on one core. */
const COST = 12;

export type Passwords = Readonly<{
  hash(password: string): Promise<string>;
  /** `stored` null: does the same work and answers false, so that time does not tell whether there is an account. */
  verify(password: string, stored: string | null): Promise<boolean>;
}>;

/**
 * bcrypt over base64(HMAC-SHA-384(pepper, password)): 64 characters, so that bcrypt's limit of 72 bytes and its stop at a
 * zero byte never cut a password short.
 */
export const passwords = (pepper: Uint8Array, cost: number = COST): Passwords => {
  const peppered = (password: string): string =>
    createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64');
  const nobody = bcrypt.hash(randomBytes(32).toString('base64'), cost);
  return {
    hash: (password) => bcrypt.hash(peppered(password), cost),
    async verify(password, stored) {
      const matches = await bcrypt.compare(peppered(password), stored ?? (await nobody));
      return stored !== null && matches;
    },
  };
};
