/** Strings that a regular expression matches: every alternative, repetitions short and longer, every character of its classes; and near misses. */
import { sequence, unique } from './order.ts';
import { type RegexNode, regexTree } from './regex-tree.ts';

/** Longest run of a class that shows its characters. */
const MAX_SWEEP = 80;
const MAX_SAMPLE = 200;

/** Number of options of the widest alternation: that many samples show each of them. */
function width(node: RegexNode): number {
  switch (node.kind) {
    case 'all':
      return Math.max(1, ...node.parts.map(width));
    case 'any':
      return Math.max(
        node.options.reduce((sum, one) => sum + Math.max(1, width(one)), 0),
        1,
      );
    case 'repeat':
    case 'group':
      return width(node.of) + (node.kind === 'repeat' && node.min === 0 ? 1 : 0);
    default:
      return 1;
  }
}

type Writing = Readonly<{
  turn: number;
  next: () => number;
  groups: Map<number, string>;
  /** `all`: a repeated class shows all of its characters; `near`: one class is left by a little. */
  classes: 'some' | 'all' | 'near';
  /** With `near`: which class is left, counted from 0, and by which of its neighbours. */
  missed?: Readonly<{ class: number; by: number; seen: { count: number } }>;
}>;

function writeClass(node: RegexNode & { kind: 'class' }, writing: Writing): string {
  const { missed } = writing;
  if (missed !== undefined) {
    const at = missed.seen.count;
    missed.seen.count += 1;
    if (at === missed.class) return node.near[missed.by % Math.max(1, node.near.length)] ?? '';
  }
  return node.chars[writing.next() % Math.max(1, node.chars.length)] ?? '';
}

function write(node: RegexNode, writing: Writing): string {
  const { turn, next, groups } = writing;
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'class':
      return writeClass(node, writing);
    case 'all':
      return node.parts.map((part) => write(part, writing)).join('');
    case 'any': {
      const chosen = node.options[turn % node.options.length];
      const inner = { ...writing, turn: Math.floor(turn / node.options.length) + turn };
      return chosen === undefined ? '' : write(chosen, inner);
    }
    case 'repeat': {
      if (writing.classes === 'all' && node.of.kind === 'class' && node.max > 1)
        return node.of.chars.slice(0, MAX_SWEEP);
      const count =
        turn === 0
          ? Math.max(node.min, Math.min(1, node.max))
          : node.min + (next() % (node.max - node.min + 1));
      return Array.from({ length: count }, () => write(node.of, writing)).join('');
    }
    case 'group': {
      const value = write(node.of, writing);
      groups.set(node.index, value);
      return value;
    }
    case 'back':
      return groups.get(node.index) ?? '';
  }
}

function sample(
  literal: string,
  turn: number,
  classes: Writing['classes'],
  missed?: Writing['missed'],
): string {
  const groups = new Map<number, string>();
  const next = sequence(`${literal}/${turn}`);
  return write(regexTree(literal), {
    turn,
    next,
    groups,
    classes,
    ...(missed === undefined ? {} : { missed }),
  });
}

const short = (samples: readonly string[]): readonly string[] =>
  unique(samples).filter((one) => one.length <= MAX_SAMPLE);

/**
 * @param literal a regular expression literal, `/source/flags`
 * @param limit most samples to give
 * @returns strings that most likely match; look-arounds and word boundaries are ignored
 */
export function regexSamples(literal: string, limit: number): readonly string[] {
  const count = Math.min(limit, Math.max(6, width(regexTree(literal)) * 3));
  const [first = '', ...others] = Array.from({ length: count }, (_, turn) => sample(literal, turn, 'some'));
  return short([first, sample(literal, 0, 'all'), ...others]);
}

/** Strings that would match but for one character, just beside what its class allows. */
export const nearMisses = (literal: string, limit: number): readonly string[] =>
  short(
    Array.from({ length: limit }, (_, at) =>
      sample(literal, at % 3, 'near', { class: at % 4, by: Math.floor(at / 4), seen: { count: 0 } }),
    ),
  );
