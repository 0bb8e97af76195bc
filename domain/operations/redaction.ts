import { secretsByFormat } from '../kernel/secrets.ts';

const CUT_OUT = '[cut out: it held a secret]';
const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** `DB_PASSWORD=...`, `api_key: ...`, `Authorization: Bearer ...`: the name says that what follows is a secret. */
const NAMED = /(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie)\w*["']?\s*[:=]/i;

/** A text without the addresses of people. */
export const withoutAddresses = (text: string): string => text.replaceAll(ADDRESS, '[address]');

/**
 * A text without lines that hold a secret and without addresses of people, and how many lines went: the words of a ticket (OPS-07), and why
 * operators decide what concerns nobody in particular. No key of a person reaches that, and it is not refused either: spending
 * must be halted whatever the words are (ES-13).
 */
export const redacted = (text: string): Readonly<{ text: string; cutOut: number }> => {
  const found = new Set(secretsByFormat('', text).map(({ line }) => line));
  let cutOut = 0;
  const lines = text.split('\n').map((line, index) => {
    if (!found.has(index + 1) && !NAMED.test(line)) return withoutAddresses(line);
    cutOut += 1;
    return CUT_OUT;
  });
  return { text: lines.join('\n'), cutOut };
};
