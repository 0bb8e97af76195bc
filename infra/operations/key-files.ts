import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyReference, keyNamesIn } from '../../domain/operations/settings.ts';
import { headSigner } from '../audit/head-key.ts';
import { hasCode } from '../error-code.ts';
import { signingKey } from '../identity/signing-key.ts';
import type { LiveRules } from './operating-rules.ts';

/** Keys by name, each a file of one folder; no process tells what is in them (OPS-02). */
export type KeyFiles = Readonly<{
  /** Why the key of this name cannot be used for that; null: it can. */
  problem: (reference: KeyReference, name: string) => Promise<string | null>;
  /** The files that count now: those that operators name, else the given ones of the configuration. */
  current: (reference: KeyReference, configured: readonly string[]) => Promise<readonly string[]>;
  /** What is in those that operators name, in their order; none: none is named. Throws where one cannot be read. */
  texts: (reference: KeyReference) => Promise<readonly string[]>;
}>;

/** Of keys that have a form: what throws where it is not this one, and what it is called. */
const FORMS: Readonly<
  Partial<Record<KeyReference, Readonly<{ name: string; read: (pem: string) => unknown }>>>
> = {
  'access_tokens.api_key_ref': {
    name: 'an RSA private key of at least 2048 bits, PKCS#8 PEM',
    read: signingKey,
  },
  'log_heads.api_key_ref': { name: 'an Ed25519 private key, PKCS#8 PEM', read: headSigner },
};

export const keyFiles = (folder: string, rules: Pick<LiveRules, 'setting'>): KeyFiles => {
  const fileOf = (name: string): string => join(folder, name);
  return {
    async problem(reference, name) {
      let text: string;
      try {
        text = await readFile(fileOf(name), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR')) return `no key ${name} is kept here`;
        throw error;
      }
      const form = FORMS[reference];
      try {
        form?.read(text);
        return null;
      } catch {
        return `${name} is not ${form?.name}`;
      }
    },
    async current(reference, configured) {
      const named = keyNamesIn(await rules.setting(reference));
      return named.length === 0 ? configured : named.map(fileOf);
    },
    async texts(reference) {
      const named = keyNamesIn(await rules.setting(reference));
      return Promise.all(
        named.map(async (name) => {
          try {
            return await readFile(fileOf(name), 'utf8');
          } catch (error) {
            throw new Error(`the key ${name} that ${reference} names cannot be read`, { cause: error });
          }
        }),
      );
    },
  };
};
