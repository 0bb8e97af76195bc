/** Variants of strings that a grammar would tell apart: signs, spaces, case, cuts, doubling, separators, splices. */
import { bracketsOf } from './brackets.ts';
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

/** Runs of letters, runs of digits, and every other character by itself. */
const tokensOf = (text: string): readonly string[] => text.match(/[A-Za-z]+|\d+|[^A-Za-z\d]/g) ?? [];

const NUMBERS = ['0', '1', '2', '3', '10', '9', '01', '100'];

/**
 * `count` texts with the structure of the given ones: tokens exchanged for others of their class, dropped, doubled,
 * swapped with a neighbour, or replaced by a whole other text. Grammars accept many more of these than of cut strings.
 */
export function restructured(
  texts: readonly string[],
  fragments: readonly string[],
  count: number,
  seed: string,
): readonly string[] {
  const parsed = texts.map(tokensOf).filter((tokens) => tokens.length > 0);
  if (parsed.length === 0) return [];
  const next = sequence(seed);
  const pick = <T>(from: readonly T[]): T | undefined => from[next() % Math.max(1, from.length)];
  const words = unique(parsed.flat().filter((token) => /^[A-Za-z]/.test(token)));
  const marks = unique([...parsed.flat().filter((token) => /^[^A-Za-z\d]/.test(token)), ...fragments]);
  const pairs = bracketsOf(marks);
  const other = (token: string): string => {
    if (/^\d/.test(token)) return pick(NUMBERS) ?? token;
    return pick(/^[A-Za-z]/.test(token) ? words : marks) ?? token;
  };
  const made: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const tokens = [...(pick(parsed) ?? [])];
    for (let edits = 1 + (next() % 2); edits > 0; edits -= 1) {
      const at = next() % Math.max(1, tokens.length);
      const token = tokens[at] ?? '';
      switch (next() % 8) {
        case 0:
        case 1:
        case 2:
          tokens[at] = other(token);
          break;
        case 3:
          tokens.splice(at, 1);
          break;
        case 4:
          tokens.splice(at, 0, token);
          break;
        case 5:
          tokens.splice(at, 0, pick(marks) ?? token);
          break;
        case 6: {
          const [open, close] = pick(pairs) ?? ['', ''];
          tokens[at] = `${open}${next() % 2 === 0 ? token : (pick(parsed) ?? []).join('')}${close}`;
          break;
        }
        default:
          tokens[at] = (pick(parsed) ?? []).join('');
      }
    }
    made.push(tokens.join(''));
  }
  return unique(made).filter((one) => one.length <= 200 && !texts.includes(one));
}

const shape = (text: string): ReadonlySet<string> => {
  const mapped = ` ${text.replace(/[A-Za-z]+/g, 'a').replace(/\d+/g, '0')} `;
  return new Set(Array.from({ length: mapped.length - 1 }, (_, at) => mapped.slice(at, at + 2)));
};

/** `count` texts of nothing but the marks the code looks for and short words, in all orders. */
export function fromFragments(fragments: readonly string[], count: number, seed: string): readonly string[] {
  if (fragments.length === 0) return [];
  const next = sequence(seed);
  const words = ['a', 'b', 'foo', '1', '', 'B2'];
  return unique(
    Array.from({ length: count }, () =>
      Array.from({ length: 1 + (next() % 5) }, () => {
        const mark = fragments[next() % fragments.length] ?? '';
        return next() % 4 === 0 ? mark : `${mark}${words[next() % words.length] ?? ''}`;
      }).join(''),
    ),
  );
}

/** Below this a text is prose or a name of something else. */
const LEAST_ALIKE = 0.15;

/** The texts that resemble the models or hold marks the code looks for, most of all first; all of them where there is nothing to go by. */
export function mostAlike(
  texts: readonly string[],
  models: readonly string[],
  fragments: readonly string[] = [],
): readonly string[] {
  if (models.length === 0 && fragments.length === 0) return texts;
  const shapes = models.slice(0, 30).map(shape);
  const score = (text: string): number => {
    const own = shape(text);
    const marks = fragments.filter((fragment) => text.includes(fragment)).length;
    return (
      marks * 0.15 +
      Math.max(
        0,
        ...shapes.map((model) => {
          const shared = [...own].filter((pair) => model.has(pair)).length;
          return shared / (own.size + model.size - shared);
        }),
      )
    );
  };
  return texts
    .map((text, at) => ({ text, at, score: score(text) }))
    .filter((one) => one.score >= LEAST_ALIKE)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ text }) => text);
}
