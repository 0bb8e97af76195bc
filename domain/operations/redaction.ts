import { withoutAddresses } from '../kernel/addresses.ts';
import { KEY_BLOCK, secretsByFormat } from '../kernel/secrets.ts';

const CUT_OUT = '[cut out: it held a secret]';
/** In place of the address of a person. */
export const ADDRESS = '[address]';
/** `DB_PASSWORD=...`, `api_key: ...`, `Authorization: Bearer ...`: the name says that what follows is a secret. */
const NAMED =
  /(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie)\w{0,40}["']?\s{0,40}[:=]/i;

/**
 * A text without lines that hold a secret and without addresses of people, and how many lines went: the words of a ticket (OPS-07), and why
 * operators decide what concerns nobody in particular. No key of a person reaches that, and it is not refused either: spending
 * must be halted whatever the words are (ES-13).
 */
export const redacted = (text: string): Readonly<{ text: string; cutOut: number }> => {
  let cutOut = 0;
  const withoutKeys = text.replace(KEY_BLOCK, (block) => {
    cutOut += block.split('\n').length;
    return CUT_OUT;
  });
  const found = new Set(secretsByFormat('', withoutKeys).map(({ line }) => line));
  const lines = withoutKeys.split('\n').map((line, index) => {
    if (!found.has(index + 1) && !NAMED.test(line)) return withoutAddresses(line, ADDRESS);
    cutOut += 1;
    return CUT_OUT;
  });
  return { text: lines.join('\n'), cutOut };
};
