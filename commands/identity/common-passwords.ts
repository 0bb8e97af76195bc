import { dictionary } from '@zxcvbn-ts/language-common';

/** About 50,000 passwords from leaks, most common first, in lower case (from @zxcvbn-ts/language-common). */
const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);
/** Shorter words, such as `may`, also stand in good passwords. */
const MIN_STEM = 4;
const MAX_UNIT = 8;

/**
 * Whether whoever guesses tries this early (ID-02): a common password, one with digits or signs put at its ends, or one that
 * repeats a few characters. Most lists hold few passwords of twelve characters, but people reach twelve in these ways.
 */
export const isCommonPassword = (password: string): boolean => {
  const folded = password.normalize('NFC').toLowerCase();
  if (COMMON.has(folded) || repeats(folded)) return true;
  const stem = folded.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '');
  if (stem === '') return true;
  return stem.length >= MIN_STEM && (COMMON.has(stem) || repeats(stem));
};

const repeats = (text: string): boolean => {
  for (let unit = 1; unit <= Math.min(MAX_UNIT, text.length / 2); unit += 1)
    if (
      text ===
      text
        .slice(0, unit)
        .repeat(Math.ceil(text.length / unit))
        .slice(0, text.length)
    )
      return true;
  return false;
};
