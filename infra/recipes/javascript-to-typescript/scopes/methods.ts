import type { Node } from 'estree';
import { propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { isOwnArray, valuesOf } from './made.ts';
import { valuesGiven } from './properties.ts';

/** Methods of the language that give back the object they were called on. */
export const GIVES_ITSELF = new Set(['sort', 'reverse', 'fill', 'copyWithin', 'set', 'add', 'valueOf']);

/** Methods that pass the object on as an argument of the callback, and which argument that is. */
export const CALLBACKS: Readonly<Record<string, number>> = {
  forEach: 2,
  map: 2,
  filter: 2,
  some: 2,
  every: 2,
  find: 2,
  findIndex: 2,
  findLast: 2,
  findLastIndex: 2,
  flatMap: 2,
  reduce: 3,
  reduceRight: 3,
};

/** Methods whose result holds nothing of the list or object they are called on. */
export const GIVES_PLAIN = new Set([
  'push',
  'unshift',
  'join',
  'indexOf',
  'includes',
  'hasOwnProperty',
  'propertyIsEnumerable',
  'toString',
  'test',
]);

/** Methods that the language runs on an object by itself. */
export const RUN_UNASKED = ['toString', 'valueOf', 'toJSON', 'then'];

/** Methods that `call` and `apply` run on what they are given; none of them hands it to a callback or locks it. */
const HARMLESS_BORROWED = new Set([
  'push',
  'concat',
  'indexOf',
  'hasOwnProperty',
  'unshift',
  'slice',
  'splice',
  'join',
  'toString',
  'propertyIsEnumerable',
]);

const BUILT_IN = new Set(['Array', 'Object', 'String']);

/**
 * The name of the method of the language that an expression is: `Array.prototype.push`, `[].push`, `list.push` of an own
 * array, `{}.hasOwnProperty`, `''.slice`, `Math.max`, or a name that holds nothing else. Null: it may be another.
 */
export const borrowedMethod = (module: ParsedModule, node: Node): string | null => {
  if (node.type === 'Identifier') {
    const variable = module.variableOf(node);
    const values = variable === null ? null : valuesOf(module, variable);
    const names = new Set(
      values?.map((value) => (value.type === 'Identifier' ? null : borrowedMethod(module, value))),
    );
    const [name = null] = names;
    return names.size === 1 ? name : null;
  }
  const name = propertyName(node);
  if (node.type !== 'MemberExpression' || name === null) return null;
  return isPureFunction(module, node, name) ||
    (HARMLESS_BORROWED.has(name) && valuesGiven(module, name).length === 0 && isBuiltIn(module, node.object))
    ? name
    : null;
};

const isPureFunction = (module: ParsedModule, node: Node, name: string): boolean =>
  node.type === 'MemberExpression' &&
  node.object.type === 'Identifier' &&
  module.variableOf(node.object) === null &&
  ['Math.max', 'Math.min', 'String.fromCharCode'].includes(`${node.object.name}.${name}`);

/** Something whose methods are those of the language. */
const isBuiltIn = (module: ParsedModule, object: Node): boolean => {
  if (isOwnArray(module, object)) return true;
  if (object.type === 'ObjectExpression') return object.properties.length === 0;
  if (object.type === 'Literal') return typeof object.value === 'string';
  return (
    object.type === 'MemberExpression' &&
    propertyName(object) === 'prototype' &&
    object.object.type === 'Identifier' &&
    BUILT_IN.has(object.object.name) &&
    module.variableOf(object.object) === null
  );
};
