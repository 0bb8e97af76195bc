/** Variants of strings that a grammar would tell apart: signs, spaces, case, cuts, doubling, separators, splices. */
import { sequence, unique } from './order.ts';

const swapCase = (text: string): string =>
  [...text].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join('');

/** All systematic variants of one string; `fragments` are separators and marks that the code looks for. */
export function variants(text: string, fragments: readonly string[]): readonly string[] {
  const middle = Math.floor(text.length / 2);
  const out = [
    text.toUpperCase(),
    swapCase(text),
    ` ${text}`,
    `${text} `,
    `  ${text}\t`,
    `-${text}`,
    `+${text}`,
    text.slice(1),
    text.slice(0, -1),
    text.slice(0, middle),
    text.slice(middle),
    `${text.slice(0, middle)} ${text.slice(middle)}`,
    text.replaceAll(' ', ''),
    text.replaceAll(' ', '  '),
    text + text,
    `"${text}"`,
    text.replace(/\d+/g, (digits) => String(Number(digits) + 1)),
    text.replace(/\d/, '0'),
    text.replace(/\d/, '1.5'),
    text.replace(/[a-z]+/i, ''),
  ];
  for (const fragment of fragments) {
    out.push(
      text + fragment,
      fragment + text,
      text + fragment + text,
      `${text.slice(0, middle)}${fragment}${text.slice(middle)}`,
    );
    if (text.includes(fragment)) {
      out.push(
        text.replace(fragment, ''),
        text.replace(fragment, fragment + fragment),
        text.replaceAll(fragment, ` ${fragment} `),
      );
      for (const other of fragments) if (other !== fragment) out.push(text.replace(fragment, other));
    }
  }
  return unique(out).filter((one) => one !== text && one.length <= 300);
}

/** `count` texts put together from pieces of the given ones, in an order that `seed` determines. */
export function splices(
  texts: readonly string[],
  fragments: readonly string[],
  count: number,
  seed: string,
): readonly string[] {
  if (texts.length === 0) return [];
  const next = sequence(seed);
  const pick = (from: readonly string[]): string => from[next() % from.length] ?? '';
  const made: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const a = pick(texts);
    const b = pick(texts);
    const fragment = fragments.length === 0 ? '' : pick(fragments);
    const cutA = a.length === 0 ? 0 : next() % (a.length + 1);
    const cutB = b.length === 0 ? 0 : next() % (b.length + 1);
    switch (next() % 5) {
      case 0:
        made.push(a + fragment + b);
        break;
      case 1:
        made.push(a.slice(0, cutA) + b.slice(cutB));
        break;
      case 2:
        made.push(a.slice(0, cutA) + fragment + a.slice(cutA));
        break;
      case 3:
        made.push(a.slice(0, cutA) + a.slice(cutA + 1));
        break;
      default:
        made.push(a.slice(0, cutA) + b + a.slice(cutA));
    }
  }
  return unique(made).filter((one) => one.length <= 300);
}
