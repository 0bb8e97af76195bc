import type { Json } from '../../kernel/message.ts';

/**
 * Characters of JSON that a list may have in one event. An event of the log holds 256 KiB, a character at most three bytes,
 * and no event has more than two lists.
 */
const LIST_CHARS = 36_000;

/** The first items, as many as fit, and how many more there were; nothing is said where all of them fit. */
export const bounded = <Item extends Json>(
  items: readonly Item[],
  chars: number = LIST_CHARS,
): Readonly<{ items: readonly Item[]; rest: Readonly<{ omitted?: number }> }> => {
  let room = chars;
  const fits = items.findIndex((item) => {
    room -= JSON.stringify(item).length + 1;
    return room < 0;
  });
  return fits < 0
    ? { items, rest: {} }
    : { items: items.slice(0, fits), rest: { omitted: items.length - fits } };
};
