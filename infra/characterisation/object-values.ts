/** Objects, dictionaries and functions for one input. */
import ts from 'typescript';
import {
  type Candidates,
  type Context,
  interleave,
  MAX_DEPTH,
  type Made,
  pickEarly,
  WRONG,
} from './candidates.ts';
import { stringLiteral } from './constants.ts';
import { sequence, shuffled, unique } from './order.ts';
import { ARRAY_METHODS, flatten, type Profile, STRING_METHODS } from './profile.ts';

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
  'length',
]);

/** Names of properties that make an input an object of its own kind, not a string or an array. */
export function ownNames(flat: Profile): readonly string[] {
  return [...flat.props.keys()].filter(
    (name) => !STRING_METHODS.has(name) && !ARRAY_METHODS.has(name) && !INHERITED.has(name),
  );
}

/** Values that tell a member that is checked from one that is only used. */
const WRONG_MEMBERS: readonly string[] = ['null', '0', `'text'`, 'true', '1', `''`];

const keyText = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name));
const write = (pairs: readonly string[]): string => (pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`);

/** The members that object literals among the examples show, by name. */
function shownMembers(examples: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const shown = new Map<string, string[]>();
  for (const example of examples) {
    if (!example.startsWith('{')) continue;
    const source = ts.createSourceFile(
      'x.js',
      `(${example})`,
      ts.ScriptTarget.ESNext,
      true,
      ts.ScriptKind.JS,
    );
    const [statement] = source.statements;
    const literal =
      statement !== undefined &&
      ts.isExpressionStatement(statement) &&
      ts.isParenthesizedExpression(statement.expression)
        ? statement.expression.expression
        : null;
    if (literal === null || !ts.isObjectLiteralExpression(literal)) continue;
    for (const property of literal.properties) {
      if (
        !ts.isPropertyAssignment(property) ||
        !(ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
      )
        continue;
      shown.set(
        property.name.text,
        unique([...(shown.get(property.name.text) ?? []), property.initializer.getText(source)]),
      );
    }
  }
  return shown;
}

export function objectValues(context: Context): Made {
  const { flat, seed, depth, rich } = context;
  if (depth >= MAX_DEPTH) return { typical: ['{}'], boundary: [] };
  const shown = shownMembers(context.examples);
  const names = unique([...shown.keys(), ...ownNames(flat)]).slice(0, 24);
  const deep = rich && names.length <= 4;
  const options = names.map((name) => {
    const prop = flatten(flat.prop(name));
    const made =
      prop.kinds.has('function') && prop.kinds.size <= 2 && !shown.has(name)
        ? methodValues(name, context)
        : context.nested(flat.prop(name), shown.get(name) ?? [], `${seed}.${name}`, deep);
    return {
      name,
      typical: made.typical,
      all: unique([
        ...made.typical.slice(0, 6),
        ...made.boundary.slice(0, 3),
        ...WRONG_MEMBERS,
        ...interleave([made.typical.slice(6, 80), made.boundary.slice(3, 160)]),
        ...WRONG.slice(0, 8),
      ]),
      isMethod: made.typical[0]?.startsWith('s.') === true,
    };
  });
  const next = sequence(`${seed}/object`);
  /** Most objects have all their methods; some lack them, since code may ask for that. */
  const always = (except: string): readonly string[] =>
    next() % 4 === 0
      ? []
      : options
          .filter((one) => one.isMethod && one.name !== except)
          .map((one) => `${keyText(one.name)}: ${pickEarly(one.typical, next(), 'undefined')}`);
  const perName = !rich ? 6 : Math.max(16, Math.floor(300 / Math.max(1, options.length)));
  const single = interleave(
    options.map((one) =>
      one.all
        .slice(0, perName)
        .map((value) => write([...always(one.name), `${keyText(one.name)}: ${value}`])),
    ),
  );
  const combined = Array.from({ length: options.length < 2 ? 0 : rich ? 320 : 24 }, () => {
    const density = 2 + (next() % Math.max(1, Math.ceil(options.length / 3)));
    const chosen = options.filter((one) => (one.isMethod ? next() % 5 !== 0 : next() % density === 0));
    return write(
      chosen.map(
        (one) => `${keyText(one.name)}: ${pickEarly(next() % 4 === 0 ? one.all : one.typical, next(), '1')}`,
      ),
    );
  });
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
      ...names.slice(0, 6).map((name) => `s.throwing(${stringLiteral(name)})`),
      ...(names.length > 0 ? [`s.bare(${full[0] ?? '{}'})`] : []),
    ],
  };
}

/** A method of a passed object: a recording stub whose answers suit what is done with them. */
function methodValues(name: string, { flat, seed, nested, rich }: Context): Candidates {
  const answers = nested(flatten(flat.prop(name)).returns(), [], `${seed}.${name}()`, rich);
  const label = stringLiteral(name);
  const stub = (answer: string): string => `s.fn(${label}, ${answer})`;
  return {
    typical: unique([
      `s.fn(${label})`,
      ...(flatten(flat.prop(name)).callsBack
        ? [
            `s.notifier(${label})`,
            `s.notifier(${label}, new Error('failed'))`,
            `s.callback(${label}, 'value')`,
          ]
        : []),
      ...interleave([answers.typical.slice(0, 60), answers.boundary.slice(0, 60)]).map(stub),
    ]),
    boundary: [stub('[]'), stub(`['a', 'b']`), stub('null'), stub('0')],
    wrong: WRONG,
  };
}

export function dictionaryValues({ flat, pools, seed, depth, examples, nested }: Context): Made {
  if (depth >= MAX_DEPTH) return { typical: [`{ a: 'b' }`], boundary: [] };
  const element = nested(flat.elements(), [], `${seed}{}`, false);
  const values = unique([
    ...element.typical.slice(0, 10),
    ...element.boundary.slice(0, 10),
    `'x'`,
    '1',
    'true',
    `'a b'`,
    `''`,
    `'é'`,
    `'\\u4e00'`,
    `'q"uote'`,
    `'back\\\\slash'`,
  ]);
  const words = unique([...pools.reach.strings, ...pools.texts]).filter((one) => /^[\w.$-]{1,16}$/.test(one));
  const keys = unique(['a', 'foo', 'b', ...shuffled(words, seed).slice(0, 12)]);
  const next = sequence(`${seed}/dictionary`);
  const pick = (from: readonly string[]): string => from[next() % Math.max(1, from.length)] ?? `'x'`;
  const pair = (): string => `${stringLiteral(pick(keys))}: ${pick(values)}`;
  const made = Array.from(
    { length: depth === 0 ? 60 : 16 },
    () => `{ ${Array.from({ length: 1 + (next() % 3) }, pair).join(', ')} }`,
  );
  return {
    typical: examples.length > 0 ? made.slice(0, 30) : made,
    boundary: [
      '{}',
      `{ 'not valid': 'x' }`,
      `{ '': 1 }`,
      '{ b: 1, a: 2 }',
      `{ ['__proto__']: 'x' }`,
      `{ constructor: 'x' }`,
    ],
  };
}

export function functionValues({ flat, seed, depth, nested }: Context): Made {
  const answers = depth < MAX_DEPTH ? nested(flat.returns(), [], `${seed}()`, false).typical.slice(0, 4) : [];
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
