/** Longer strings put together from parts that a grammar knows: what its patterns match, between its marks, in its brackets. */
import { bracketsOf } from './brackets.ts';
import { sequence, unique } from './order.ts';

const MAX_LENGTH = 200;
/**
 * @param wholes texts that are accepted as they are
 * @param patterns samples of each pattern that is used on the text or on a part of it
 * @param marks separators and brackets that the code looks for
 * @returns `count` texts, in an order that `seed` determines
 */
export function assembled(
  wholes: readonly string[],
  patterns: readonly (readonly string[])[],
  marks: readonly string[],
  count: number,
  seed: string,
): readonly string[] {
  const lists = patterns.filter((samples) => samples.length > 0);
  const brackets = bracketsOf(marks);
  if (lists.length === 0 && (brackets.length === 0 || wholes.length === 0)) return [];
  const next = sequence(seed);
  const from = <T>(list: readonly T[], otherwise: T): T =>
    list[next() % Math.max(1, list.length)] ?? otherwise;
  const piece = (): string => {
    const fromPattern = lists.length > 0 && (wholes.length === 0 || next() % 4 !== 0);
    return fromPattern ? from(from(lists, []), '') : from(wholes, 'a');
  };
  const mark = (): string => from(marks, '');
  const group = (): string => {
    const [open, close] = from(brackets, ['', '']);
    const inner = [piece(), ...(next() % 2 === 0 ? [] : [mark(), piece()])].join('');
    return `${open}${inner}${close}`;
  };
  const made = Array.from({ length: count }, () => {
    switch (next() % 8) {
      case 0:
        return piece() + piece();
      case 1:
        return piece() + mark() + piece();
      case 2:
        return from(wholes, piece()) + from(from(lists, wholes), '');
      case 3:
        return from(wholes, piece()) + mark() + from(from(lists, wholes), '');
      case 4:
        return [piece(), piece(), piece()].join(mark());
      case 5:
        return group();
      case 6:
        return `${next() % 2 === 0 ? '' : piece()}${group()}${next() % 2 === 0 ? '' : piece()}`;
      default:
        return group() + (next() % 2 === 0 ? mark() : '') + group();
    }
  });
  return unique(made).filter((one) => one.length <= MAX_LENGTH);
}

/** The texts with each of their first numbers in turn set to `numbers` and the neighbours of those. */
export function renumbered(texts: readonly string[], numbers: readonly number[]): readonly string[] {
  const near = unique(numbers.filter(Number.isSafeInteger).flatMap((one) => [one, one + 1, one - 1])).filter(
    (one) => one >= 0,
  );
  return texts.flatMap((text) => {
    const found = [...text.matchAll(/\d+/g)].slice(0, 4);
    return near.flatMap((number) =>
      found.map(({ index, 0: digits }) => text.slice(0, index) + number + text.slice(index + digits.length)),
    );
  });
}
