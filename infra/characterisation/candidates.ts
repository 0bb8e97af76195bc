/** What the makers of input values share. */
import type { Profile } from './profile.ts';
import type { Reach } from './reach.ts';
import type { World } from './worlds.ts';

export type Candidates = Readonly<{
  /** Inputs the code is made for, as expression texts; the most telling first. */
  typical: readonly string[];
  /** Edges of those: neighbours of constants, changed strings, empty and long values. */
  boundary: readonly string[];
  /** Values of other types. */
  wrong: readonly string[];
}>;

export type Made = Pick<Candidates, 'typical' | 'boundary'>;

export type Pools = Readonly<{
  reach: Reach;
  /** Texts from documentation and tests. */
  texts: readonly string[];
  /** Strings inside the examples of this subject: using them again makes two inputs fit each other. */
  tokens: readonly string[];
  /** Expressions that parameters of a name are shown with, anywhere in the package. */
  byName: ReadonlyMap<string, readonly string[]>;
  /** The package is about streams: what is named after one is one. */
  streams: boolean;
  /** Names of the events that the package tells. */
  events: readonly string[];
  /** Processes with what the package asks of its own. */
  worlds: readonly World[];
  /** How many times the usual number of strings to make: a function of one argument can use more. */
  volume: number;
  /** `new m['x.js']('1')` expressions of a class, by class node. */
  instances: (node: object) => readonly string[];
}>;

export type Context = Readonly<{
  flat: Profile;
  pools: Pools;
  examples: readonly string[];
  seed: string;
  depth: number;
  /** Many candidates: for an argument itself, and for elements and members that stand for one. */
  rich: boolean;
  nested: (profile: Profile, examples: readonly string[], seed: string, rich: boolean) => Candidates;
}>;

export const MAX_DEPTH = 3;

export const WRONG: readonly string[] = [
  'undefined',
  'null',
  'true',
  'false',
  '0',
  '1',
  '-1',
  '1.5',
  'NaN',
  `''`,
  `'text'`,
  '[]',
  `['a', 1]`,
  '{}',
  '{ a: 1 }',
  `Symbol('s')`,
  '10n',
  'new Date(0)',
  '/x/g',
  'new String("boxed")',
  'new Number(7)',
  `s.fn('unexpected')`,
  's.bare({ a: 1 })',
  'Infinity',
  '{ toString() { return "1"; } }',
  '{ valueOf() { return 2; } }',
];

/** One of each list in turn, until all end. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const out: T[] = [];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let at = 0; at < longest; at += 1) {
    for (const list of lists) {
      const item = list[at];
      if (item !== undefined) out.push(item);
    }
  }
  return out;
}

/** An item, the earlier the likelier. `roll` is a number of a sequence. */
export function pickEarly(from: readonly string[], roll: number, otherwise: string): string {
  const part = (roll % 10_000) / 10_000;
  return from[Math.floor(from.length * part ** 1.7)] ?? otherwise;
}
