import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyReference, keyNamesIn } from '../../domain/operations/settings.ts';
import { ifPresent } from '../postgres/embedded-files.ts';
import type { LiveRules } from './operating-rules.ts';

/** Keys by name, each a file of one folder; no process tells what is in them (OPS-02). */
export type KeyFiles = Readonly<{
  has: (name: string) => Promise<boolean>;
  /** The files that count now: those that operators name, else the given ones of the configuration. */
  current: (reference: KeyReference, configured: readonly string[]) => Promise<readonly string[]>;
}>;

export const keyFiles = (folder: string, rules: Pick<LiveRules, 'setting'>): KeyFiles => ({
  has: async (name) => (await ifPresent(access(join(folder, name), constants.R_OK))) !== null,
  async current(reference, configured) {
    const named = keyNamesIn(await rules.setting(reference));
    return named.length === 0 ? configured : named.map((name) => join(folder, name));
  },
});
