import type { Variable } from 'eslint-scope';
import type { CallExpression, Identifier, MemberExpression, Node } from 'estree';
import { contains, type FunctionNode, isFunction, propertyName, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { keyOf, valuesGiven } from './properties.ts';

/** Methods of arrays that make a new array whenever they return at all; those of other objects may give anything. */
const ARRAY_MAKERS = new Set(['map', 'filter', 'slice', 'concat']);

/** Classes whose instances take any property. */
const ERRORS = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError']);

/** Own properties that a function has and nobody may write. */
const FUNCTION_READ_ONLY = new Set<string | null>(['name', 'length', 'arguments', 'caller', null]);

/** Whether a node is a call of one of the methods of a global object that this file does not declare itself. */
export const isGlobalCall = (
  module: ParsedModule,
  node: Node,
  object: string,
  methods: readonly string[],
): boolean => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const callee = node.callee.object;
  const name = propertyName(node.callee);
  return (
    callee.type === 'Identifier' &&
    callee.name === object &&
    module.variableOf(callee) === null &&
    name !== null &&
    methods.includes(name)
  );
};

/** The kinds of fresh objects that differ in what may be done to them. */
export type Made = 'OBJECT' | 'ARRAY' | 'COLLECTION' | 'FUNCTION' | 'PATTERN' | 'UNKNOWN';

/** What code does to a property. */
export type Change = 'WRITE' | 'DELETE';

/** Whether anything of this kind, fresh from its maker, takes the change of the property (null: computed). */
export const takes = (made: Made, change: Change, name: string | null): boolean => {
  if (made === 'UNKNOWN' || name === '__proto__') return false;
  if (made === 'OBJECT') return true;
  if (change === 'DELETE') return name !== null && !UNDELETABLE.has(name);
  if (made === 'ARRAY') return true;
  if (made === 'PATTERN') return name === 'lastIndex';
  if (made === 'FUNCTION') return !FUNCTION_READ_ONLY.has(name);
  // `size` of a Map or Set is a getter.
  return name !== null && name !== 'size';
};

/** Own properties of arrays, patterns and functions that nobody may delete. */
const UNDELETABLE = new Set(['length', 'lastIndex', 'prototype', 'arguments', 'caller']);

/** What an expression surely makes: a new object of a kind, or something unknown. */
export const madeBy = (module: ParsedModule, node: Node, open: readonly Variable[] = []): Made => {
  if (node.type === 'AssignmentExpression' && node.operator === '=') return madeBy(module, node.right, open);
  if (node.type === 'ConditionalExpression') {
    const kinds = [node.consequent, node.alternate].map((part) => madeBy(module, part, open));
    return oneOf(kinds, 'UNKNOWN');
  }
  if (node.type === 'Literal') return 'regex' in node ? 'PATTERN' : 'UNKNOWN';
  if (node.type === 'ObjectExpression') {
    const plain = node.properties.every(
      (property) =>
        property.type === 'Property' &&
        property.kind === 'init' &&
        !property.computed &&
        // That key sets the prototype, which may have properties nobody can write.
        keyOf(property) !== '__proto__',
    );
    return plain ? 'OBJECT' : 'UNKNOWN';
  }
  if (node.type === 'ArrayExpression') return 'ARRAY';
  if (isFunction(node)) return 'FUNCTION';
  if (
    node.type === 'NewExpression' &&
    node.callee.type === 'Identifier' &&
    module.variableOf(node.callee) === null
  ) {
    const { name } = node.callee;
    if (name === 'RegExp') return 'PATTERN';
    if (name === 'Map' || name === 'Set') return 'COLLECTION';
    // `new Object(x)` gives `x` itself back.
    if (name === 'Array') return 'ARRAY';
    return ERRORS.has(name) || (name === 'Object' && node.arguments.length === 0) ? 'OBJECT' : 'UNKNOWN';
  }
  if (node.type === 'CallExpression') {
    if (isGlobalCall(module, node, 'Array', ['from', 'of'])) return 'ARRAY';
    if (node.callee.type === 'Identifier') return resultOf(module, node.callee);
    if (isGlobalCall(module, node, 'Object', ['keys', 'values', 'entries', 'getOwnPropertyNames']))
      return 'ARRAY';
    const createsBare =
      isGlobalCall(module, node, 'Object', ['create']) &&
      node.arguments.length === 1 &&
      node.arguments[0]?.type === 'Literal' &&
      node.arguments[0].value === null;
    if (createsBare) return 'OBJECT';
    return node.callee.type === 'MemberExpression' ? listOf(module, node.callee, open) : 'UNKNOWN';
  }
  return 'UNKNOWN';
};

/** A new array, where the method is one of the language: `split`, which only texts have, or a method of such an array. */
const listOf = (module: ParsedModule, method: MemberExpression, open: readonly Variable[]): Made => {
  const name = propertyName(method);
  if (name === null || valuesGiven(module, name).length > 0) return 'UNKNOWN';
  if (name === 'split') return 'ARRAY';
  return ARRAY_MAKERS.has(name) && isOwnArray(module, method.object, open) ? 'ARRAY' : 'UNKNOWN';
};

/** The expression is an array made in this file, or a name that holds nothing else. `open`: names asked about already. */
export const isOwnArray = (module: ParsedModule, node: Node, open: readonly Variable[] = []): boolean => {
  if (node.type !== 'Identifier') return madeBy(module, node, open) === 'ARRAY';
  const variable = module.variableOf(node);
  if (variable === null || open.includes(variable)) return false;
  const values = valuesOf(module, variable) ?? [];
  return values.length > 0 && values.every((value) => madeBy(module, value, [...open, variable]) === 'ARRAY');
};

/** What a function of this file gives back each time: an object that it made in that very call, or something unknown. */
const resultOf = (module: ParsedModule, name: Identifier): Made => {
  const variable = module.variableOf(name);
  const made = variable === null ? null : valuesOf(module, variable);
  const [fn] = made ?? [];
  if (made?.length !== 1 || fn === undefined || !isFunction(fn) || fn.async === true) return 'UNKNOWN';
  if (fn.body.type !== 'BlockStatement' || fn.generator === true) return 'UNKNOWN';
  const results: Made[] = [];
  walk(fn.body, (node) => {
    if (isFunction(node) || node.type === 'ClassBody') return false;
    // Without a value it gives `undefined`, which no mode lets anybody write to.
    if (node.type === 'ReturnStatement' && node.argument != null) {
      const { argument } = node;
      results.push(
        argument.type === 'Identifier' ? ownObject(module, argument, fn) : madeByLiteral(module, argument),
      );
    }
    return undefined;
  });
  return oneOf(results, 'OBJECT');
};

/** What can be done to anything that is one of these. */
const oneOf = (kinds: readonly Made[], ofNone: Made): Made =>
  kinds.reduce((one, other) => {
    if (one === other) return one;
    // All that an array takes, a plain object takes as well.
    return [one, other].every((kind) => kind === 'OBJECT' || kind === 'ARRAY') ? 'ARRAY' : 'UNKNOWN';
  }, kinds[0] ?? ofNone);

const madeByLiteral = (module: ParsedModule, node: Node): Made =>
  node.type === 'ArrayExpression' || node.type === 'ObjectExpression' ? madeBy(module, node) : 'UNKNOWN';

/** The name holds a literal that is made whenever the function runs, and that nobody else gets before it returns. */
const ownObject = (module: ParsedModule, name: Identifier, fn: FunctionNode): Made => {
  const variable = module.variableOf(name);
  if (variable === null || !contains(fn, variable.scope.block)) return 'UNKNOWN';
  const values = valuesOf(module, variable) ?? [];
  const isKept = module.usesOf(variable).every(({ identifier }) => {
    // A nested function may be called by anybody, with the object in reach.
    if (functionOf(module, identifier) !== fn) return false;
    const parent = module.parentOf(identifier);
    // A method has the object as `this`.
    if (parent?.type === 'MemberExpression' && parent.object === identifier) {
      const user = module.parentOf(parent);
      return user?.type !== 'TaggedTemplateExpression' && !(isCall(user) && user.callee === parent);
    }
    return (
      (parent?.type === 'VariableDeclarator' && parent.id === identifier) ||
      parent?.type === 'ReturnStatement'
    );
  });
  return isKept
    ? oneOf(
        values.map((value) => madeByLiteral(module, value)),
        'UNKNOWN',
      )
    : 'UNKNOWN';
};

const isCall = (node: Node | null | undefined): node is CallExpression => node?.type === 'CallExpression';

/** The function right around a node; null at the top level. */
export const functionOf = (module: ParsedModule, node: Node): FunctionNode | null => {
  let up = module.parentOf(node);
  while (up !== null && !isFunction(up)) up = module.parentOf(up);
  return up;
};

/** Every value the variable is ever given; null where one of them cannot be told. */
export const valuesOf = (module: ParsedModule, variable: Variable): readonly Node[] | null => {
  if (variable.defs.length !== 1) return null;
  const [definition] = variable.defs;
  if (definition === undefined) return null;
  if (definition.type === 'FunctionName') {
    return module.usesOf(variable).some((use) => use.writes) ? null : [definition.node];
  }
  if (definition.type !== 'Variable') return null;
  const values: Node[] = [];
  for (const use of module.usesOf(variable)) {
    if (!use.writes) continue;
    const parent = module.parentOf(use.identifier);
    const isPlain =
      (parent?.type === 'VariableDeclarator' && parent.id === use.identifier && !isEach(module, parent)) ||
      (parent?.type === 'AssignmentExpression' && parent.left === use.identifier && parent.operator === '=');
    if (!isPlain || use.value === null) return null;
    values.push(use.value);
  }
  return values;
};

/** `for (var x of list)` gives the variable what lies in the list. */
const isEach = (module: ParsedModule, declarator: Node): boolean => {
  const declaration = module.parentOf(declarator);
  const loop = declaration === null ? null : module.parentOf(declaration);
  return (loop?.type === 'ForInStatement' || loop?.type === 'ForOfStatement') && loop.left === declaration;
};
