/** Input values, as expression texts, that the evidence about a parameter suggests. Most telling first. */
import { literalString, stringLiteral } from './constants.ts';
import { sequence, shuffled, unique } from './order.ts';
import { ARRAY_METHODS, flatten, type Kind, type Profile, STRING_METHODS } from './profile.ts';
import type { Reach } from './reach.ts';
import { regexSamples } from './regex-samples.ts';
import { splices, variants } from './strings.ts';

export type Candidates = Readonly<{
  /** Inputs the code is made for. */
  typical: readonly string[];
  /** Edges of those: neighbours of constants, mutated strings, empty and long values. */
  boundary: readonly string[];
  /** Values of other types. */
  wrong: readonly string[];
}>;

export type Pools = Readonly<{
  reach: Reach;
  /** Texts from documentation and tests. */
  texts: readonly string[];
  /** `new m['x.js']('1')` expressions of a class, by class node. */
  instances: (node: object) => readonly string[];
}>;

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
  `{ a: 1 }`,
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

const MAX_DEPTH = 3;

/** Number of candidates to make for one value; nested values get fewer. */
type Size = Readonly<{ strings: number; objects: number }>;

const sizeAt = (depth: number): Size =>
  depth === 0
    ? { strings: 260, objects: 70 }
    : depth === 1
      ? { strings: 40, objects: 16 }
      : { strings: 12, objects: 6 };

export function candidatesFor(
  profile: Profile,
  pools: Pools,
  examples: readonly string[],
  seed: string,
  depth = 0,
  rich = depth === 0,
): Candidates {
  const flat = flatten(profile);
  const kinds = likelyKinds(flat, examples);
  const typical: string[] = [...examples];
  const boundary: string[] = [];
  const add = (made: Pick<Candidates, 'typical' | 'boundary'>): void => {
    typical.push(...made.typical);
    boundary.push(...made.boundary);
  };
  const context: Context = { flat, pools, examples, seed, depth, rich, size: sizeAt(rich ? 0 : depth) };
  typical.push(...flat.literals);
  for (const node of flat.instances) typical.push(...pools.instances(node));
  if (kinds.has('string')) add(stringValues(context));
  if (kinds.has('number')) add(numberValues(context));
  if (kinds.has('array')) add(arrayValues(context));
  if (kinds.has('object')) add(objectValues(context));
  if (kinds.has('dictionary')) add(dictionaryValues(context));
  if (kinds.has('boolean')) typical.push('true', 'false');
  if (kinds.has('function')) add(functionValues(context));
  if (kinds.has('date')) {
    typical.push('new Date(0)', 'new Date(951827696789)');
    boundary.push('new Date(NaN)', 'new Date(-1)', 'new Date(8640000000000000)');
  }
  if (kinds.has('regexp')) {
    typical.push('/a/', '/[{(]/', ...pools.reach.regexes.slice(0, 6));
    boundary.push('/$^/', '/b+/g', '/x|}/i', '/[})]/');
  }
  if (kinds.has('error'))
    typical.push(
      `new Error('failed')`,
      `Object.assign(new TypeError('typed'), { code: 'E_CODE', status: 404 })`,
    );
  if (kinds.has('buffer'))
    typical.push(`Buffer.from('hello')`, 'Buffer.alloc(0)', 'new Uint8Array([1, 2, 255])');
  if (kinds.has('map')) typical.push(`new Map([['a', 1], ['b', 2]])`, 'new Map()');
  if (kinds.has('set')) typical.push(`new Set(['a', 'b'])`, 'new Set()');
  if (kinds.has('promise')) typical.push(`Promise.resolve(1)`);
  if (kinds.has('bigint')) typical.push('10n', '-1n');
  if (kinds.has('symbol')) typical.push(`Symbol('s')`);
  if (kinds.has('nullish')) boundary.push('undefined', 'null');
  const seen = new Set(typical);
  return {
    typical: unique(typical),
    boundary: unique(boundary).filter((one) => !seen.has(one)),
    wrong: WRONG.filter((one) => !seen.has(one)),
  };
}

type Context = Readonly<{
  flat: Profile;
  pools: Pools;
  examples: readonly string[];
  seed: string;
  depth: number;
  /** Many candidates: for an argument itself and for the elements of an array argument. */
  rich: boolean;
  size: Size;
}>;

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
function likelyKinds(flat: Profile, examples: readonly string[]): ReadonlySet<Kind> {
  const kinds = new Set(flat.kinds);
  for (const example of examples) {
    const kind = kindOfText(example);
    if (kind !== null) kinds.add(kind);
  }
  const names = [...flat.props.keys()].filter((name) => name !== 'length');
  const ownNames = names.filter(
    (name) => !STRING_METHODS.has(name) && !ARRAY_METHODS.has(name) && !INHERITED.has(name),
  );
  if (ownNames.length > 0) kinds.add('object');
  if (flat.regexes.size > 0) kinds.add('string');
  if (kinds.has('object') && ownNames.length === 0 && examples.length === 0 && flat.element === null)
    kinds.add('dictionary');
  const strong = [...kinds].filter((kind) => kind !== 'boolean' && kind !== 'nullish');
  if (strong.length === 0) {
    if (flat.element !== null) kinds.add('array').add('string').add('dictionary');
    else if (!kinds.has('boolean')) kinds.add('string').add('number').add('array');
    else if (flat.fragments.size > 0 || flat.lengths.size > 0) kinds.add('string');
  }
  if (flat.element !== null && !kinds.has('array') && kinds.has('dictionary')) kinds.add('array');
  return kinds;
}

const INHERITED = new Set([
  'toString',
  'valueOf',
  'hasOwnProperty',
  'constructor',
  'call',
  'apply',
  'bind',
  'indexOf',
  'slice',
  'includes',
  'concat',
  'toFixed',
  'getTime',
  'test',
  'exec',
  'keys',
  'toUTCString',
  'toISOString',
]);

function stringValues({
  flat,
  pools,
  examples,
  seed,
  rich,
  size,
}: Context): Pick<Candidates, 'typical' | 'boundary'> {
  const shown = [...examples, ...flat.literals].map(literalString).filter((one) => one !== null);
  const direct = [...flat.regexes].flatMap((regex) => regexSamples(regex, rich ? 40 : 8));
  const indirect = pools.reach.regexes
    .filter((regex) => !flat.regexes.has(regex))
    .flatMap((regex) => regexSamples(regex, rich ? 8 : 2));
  const wanted = rich ? 60 : 8;
  const docs = rich || shown.length === 0 ? shuffled(pools.texts, seed).slice(0, wanted) : [];
  const words = rich ? pools.reach.strings.slice(0, 60) : pools.reach.strings.slice(0, 4);
  const fragments = unique([
    ...flat.fragments,
    ...(rich ? pools.reach.strings.filter((one) => one.length <= 2) : []),
  ]).slice(0, 14);
  const main = unique([...shown, ...interleave([direct, docs, words, indirect])]);
  const seeds = unique([...shown, ...direct, ...docs, ...words, ...indirect]);
  const edges: string[] = ['', ' ', 'a', '0', '-', ...fragments];
  for (const length of flat.lengths) {
    if (length > 2_000) continue;
    for (const near of [length - 1, length, length + 1]) {
      if (near > 0)
        edges.push('1'.repeat(near), (shown[0] ?? direct[0] ?? 'a').padStart(near, ' ').slice(0, near));
    }
  }
  const changed = shuffled(seeds.slice(0, rich ? 30 : 3), seed).flatMap((text) =>
    variants(text, fragments).slice(0, 60),
  );
  const firstChanged = seeds.slice(0, 4).flatMap((text) => variants(text, fragments));
  const spliced = splices(seeds, fragments, size.strings, `${seed}/splice`);
  const literal = (texts: readonly string[]) => texts.map(stringLiteral);
  return {
    typical: literal(main.slice(0, rich ? 160 : 14)),
    boundary: literal(unique(interleave([edges, firstChanged, spliced, shuffled(changed, seed)]))).slice(
      0,
      size.strings * 2,
    ),
  };
}

function interleave<T>(lists: readonly (readonly T[])[]): T[] {
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

function numberValues({ flat, pools, rich }: Context): Pick<Candidates, 'typical' | 'boundary'> {
  const literal = [...flat.literals].map(Number).filter(Number.isFinite);
  const pool = unique([...literal, ...pools.reach.numbers]).slice(0, rich ? 40 : 8);
  const near = pool.flatMap((n) => [n, n - 1, n + 1, -n, n * 1.5, n * 1.5 - 1, n * 2, n / 2, n * 10 + 0.25]);
  const write = (n: number): string => (Object.is(n, -0) ? '-0' : String(n));
  const common = ['0', '1', '2', '5', '10', '100', '1000', '-1', '1.5'];
  return {
    typical: rich
      ? unique([...pool.map(write), ...common])
      : unique([...literal.map(write), ...common.slice(0, 5)]),
    boundary: unique([
      ...near.map(write),
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
    ]).slice(0, rich ? 400 : 12),
  };
}

function arrayValues(context: Context): Pick<Candidates, 'typical' | 'boundary'> {
  const { flat, pools, seed, depth, rich, examples } = context;
  if (depth >= MAX_DEPTH) return { typical: ['[]'], boundary: [] };
  const element = candidatesFor(
    flat.elements(),
    pools,
    elementsOf(examples),
    `${seed}/[]`,
    depth + 1,
    rich && depth === 0,
  );
  const items = [...element.typical.slice(0, 80), ...element.boundary.slice(0, 40)];
  const next = sequence(`${seed}/array`);
  const pick = (): string => items[next() % Math.max(1, items.length)] ?? `'a'`;
  const made: string[] = [];
  const wanted = depth === 0 ? 160 : 10;
  for (let i = 0; i < wanted; i += 1)
    made.push(`[${Array.from({ length: 1 + (next() % 4) }, pick).join(', ')}]`);
  const singles = items.slice(0, depth === 0 ? 60 : 4).map((item) => `[${item}]`);
  return {
    typical: interleave([singles, made]),
    boundary: [
      '[]',
      `[${items[0] ?? 1}, ${items[0] ?? 1}]`,
      '[undefined]',
      '[null]',
      '[[]]',
      '[, 1]',
      `['b', 'a']`,
    ],
  };
}

/** Elements of example arrays, by a shallow split that only keeps quoted strings and numbers. */
function elementsOf(examples: readonly string[]): readonly string[] {
  return unique(
    examples
      .filter((one) => one.startsWith('['))
      .flatMap((one) => one.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\b\d+(?:\.\d+)?\b/g) ?? []),
  );
}

const keyText = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name));

function objectValues(context: Context): Pick<Candidates, 'typical' | 'boundary'> {
  const { flat, pools, seed, depth, size } = context;
  if (depth >= MAX_DEPTH) return { typical: ['{}'], boundary: [] };
  const names = [...flat.props.keys()].filter(
    (name) =>
      name !== 'length' && !STRING_METHODS.has(name) && !ARRAY_METHODS.has(name) && !INHERITED.has(name),
  );
  const options = names.map((name) => {
    const prop = flat.prop(name);
    const made =
      flatten(prop).kinds.has('function') && flatten(prop).kinds.size <= 2
        ? methodValues(name, context)
        : candidatesFor(prop, pools, [], `${seed}.${name}`, depth + 1);
    return {
      name,
      typical: made.typical,
      all: unique([...made.typical.slice(0, 24), ...made.boundary.slice(0, 10), ...WRONG.slice(0, 8)]),
    };
  });
  const next = sequence(`${seed}/object`);
  const pick = (from: readonly string[]): string => from[next() % Math.max(1, from.length)] ?? 'undefined';
  const write = (pairs: readonly string[]): string => (pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`);
  const methods = options.filter((one) => one.typical[0]?.startsWith('s.') === true);
  const always = (except: string): readonly string[] =>
    methods.filter((one) => one.name !== except).map((one) => `${keyText(one.name)}: ${pick(one.typical)}`);
  const single = interleave(
    options.map((one) =>
      one.all
        .slice(0, depth === 0 ? 16 : 5)
        .map((value) => write([...always(one.name), `${keyText(one.name)}: ${value}`])),
    ),
  );
  const combined: string[] = [];
  for (let i = 0; i < size.objects * (depth === 0 ? 4 : 2) && options.length > 1; i += 1) {
    const chosen = options.filter(
      (one) => methods.includes(one) || next() % Math.max(2, Math.ceil(options.length / 4)) === 0,
    );
    combined.push(
      write(chosen.map((one) => `${keyText(one.name)}: ${pick(next() % 4 === 0 ? one.all : one.typical)}`)),
    );
  }
  const full = [0, 1, 2].map((at) =>
    write(
      options.map(
        (one) => `${keyText(one.name)}: ${one.typical[at % Math.max(1, one.typical.length)] ?? '1'}`,
      ),
    ),
  );
  return {
    typical: unique([...full, ...interleave([single, combined])]),
    boundary: [
      '{}',
      ...options.slice(0, 6).map((one) => `s.throwing(${stringLiteral(one.name)})`),
      ...(options.length > 0 ? [`s.bare(${full[0] ?? '{}'})`] : []),
    ],
  };
}

/** A method of a passed object: a recording stub whose answers suit what is done with them. */
function methodValues(name: string, { flat, pools, seed, depth }: Context): Candidates {
  const answers = candidatesFor(flat.prop(name).returns(), pools, [], `${seed}.${name}()`, depth + 1);
  const label = stringLiteral(name);
  const stub = (answer: string): string => `s.fn(${label}, ${answer})`;
  return {
    typical: unique([
      `s.fn(${label})`,
      ...answers.typical.slice(0, 20).map(stub),
      ...answers.boundary.slice(0, 12).map(stub),
    ]),
    boundary: [stub('[]'), stub(`['a', 'b']`), stub('null'), stub('0')],
    wrong: WRONG,
  };
}

function dictionaryValues({
  flat,
  pools,
  seed,
  depth,
  examples,
}: Context): Pick<Candidates, 'typical' | 'boundary'> {
  if (depth >= MAX_DEPTH) return { typical: [`{ a: 'b' }`], boundary: [] };
  const element = candidatesFor(flat.elements(), pools, [], `${seed}{}`, depth + 1);
  const values = unique([
    ...element.typical.slice(0, 10),
    ...element.boundary.slice(0, 6),
    `'x'`,
    '1',
    'true',
    `'a b'`,
    `''`,
    `'é'`,
    `'\\u4e00'`,
    `'q"uote'`,
  ]);
  const words = unique([...pools.reach.strings, ...pools.texts]).filter((one) => /^[\w.$-]{1,16}$/.test(one));
  const keys = unique(['a', 'foo', 'b', ...shuffled(words, seed).slice(0, 12)]);
  const next = sequence(`${seed}/dictionary`);
  const pick = (from: readonly string[]): string => from[next() % Math.max(1, from.length)] ?? `'x'`;
  const pair = (): string => `${stringLiteral(pick(keys))}: ${pick(values)}`;
  const made = Array.from(
    { length: depth === 0 ? 40 : 12 },
    () => `{ ${Array.from({ length: 1 + (next() % 3) }, pair).join(', ')} }`,
  );
  return {
    typical: examples.length > 0 ? made.slice(0, 20) : made,
    boundary: [
      '{}',
      `{ 'not valid': 'x' }`,
      `{ '': 1 }`,
      `{ b: 1, a: 2 }`,
      `{ ['__proto__']: 'x' }`,
      `{ constructor: 'x' }`,
    ],
  };
}

function functionValues({ flat, pools, seed, depth }: Context): Pick<Candidates, 'typical' | 'boundary'> {
  const answers =
    depth < MAX_DEPTH
      ? candidatesFor(flat.returns(), pools, [], `${seed}()`, depth + 2).typical.slice(0, 4)
      : [];
  return {
    typical: [
      `s.echo('callback')`,
      `s.fn('callback')`,
      `s.fn('callback', true)`,
      `s.fn('callback', false)`,
      ...answers.map((answer) => `s.fn('callback', ${answer})`),
    ],
    boundary: [
      `s.thrower('callback', 'from the callback')`,
      `s.fn('callback', 'x', undefined)`,
      `s.callback('callback', 'value')`,
    ],
  };
}
