import type { Variable } from 'eslint-scope';
import type { Identifier, Node } from 'estree';
import { contains, type FunctionNode, isFunction, propertyName, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/** Methods of strings and arrays that make a new array whenever they return at all. */
const ARRAY_MAKERS = new Set(['split', 'map', 'filter']);

/** Classes whose instances take any property. */
const ERRORS = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError']);

/** Own properties that a function has and nobody may write. */
export const FUNCTION_READ_ONLY = new Set<string | null>([
  'name',
  'length',
  'prototype',
  'arguments',
  'caller',
  null,
]);

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

/** The kinds of fresh objects that differ in what may be written to them. */
type Made = 'OBJECT' | 'COLLECTION' | 'FUNCTION' | 'PATTERN' | 'UNKNOWN';

/** Whether anything of this kind, fresh from its maker, takes a write to the property (null: computed). */
export const takesWrite = (made: Made, name: string | null): boolean => {
  if (name === '__proto__') return false;
  if (made === 'PATTERN') return name === 'lastIndex';
  if (made === 'FUNCTION') return name === 'prototype' || !FUNCTION_READ_ONLY.has(name);
  // `size` of a Map or Set is a getter.
  if (made === 'COLLECTION') return name !== null && name !== 'size';
  return made === 'OBJECT';
};

/** What an expression surely makes: a new object anybody may write to, a new Map or Set, function or pattern, or something unknown. */
export const madeBy = (module: ParsedModule, node: Node): Made => {
  if (node.type === 'AssignmentExpression' && node.operator === '=') return madeBy(module, node.right);
  if (node.type === 'ConditionalExpression') {
    const [yes, no] = [madeBy(module, node.consequent), madeBy(module, node.alternate)];
    return yes === no ? yes : 'UNKNOWN';
  }
  if (node.type === 'Literal') return 'regex' in node ? 'PATTERN' : 'UNKNOWN';
  if (node.type === 'ObjectExpression') {
    const plain = node.properties.every(
      (property) =>
        property.type === 'Property' &&
        property.kind === 'init' &&
        !property.computed &&
        !isProtoKey(property.key),
    );
    return plain ? 'OBJECT' : 'UNKNOWN';
  }
  if (node.type === 'ArrayExpression') return 'OBJECT';
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
    const isPlain =
      ERRORS.has(name) || name === 'Array' || (name === 'Object' && node.arguments.length === 0);
    return isPlain ? 'OBJECT' : 'UNKNOWN';
  }
  if (node.type === 'CallExpression') {
    if (isGlobalCall(module, node, 'Array', ['from', 'of'])) return 'OBJECT';
    if (node.callee.type === 'Identifier') return resultOf(module, node.callee);
    if (isGlobalCall(module, node, 'Object', ['keys', 'values', 'entries', 'getOwnPropertyNames']))
      return 'OBJECT';
    const createsBare =
      isGlobalCall(module, node, 'Object', ['create']) &&
      node.arguments.length === 1 &&
      node.arguments[0]?.type === 'Literal' &&
      node.arguments[0].value === null;
    if (createsBare) return 'OBJECT';
    const method = node.callee.type === 'MemberExpression' ? propertyName(node.callee) : null;
    return method !== null && ARRAY_MAKERS.has(method) ? 'OBJECT' : 'UNKNOWN';
  }
  return 'UNKNOWN';
};

/** The key of a literal that sets the prototype, which may have properties nobody can write. */
const isProtoKey = (key: Node): boolean =>
  (key.type === 'Identifier' && key.name === '__proto__') ||
  (key.type === 'Literal' && key.value === '__proto__');

/** What a function of this file gives back each time: an object that it made in that very call, or something unknown. */
const resultOf = (module: ParsedModule, name: Identifier): Made => {
  const variable = module.variableOf(name);
  const made = variable === null ? null : valuesOf(module, variable);
  const [fn] = made ?? [];
  if (made?.length !== 1 || fn === undefined || !isFunction(fn) || fn.async === true) return 'UNKNOWN';
  if (fn.body.type !== 'BlockStatement' || fn.generator === true) return 'UNKNOWN';
  let isFresh = true;
  walk(fn.body, (node) => {
    if (isFunction(node) || node.type === 'ClassBody') return false;
    // Without a value it gives `undefined`, which no mode lets anybody write to.
    if (node.type === 'ReturnStatement' && node.argument != null) {
      const { argument } = node;
      isFresh &&=
        argument.type === 'Identifier'
          ? isOwnObject(module, argument, fn)
          : isLiteral(argument) && madeBy(module, argument) === 'OBJECT';
    }
    return undefined;
  });
  return isFresh ? 'OBJECT' : 'UNKNOWN';
};

const isLiteral = (node: Node): boolean =>
  node.type === 'ArrayExpression' || node.type === 'ObjectExpression';

/** The name holds a literal that is made whenever the function runs, and that nobody else gets before it returns. */
const isOwnObject = (module: ParsedModule, name: Identifier, fn: FunctionNode): boolean => {
  const variable = module.variableOf(name);
  if (variable === null || !contains(fn, variable.scope.block)) return false;
  const values = valuesOf(module, variable);
  return (
    values !== null &&
    values.length > 0 &&
    values.every((value) => isLiteral(value) && madeBy(module, value) === 'OBJECT') &&
    module.usesOf(variable).every(({ identifier }) => {
      // A nested function may be called by anybody, with the object in reach.
      if (functionOf(module, identifier) !== fn) return false;
      const parent = module.parentOf(identifier);
      return (
        parent?.type === 'MemberExpression' ||
        (parent?.type === 'VariableDeclarator' && parent.id === identifier) ||
        parent?.type === 'ReturnStatement'
      );
    })
  );
};

const functionOf = (module: ParsedModule, node: Node): Node | null => {
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
      (parent?.type === 'VariableDeclarator' && parent.id === use.identifier) ||
      (parent?.type === 'AssignmentExpression' && parent.left === use.identifier && parent.operator === '=');
    if (!isPlain || use.value === null) return null;
    values.push(use.value);
  }
  return values;
};
