/** Strings that a regular expression matches: every alternative at least once, repetitions short and longer. */
import { sequence, unique } from './order.ts';

type Node =
  | { kind: 'text'; of: (turn: number) => string }
  | { kind: 'all'; parts: Node[] }
  | { kind: 'any'; options: Node[] }
  | { kind: 'repeat'; of: Node; min: number; max: number }
  | { kind: 'group'; of: Node; index: number }
  | { kind: 'back'; index: number };

const CLASSES: Readonly<Record<string, string>> = {
  d: '0159',
  w: 'aZ_9',
  s: ' \t',
  D: 'x-',
  W: '-! ',
  S: 'a9',
};
const ESCAPES: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  v: '\v',
  f: '\f',
  '0': '\0',
  b: '',
  B: '',
};

class Parser {
  private at = 0;
  private groups = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  parse(): Node {
    const options: Node[] = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      options.push(this.sequence());
    }
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'any', options };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      parts.push(this.quantified(this.atom()));
    }
    return { kind: 'all', parts };
  }

  private quantified(of: Node): Node {
    const rest = this.source.slice(this.at);
    const match = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest);
    if (match === null) return of;
    this.at += match[0].length;
    if (match[1] === '*') return { kind: 'repeat', of, min: 0, max: 3 };
    if (match[1] === '+') return { kind: 'repeat', of, min: 1, max: 3 };
    if (match[1] === '?') return { kind: 'repeat', of, min: 0, max: 1 };
    const min = Number(match[2]);
    const max = match[3] === '' ? min : match[4] === '' ? min + 2 : Number(match[4]);
    return { kind: 'repeat', of, min: Math.min(min, 70), max: Math.min(max, 70) };
  }

  private atom(): Node {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    if (char === '(') return this.group();
    if (char === '[') return this.charClass();
    if (char === '\\') return this.escape();
    if (char === '^' || char === '$') return text('');
    if (char === '.') return pick('ax1.');
    return text(char);
  }

  private group(): Node {
    const head = /^\?(?::|=|!|<=|<!|<[A-Za-z_]\w*>)/.exec(this.source.slice(this.at));
    this.at += head?.[0].length ?? 0;
    const looksAround = head !== null && /^\?<?[=!]/.test(head[0]);
    const captures = head === null || /^\?<[A-Za-z_]/.test(head[0]);
    if (captures) this.groups += 1;
    const index = this.groups;
    const inner = this.parse();
    this.at += 1;
    if (looksAround) return text('');
    return captures ? { kind: 'group', of: inner, index } : inner;
  }

  private escape(): Node {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    const known = CLASSES[char];
    if (known !== undefined) return pick(known);
    if (/[1-9]/.test(char)) return { kind: 'back', index: Number(char) };
    return text(this.escapedChar(char));
  }

  /** The character after a backslash; `at` is already past `char`. */
  private escapedChar(char: string): string {
    const hex = char === 'x' ? /^[0-9a-f]{2}/i : char === 'u' ? /^(?:[0-9a-f]{4}|\{[0-9a-f]+\})/i : null;
    const digits = hex?.exec(this.source.slice(this.at))?.[0];
    if (digits !== undefined) {
      this.at += digits.length;
      return String.fromCodePoint(Number.parseInt(digits.replace(/[{}]/g, ''), 16));
    }
    return ESCAPES[char] ?? char;
  }

  private charClass(): Node {
    const negated = this.source[this.at] === '^';
    if (negated) this.at += 1;
    const chars: string[] = [];
    const ranges: [string, string][] = [];
    while (this.at < this.source.length && this.source[this.at] !== ']') {
      const low = this.classChar();
      const next = this.source[this.at + 1];
      if (this.source[this.at] === '-' && next !== undefined && next !== ']' && low.length === 1) {
        this.at += 1;
        ranges.push([low, this.classChar()]);
      } else {
        chars.push(...low);
      }
    }
    this.at += 1;
    for (const [low, high] of ranges) {
      const middle = String.fromCharCode((low.charCodeAt(0) + high.charCodeAt(0)) >> 1);
      chars.push(low, high, middle);
    }
    if (!negated) return pick(chars.join(''));
    const outside = [...'aZ0 -_.=;,{}"\\/'].filter(
      (one) => !chars.includes(one) && !ranges.some(([low, high]) => one >= low && one <= high),
    );
    return pick(outside.join(''));
  }

  private classChar(): string {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    if (char !== '\\') return char;
    const escaped = this.source[this.at] ?? '';
    this.at += 1;
    return CLASSES[escaped] ?? (escaped === 'b' ? '\b' : this.escapedChar(escaped));
  }
}

const text = (value: string): Node => ({ kind: 'text', of: () => value });
const pick = (from: string): Node => ({
  kind: 'text',
  of: (turn) => from[turn % Math.max(1, from.length)] ?? '',
});

/** Number of options of the widest alternation: that many samples show each of them. */
function width(node: Node): number {
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

function write(node: Node, next: () => number, turn: number, groups: Map<number, string>): string {
  switch (node.kind) {
    case 'text':
      return node.of(next());
    case 'all':
      return node.parts.map((part) => write(part, next, turn, groups)).join('');
    case 'any': {
      const chosen = node.options[turn % node.options.length];
      return chosen === undefined
        ? ''
        : write(chosen, next, Math.floor(turn / node.options.length) + turn, groups);
    }
    case 'repeat': {
      const count =
        turn === 0
          ? Math.max(node.min, Math.min(1, node.max))
          : node.min + (next() % (node.max - node.min + 1));
      return Array.from({ length: count }, () => write(node.of, next, turn, groups)).join('');
    }
    case 'group': {
      const value = write(node.of, next, turn, groups);
      groups.set(node.index, value);
      return value;
    }
    case 'back':
      return groups.get(node.index) ?? '';
  }
}

/**
 * @param literal a regular expression literal, `/source/flags`
 * @param limit most samples to give
 * @returns strings that most likely match; look-arounds and word boundaries are ignored
 */
export function regexSamples(literal: string, limit: number): readonly string[] {
  const end = literal.lastIndexOf('/');
  const tree = new Parser(literal.slice(1, end)).parse();
  const count = Math.min(limit, Math.max(6, width(tree) * 2));
  const samples = Array.from({ length: count }, (_, turn) =>
    write(tree, sequence(`${literal}/${turn}`), turn, new Map()),
  );
  return unique(samples).filter((one) => one.length <= 200);
}
