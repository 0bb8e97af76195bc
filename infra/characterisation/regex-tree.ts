/** The structure of a regular expression, as far as writing strings that match it needs. */

export type RegexNode =
  | { kind: 'text'; text: string }
  /** `chars` match, most telling first; `near` are the characters beside its ranges, which do not. */
  | { kind: 'class'; chars: string; near: string }
  | { kind: 'all'; parts: RegexNode[] }
  | { kind: 'any'; options: RegexNode[] }
  | { kind: 'repeat'; of: RegexNode; min: number; max: number }
  | { kind: 'group'; of: RegexNode; index: number }
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

/** What negated classes are filled from. */
const COMMON_CHARS = 'aZ0 -_.=;,{}"\\/';

class Parser {
  private at = 0;
  private groups = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  parse(): RegexNode {
    const options: RegexNode[] = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      options.push(this.sequence());
    }
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'any', options };
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      parts.push(this.quantified(this.atom()));
    }
    return { kind: 'all', parts };
  }

  private quantified(of: RegexNode): RegexNode {
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

  private atom(): RegexNode {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    if (char === '(') return this.group();
    if (char === '[') return this.charClass();
    if (char === '\\') return this.escape();
    if (char === '^' || char === '$') return text('');
    if (char === '.') return oneOf('ax1.', '\n');
    return text(char);
  }

  private group(): RegexNode {
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

  private escape(): RegexNode {
    const char = this.source[this.at] ?? '';
    this.at += 1;
    const known = CLASSES[char];
    if (known !== undefined) return oneOf(known, outsideOf(known));
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

  private charClass(): RegexNode {
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
    const isIn = (one: string): boolean =>
      chars.includes(one) || ranges.some(([low, high]) => one >= low && one <= high);
    const outside = [...COMMON_CHARS].filter((one) => !isIn(one));
    if (negated) return oneOf(outside.join(''), chars.join(''));
    const beside = ranges
      .flatMap(([low, high]) => [low.charCodeAt(0) - 1, high.charCodeAt(0) + 1])
      .filter((code) => code > 0)
      .map((code) => String.fromCharCode(code))
      .filter((one) => !isIn(one));
    return oneOf(chars.join(''), [...beside, ...outside].join(''));
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

const text = (value: string): RegexNode => ({ kind: 'text', text: value });
const oneOf = (chars: string, near: string): RegexNode => ({ kind: 'class', chars, near });
const outsideOf = (chars: string): string => [...COMMON_CHARS].filter((one) => !chars.includes(one)).join('');

/** @param literal a regular expression literal, `/source/flags` */
export const regexTree = (literal: string): RegexNode =>
  new Parser(literal.slice(1, literal.lastIndexOf('/'))).parse();
