import type { Variable } from 'eslint-scope';
import type { Identifier, Node } from 'estree';
import { exportsOf } from '../modules/exports.ts';
import { contains, type FunctionNode, isFunction, propertyName, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/** Methods of strings and arrays that make a new array whenever they return at all. */
const ARRAY_MAKERS = new Set(['split', 'map', 'filter']);

/** Classes whose instances take any property. */
const ERRORS = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError']);

/** Own properties that a function has and nobody may write. */
const FUNCTION_READ_ONLY = new Set<string | null>([
  'name',
  'length',
  'prototype',
  'arguments',
  'caller',
  null,
]);

const isGlobalCall = (
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

type Made = 'OBJECT' | 'FUNCTION' | 'PATTERN' | 'UNKNOWN';

/** What an expression surely makes: a new object anybody may write to, a new function or pattern, or something unknown. */
const madeBy = (module: ParsedModule, node: Node): Made => {
  if (node.type === 'AssignmentExpression' && node.operator === '=') return madeBy(module, node.right);
  if (node.type === 'ConditionalExpression') {
    const [yes, no] = [madeBy(module, node.consequent), madeBy(module, node.alternate)];
    return yes === no ? yes : 'UNKNOWN';
  }
  if (node.type === 'Literal') return 'regex' in node ? 'PATTERN' : 'UNKNOWN';
  if (node.type === 'ObjectExpression') {
    const plain = node.properties.every(
      (property) => property.type === 'Property' && property.kind === 'init' && !property.computed,
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
    if (node.callee.name === 'RegExp') return 'PATTERN';
    if (ERRORS.has(node.callee.name)) return 'OBJECT';
    return ['Array', 'Object', 'Map', 'Set'].includes(node.callee.name) && node.arguments.length <= 1
      ? 'OBJECT'
      : 'UNKNOWN';
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
      const parent = module.parentOf(identifier);
      return (
        parent?.type === 'MemberExpression' ||
        (parent?.type === 'VariableDeclarator' && parent.id === identifier) ||
        parent?.type === 'ReturnStatement'
      );
    })
  );
};

const valuesOf = (module: ParsedModule, variable: Variable): readonly Node[] | null => {
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

const FREEZERS = /\b(freeze|seal|preventExtensions|defineProperty|defineProperties|setPrototypeOf)\b/;

/** Methods that read or fill what they are given and never lock it. */
const HARMLESS_METHODS = new Set([
  'push',
  'apply',
  'call',
  'concat',
  'indexOf',
  'keys',
  'hasOwnProperty',
  'isArray',
  'stringify',
]);

/** An object handed to unknown code may come back frozen. */
const staysWritable = (module: ParsedModule, variable: Variable): boolean => {
  if (FREEZERS.test(module.text)) return false;
  return module.usesOf(variable).every((use) => {
    const parent = module.parentOf(use.identifier);
    const isArgument =
      (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') &&
      parent.callee !== use.identifier;
    if (!isArgument) return true;
    const callee = parent.callee;
    if (callee.type === 'Identifier') {
      return (
        module.variableOf(callee)?.defs.every((definition) => definition.type === 'FunctionName') === true
      );
    }
    return HARMLESS_METHODS.has(propertyName(callee) ?? '');
  });
};

/** The exports object is the one Node made, or one that is made in this file and never frozen. */
const isOwnExports = (module: ParsedModule, name: string | null): boolean => {
  if (name === null || FUNCTION_READ_ONLY.has(name) || FREEZERS.test(module.text)) return false;
  return exportsOf(module)
    .writes.filter((write) => write.targets.some((target) => target.name === null))
    .every(
      ({ value }) =>
        ['OBJECT', 'FUNCTION'].includes(madeBy(module, value)) ||
        (value.type === 'Identifier' && isFreshlyMade(module, value, name)),
    );
};

/**
 * Whether writing property `name` (null: computed) of `object` surely succeeds: the object was made right here as a
 * plain literal, array or function, and nothing in this file freezes it.
 */
export function isFreshlyMade(module: ParsedModule, object: Node, name: string | null): boolean {
  if (object.type === 'MemberExpression') {
    const holder = object.object;
    if (holder.type !== 'Identifier') return false;
    const isModuleExports = holder.name === 'module' && module.variableOf(holder) === null;
    if (isModuleExports && propertyName(object) === 'exports') return isOwnExports(module, name);
    // The prototype of a function declared here is a plain object.
    if (propertyName(object) !== 'prototype' || name === null) return false;
    const variable = module.variableOf(holder);
    return (
      variable !== null &&
      valuesOf(module, variable)?.every((value) => madeBy(module, value) === 'FUNCTION') === true
    );
  }
  if (object.type !== 'Identifier') return madeBy(module, object) === 'OBJECT';
  const variable = module.variableOf(object);
  if (variable === null) {
    if (object.name === 'module') return name === 'exports';
    return object.name === 'exports' && isOwnExports(module, name);
  }
  const values = valuesOf(module, variable);
  if (values === null || values.length === 0 || !staysWritable(module, variable)) return false;
  return values.every((value) => {
    const made = madeBy(module, value);
    if (made === 'PATTERN') return name === 'lastIndex';
    if (made === 'FUNCTION') return !FUNCTION_READ_ONLY.has(name) || name === 'prototype';
    return made === 'OBJECT' && name !== '__proto__';
  });
}
