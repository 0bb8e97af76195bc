import { createHash } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { sharing } from '../runtime/sharing.ts';
import { type TokenAuthority, tokenAuthority } from './access-tokens.ts';
import { type SigningKey, signingKey } from './signing-key.ts';

/** How long keys that were taken out may still be good. */
const FRESH_MS = 1_000;

const keysOf = ([first, ...rest]: readonly string[]): readonly [SigningKey, ...SigningKey[]] => {
  if (first === undefined) throw new Error('a signing key is needed');
  return [signingKey(first), ...rest.map(signingKey)];
};

/** null: it has no header that could be read. */
const keyIdIn = (token: string): string | null => {
  try {
    return decodeProtectedHeader(token).kid ?? null;
  } catch {
    return null;
  }
};

type Known = Readonly<{
  digest: string;
  askedAt: number;
  authority: TokenAuthority;
  ids: ReadonlySet<string>;
}>;

/**
 * Tokens under the keys that count at the moment (OPS-02): `pems` says which, PKCS#8, the one that signs first. It is asked for
 * each token that is signed, and for those that are checked once a second, or when one names a key that is not known yet: of
 * several processes one signs with a new key before the others have heard of it. What it throws is thrown: a token is never
 * checked by keys that do not count any more.
 */
export const currentTokens = (
  pems: () => Promise<readonly string[]>,
  names: Readonly<{ issuer: string; audience: string }>,
  now: () => number = Date.now,
): TokenAuthority => {
  let known: Known | null = null;
  /** Of the last token that named a key: all tokens of a key begin alike. */
  let read: Readonly<{ header: string; keyId: string }> | null = null;
  const keyIdOf = (token: string): string | null => {
    const header = token.slice(0, token.indexOf('.') + 1);
    if (header === read?.header) return read.keyId;
    const keyId = keyIdIn(token);
    // What is no token says nothing of the tokens that begin like it.
    if (keyId !== null) read = { header, keyId };
    return keyId;
  };

  // One at a time: made-up tokens that name keys must not ask for more, and no older answer comes after a newer one.
  const newest = sharing(async (): Promise<Known> => {
    const askedAt = now();
    const given = await pems();
    const digest = createHash('sha256').update(given.join('\n')).digest('hex');
    if (known?.digest === digest) {
      known = { ...known, askedAt };
      return known;
    }
    const authority = await tokenAuthority(keysOf(given), names, now);
    const { keys } = await authority.jwks();
    known = { digest, askedAt, authority, ids: new Set(keys.flatMap(({ kid }) => kid ?? [])) };
    return known;
  });

  const recent = async (): Promise<Known> =>
    known !== null && now() - known.askedAt <= FRESH_MS ? known : newest();

  return {
    issue: async (session) => (await newest()).authority.issue(session),
    async verify(token) {
      const keyId = keyIdOf(token);
      if (keyId === null) return null;
      const at = await recent();
      return (at.ids.has(keyId) ? at : await newest()).authority.verify(token);
    },
    jwks: async () => (await newest()).authority.jwks(),
  };
};
