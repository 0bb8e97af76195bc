import type { Variable } from 'eslint-scope';
import type { Identifier, Node } from 'estree';
import { exportsOf } from '../modules/exports.ts';
import { propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { FUNCTION_READ_ONLY, isGlobalCall, madeBy, takesWrite, valuesOf } from './made.ts';

/** Whatever can take the right to write away from an object, of `Object` or `Reflect`; `__proto__` only as a member. */
const FREEZERS =
  /\b(freeze|seal|preventExtensions|defineProperty|defineProperties|setPrototypeOf|__defineGetter__|__defineSetter__)\b|\.\s*__proto__\b|\[\s*(['"`])__proto__\2\s*\]/;

/** Methods of arrays, objects and strings that read or fill what they are given and never lock it. */
const HARMLESS_METHODS = new Set(['push', 'concat', 'indexOf', 'hasOwnProperty']);

/** Those that `call` and `apply` run on what they are given; none of them hands it to a callback. */
const HARMLESS_BORROWED = new Set([
  ...HARMLESS_METHODS,
  'unshift',
  'slice',
  'splice',
  'join',
  'toString',
  'propertyIsEnumerable',
]);

const BUILT_IN = new Set(['Array', 'Object', 'String']);

/** The name holds arrays made in this file: literals, and what methods of arrays and strings make. */
const isOwnArray = (module: ParsedModule, name: Identifier): boolean => {
  const variable = module.variableOf(name);
  const values = variable === null ? null : valuesOf(module, variable);
  return (
    values !== null &&
    values.length > 0 &&
    values.every(
      (value) =>
        value.type === 'ArrayExpression' ||
        (value.type === 'CallExpression' &&
          value.callee.type === 'MemberExpression' &&
          madeBy(module, value) === 'OBJECT'),
    )
  );
};

/** `Array.prototype.push`, `[].push`, `list.push` of an own array, `Object.prototype.hasOwnProperty`, `''.slice`, `Math.max`. */
const isBuiltInMethod = (module: ParsedModule, node: Node): boolean => {
  if (node.type !== 'MemberExpression') return false;
  const { object } = node;
  const name = propertyName(node) ?? '';
  if (object.type === 'Identifier') {
    if (HARMLESS_BORROWED.has(name) && isOwnArray(module, object)) return true;
    const isGlobal = module.variableOf(object) === null;
    return isGlobal && ['Math.max', 'Math.min', 'String.fromCharCode'].includes(`${object.name}.${name}`);
  }
  if (!HARMLESS_BORROWED.has(name)) return false;
  if (object.type === 'ArrayExpression') return true;
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

/** A name declared as a function, and never given to anything else. */
const isOwnFunction = (module: ParsedModule, name: Identifier): boolean => {
  const variable = module.variableOf(name);
  return variable?.defs[0]?.type === 'FunctionName' && valuesOf(module, variable) !== null;
};

/** What `call` or `apply` runs is a function of this file, or a method of the language, maybe under a name of its own. */
const isHarmlessCallee = (module: ParsedModule, node: Node): boolean => {
  if (node.type !== 'Identifier') return isBuiltInMethod(module, node);
  if (isOwnFunction(module, node)) return true;
  const variable = module.variableOf(node);
  const values = variable === null ? null : valuesOf(module, variable);
  return values !== null && values.length > 0 && values.every((value) => isBuiltInMethod(module, value));
};

const isHarmlessCall = (module: ParsedModule, call: Node, callee: Node): boolean => {
  if (callee.type === 'Identifier') return isOwnFunction(module, callee);
  if (callee.type !== 'MemberExpression') return false;
  const name = propertyName(callee) ?? '';
  if (name === 'call' || name === 'apply') return isHarmlessCallee(module, callee.object);
  return (
    HARMLESS_METHODS.has(name) ||
    isGlobalCall(module, call, 'Object', ['keys']) ||
    isGlobalCall(module, call, 'Array', ['isArray']) ||
    isGlobalCall(module, call, 'JSON', ['stringify'])
  );
};

/** An object handed to unknown code may come back frozen. */
const staysWritable = (module: ParsedModule, variable: Variable): boolean => {
  if (FREEZERS.test(module.text)) return false;
  return module.usesOf(variable).every((use) => {
    let given: Node = use.identifier;
    let parent = module.parentOf(given);
    // What is handed over in a list or an object is handed over too.
    while (
      parent?.type === 'ArrayExpression' ||
      parent?.type === 'ObjectExpression' ||
      (parent?.type === 'Property' && parent.value === given)
    ) {
      given = parent;
      parent = module.parentOf(given);
    }
    if (parent?.type !== 'CallExpression' && parent?.type !== 'NewExpression') return true;
    return parent.callee === given || isHarmlessCall(module, parent, parent.callee);
  });
};

/** The exports object is the one Node made, or one that is made in this file and never frozen. */
const isOwnExports = (module: ParsedModule, name: string | null): boolean => {
  if (name === null || FUNCTION_READ_ONLY.has(name) || FREEZERS.test(module.text)) return false;
  return exportsOf(module)
    .writes.filter((write) => write.targets.some((target) => target.name === null))
    .every(
      ({ value }) =>
        takesWrite(madeBy(module, value), name) ||
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
    if (propertyName(object) !== 'prototype' || name === null || name === '__proto__') return false;
    const variable = module.variableOf(holder);
    return (
      variable !== null &&
      !FREEZERS.test(module.text) &&
      valuesOf(module, variable)?.every((value) => madeBy(module, value) === 'FUNCTION') === true
    );
  }
  if (object.type !== 'Identifier') return takesWrite(madeBy(module, object), name);
  const variable = module.variableOf(object);
  if (variable === null) {
    if (object.name === 'module') return name === 'exports';
    return object.name === 'exports' && isOwnExports(module, name);
  }
  const values = valuesOf(module, variable);
  if (values === null || values.length === 0 || !staysWritable(module, variable)) return false;
  return values.every((value) => takesWrite(madeBy(module, value), name));
}
