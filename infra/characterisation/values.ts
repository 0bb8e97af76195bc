/** Input values, as expression texts, that the evidence about a parameter suggests. */
import {
  type Candidates,
  type Context,
  interleave,
  MAX_DEPTH,
  type Made,
  type Pools,
  WRONG,
} from './candidates.ts';
import { dictionaryValues, functionValues, objectValues, ownNames } from './object-values.ts';
import { sequence, unique } from './order.ts';
import { flatten, type Kind, type Profile } from './profile.ts';
import { iteratedValues, PROTOCOL_KINDS, protocolKinds } from './protocol-values.ts';
import { STREAM_KINDS, streamKinds, streamValues } from './stream-values.ts';
import { stringValues } from './string-values.ts';

/**
 * @param shownHere expressions that documentation, tests or code use in this place
 * @param seed decides the order of what is put together
 */
export function candidatesFor(
  profile: Profile,
  pools: Pools,
  shownHere: readonly string[],
  seed: string,
  depth = 0,
  rich = true,
): Candidates {
  const flat = flatten(profile);
  const elsewhere = depth > 0 ? [] : [...flat.names].flatMap((name) => pools.byName.get(name) ?? []);
  const examples = unique([...shownHere, ...elsewhere.slice(0, 30)]);
  const used = depth < MAX_DEPTH ? [...streamKinds(flat, pools.streams), ...protocolKinds(flat)] : [];
  const kinds = likelyKinds(flat, examples, used);
  const context: Context = {
    flat,
    pools,
    examples,
    seed,
    depth,
    rich,
    nested: (inner, shown, innerSeed, innerRich) =>
      candidatesFor(inner, pools, shown, innerSeed, depth + 1, innerRich && depth === 0),
  };
  const made: Made[] = [{ typical: [...flat.literals], boundary: [] }];
  const objects = kinds.has('object') ? objectValues(context) : null;
  for (const kind of STREAM_KINDS)
    if (kinds.has(kind)) made.push(streamValues(kind, context, objects?.typical.slice(0, 40) ?? []));
  if (objects !== null) made.push(objects);
  if (kinds.has('string')) made.push(stringValues(context));
  if (kinds.has('number')) made.push(numberValues(context));
  const isGoneThrough = PROTOCOL_KINDS.some((kind) => kinds.has(kind));
  const arrays = kinds.has('array') || isGoneThrough ? arrayValues(context) : null;
  if (arrays !== null && kinds.has('array')) made.push(arrays);
  for (const kind of PROTOCOL_KINDS)
    if (arrays !== null && kinds.has(kind)) made.push(iteratedValues(kind, arrays.typical));
  if (kinds.has('dictionary')) made.push(dictionaryValues(context));
  if (kinds.has('function')) made.push(functionValues(context));
  for (const node of flat.instances) made.push({ typical: pools.instances(node), boundary: [] });
  for (const kind of kinds) {
    const few = FEW[kind];
    if (few !== undefined) made.push(few);
  }
  if (kinds.has('regexp')) made.push({ typical: pools.reach.regexes.slice(0, 6), boundary: [] });
  const typical = unique([...examples, ...interleave(made.map((one) => one.typical))]);
  const seen = new Set(typical);
  return {
    typical,
    boundary: unique(interleave(made.map((one) => one.boundary))).filter((one) => !seen.has(one)),
    wrong: WRONG.filter((one) => !seen.has(one)),
  };
}

/** Kinds of which a handful of values says enough. */
const FEW: Readonly<Partial<Record<Kind, Made>>> = {
  boolean: { typical: ['true', 'false'], boundary: [] },
  nullish: { typical: [], boundary: ['undefined', 'null'] },
  date: {
    typical: ['new Date(0)', 'new Date(951827696789)'],
    boundary: ['new Date(NaN)', 'new Date(-1)', 'new Date(8640000000000000)'],
  },
  regexp: { typical: ['/a/', '/[{(]/'], boundary: ['/$^/', '/b+/g', '/x|}/i', '/[})]/'] },
  error: {
    typical: [
      `new Error('failed')`,
      `Object.assign(new TypeError('typed'), { code: 'E_CODE', status: 404 })`,
    ],
    boundary: [],
  },
  buffer: {
    typical: [`Buffer.from('hello')`, 'Buffer.alloc(0)', 'new Uint8Array([1, 2, 255])'],
    // The parts of a character in UTF-8, and of one in UTF-16.
    boundary: [
      'Buffer.from([97, 226])',
      'Buffer.from([130, 172, 98])',
      'Buffer.from([240, 159])',
      'Buffer.from([61, 216])',
    ],
  },
  map: {
    typical: [
      `new Map([['a', 1], ['b', 2]])`,
      'new Map()',
      `new Map([['a', 1]])`,
      `new Map([['a', 1], ['b', 3]])`,
      `new Map([['a', 1], ['c', 2]])`,
    ],
    boundary: [],
  },
  set: {
    typical: [`new Set(['a', 'b'])`, 'new Set()', `new Set(['a'])`, `new Set(['a', 'c'])`],
    boundary: [],
  },
  signal: {
    typical: [`s.signal('open')`, `s.signal('aborted')`, `s.signal('later')`],
    boundary: [`s.signal('aborted', new Error('stopped'))`, `s.signal('later', 'a text')`],
  },
  url: {
    typical: [
      `new URL('https://user:pw@example.com:8080/path/a.b?x=1&x=2&y#hash')`,
      `new URL('http://localhost/')`,
    ],
    boundary: [`new URL('file:///a/b%20c.txt')`, `new URL('mailto:a@example.com')`],
  },
  'url parameters': {
    typical: [`new URLSearchParams('a=1&b=2&a=3')`, 'new URLSearchParams()'],
    boundary: [`new URLSearchParams('q=%26+x')`],
  },
  'typed array': {
    typical: [
      'new Uint16Array([1, 65535])',
      'new Float64Array([0.5, -1])',
      'new Uint8Array([1, 2, 3]).subarray(1)',
      'new Uint8Array([97, 98]).buffer',
    ],
    boundary: ['new DataView(new ArrayBuffer(4), 1)', 'new Int32Array(0)', 'new BigInt64Array([1n])'],
  },
  promise: { typical: ['Promise.resolve(1)'], boundary: [`Promise.reject(new Error('rejected'))`] },
  bigint: { typical: ['10n', '-1n'], boundary: [] },
  symbol: { typical: [`Symbol('s')`], boundary: [] },
  class: {
    typical: ['class Made { constructor(...given) { this.given = given; } }', 'Object', `s.fn('Made')`],
    boundary: ['Date', '() => {}'],
  },
};

const kindOfText = (text: string): Kind | null => {
  if (/^['"`]/.test(text)) return 'string';
  if (/^-?[\d.]/.test(text)) return text.endsWith('n') ? 'bigint' : 'number';
  if (text.startsWith('[')) return 'array';
  if (text.startsWith('{')) return 'object';
  if (/^(?:function|\(?[\w, ]*\)?\s*=>|s\.)/.test(text)) return 'function';
  if (/^(?:true|false)$/.test(text)) return 'boolean';
  if (/^new Date/.test(text)) return 'date';
  return text.startsWith('/') ? 'regexp' : null;
};

/** Which kinds of values are worth making. With no evidence at all: strings, numbers and what the examples show. */
function likelyKinds(flat: Profile, examples: readonly string[], used: readonly Kind[]): ReadonlySet<Kind> {
  const kinds = new Set([...flat.kinds, ...used]);
  for (const example of examples) {
    const kind = kindOfText(example);
    if (kind !== null) kinds.add(kind);
  }
  const names = ownNames(flat);
  // What takes an instance of an own class reads its members; objects that only look like one say little.
  const looksLikeInstance = flat.instances.size > 0 && !examples.some((one) => one.startsWith('{'));
  if (looksLikeInstance) kinds.delete('object');
  else if (names.length > 0) kinds.add('object');
  if (flat.regexes.size > 0) kinds.add('string');
  if (kinds.has('object') && names.length === 0 && examples.length === 0 && flat.element === null)
    kinds.add('dictionary');
  const strong = [...kinds].filter((kind) => kind !== 'boolean' && kind !== 'nullish');
  if (strong.length === 0) {
    if (flat.element !== null) kinds.add('array').add('string').add('dictionary');
    else if (!kinds.has('boolean')) kinds.add('string').add('number').add('array');
    else if (flat.fragments.size > 0 || flat.lengths.size > 0) kinds.add('string');
  }
  if (flat.element !== null && kinds.has('dictionary')) kinds.add('array');
  return kinds;
}

const COMMON = ['0', '1', '2', '5', '10', '100', '1000', '-1', '1.5'];
const EDGES = [
  '-0',
  'NaN',
  'Infinity',
  '-Infinity',
  '9007199254740991',
  '9007199254740992',
  '1e21',
  '1e-7',
  '0.1',
  '-2.5',
  '123456.789',
  '-1000.5',
  '2147483648',
  '4294967296',
  `'12'`,
  `'1.5'`,
];

function numberValues({ flat, pools, rich }: Context): Made {
  const text = (n: number): string => (Object.is(n, -0) ? '-0' : String(n));
  const literal = [...flat.literals].map(Number).filter(Number.isFinite);
  const pool = unique([...literal, ...pools.reach.numbers]).slice(0, rich ? 40 : 8);
  const near = pool.flatMap((n) => [n, n - 1, n + 1, -n, n * 1.5, n * 1.5 - 1, n * 2, n / 2, n * 10 + 0.25]);
  return {
    typical: rich
      ? unique([...pool.map(text), ...COMMON])
      : unique([...literal.map(text), ...COMMON.slice(0, 5)]),
    boundary: unique(interleave([near.map(text), EDGES])).slice(0, rich ? 400 : 12),
  };
}

function arrayValues({ flat, seed, depth, rich, examples, nested }: Context): Made {
  if (depth >= MAX_DEPTH) return { typical: ['[]'], boundary: [] };
  const element = nested(flat.elements(), elementsOf(examples), `${seed}/[]`, rich);
  const items = [...element.typical.slice(0, 80), ...element.boundary.slice(0, 80)];
  const next = sequence(`${seed}/array`);
  const pick = (): string => items[next() % Math.max(1, items.length)] ?? `'a'`;
  const lengthOf = (): number => (flat.tuple > 1 && next() % 4 !== 0 ? flat.tuple : 1 + (next() % 4));
  const made = Array.from(
    { length: rich ? 400 : 10 },
    () => `[${Array.from({ length: lengthOf() }, pick).join(', ')}]`,
  );
  const singles = items.slice(0, rich ? 120 : 4).map((item) => `[${item}]`);
  const first = items[0] ?? '1';
  return {
    typical: flat.tuple > 1 ? [...made, ...singles] : interleave([singles, made]),
    boundary: ['[]', `[${first}, ${first}]`, '[undefined]', '[null]', '[[]]', '[, 1]', `['b', 'a']`],
  };
}

/** Strings and numbers inside of example arrays. */
function elementsOf(examples: readonly string[]): readonly string[] {
  const arrays = examples.filter((one) => one.startsWith('['));
  return unique(
    arrays.flatMap((one) => one.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\b\d+(?:\.\d+)?\b/g) ?? []),
  );
}
