import type { Node } from 'estree';
import { propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { valuesGiven } from './properties.ts';

/** Global functions and classes that run no code of the program when given plain values. */
const PURE_CALLS: Readonly<Record<string, readonly string[] | 'ALL'>> = {
  Math: 'ALL',
  Object: ['create', 'freeze', 'keys'],
  Number: ['isFinite', 'isInteger', 'isNaN', 'parseFloat', 'parseInt'],
  String: ['fromCharCode', 'fromCodePoint'],
  Symbol: ['for'],
};
const PURE_FUNCTIONS = new Set(['Symbol', 'String', 'Number', 'Boolean', 'parseInt', 'parseFloat', 'BigInt']);
const PURE_CLASSES = new Set([
  'RegExp',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Array',
  'Object',
  'Date',
  'Error',
  'TypeError',
]);

type Limits = Readonly<{
  /** Whether `require('literal')` counts: it runs other modules, which cannot reach into this one unless in a cycle. */
  requires: boolean;
}>;

const isGlobal = (module: ParsedModule, node: Node): node is Extract<Node, { type: 'Identifier' }> =>
  node.type === 'Identifier' && module.variableOf(node) === null;

const isPureCallee = (module: ParsedModule, callee: Node): boolean => {
  if (isGlobal(module, callee)) return PURE_FUNCTIONS.has(callee.name);
  if (callee.type !== 'MemberExpression' || !isGlobal(module, callee.object)) return false;
  const methods = PURE_CALLS[callee.object.name];
  const name = propertyName(callee);
  return methods !== undefined && name !== null && (methods === 'ALL' || methods.includes(name));
};

const CONVERTS = new Set<Node['type']>(['BinaryExpression', 'UnaryExpression', 'TemplateLiteral']);

/** Operators and templates run methods of these names; without one of the file's own they are those of the language. */
const hasOwnConversion = (module: ParsedModule): boolean =>
  ['toString', 'valueOf'].some((name) => valuesGiven(module, name).length > 0) ||
  /\btoPrimitive\b/.test(module.text);

/**
 * Whether evaluating the code runs nothing but itself: no call of unknown code, no jump, no wait. Reading a property and
 * arithmetic count as inert, unless the file itself makes a getter or `toString` that they could run.
 */
export function isInert(module: ParsedModule, node: Node | null | undefined, limits: Limits): boolean {
  if (node === null || node === undefined) return true;
  const all = (nodes: readonly (Node | null | undefined)[]): boolean =>
    nodes.every((part) => isInert(module, part, limits));
  if (CONVERTS.has(node.type) && hasOwnConversion(module)) return false;
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
    case 'ThisExpression':
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'EmptyStatement':
    case 'TemplateElement':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return true;
    case 'ExpressionStatement':
      return isInert(module, node.expression, limits);
    case 'VariableDeclaration':
      return node.declarations.every(
        (declarator) =>
          isInert(module, declarator.init, limits) &&
          (declarator.id.type === 'Identifier' || declarator.id.type === 'ObjectPattern') &&
          isInert(module, declarator.id, limits),
      );
    case 'ObjectPattern':
      return node.properties.every(
        (property) => property.type === 'Property' && isInert(module, property.value, limits),
      );
    case 'TemplateLiteral':
      return all(node.expressions);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isInert(module, node.argument, limits);
    case 'BinaryExpression':
    case 'LogicalExpression':
      return node.left.type !== 'PrivateIdentifier' && all([node.left, node.right]);
    case 'ConditionalExpression':
      return all([node.test, node.consequent, node.alternate]);
    case 'ArrayExpression':
      return all(node.elements);
    case 'ObjectExpression':
      return node.properties.every(
        (property) =>
          property.type === 'Property' &&
          !property.computed &&
          property.kind === 'init' &&
          isInert(module, property.value, limits),
      );
    case 'MemberExpression':
      return all([node.object, node.computed ? node.property : null]);
    case 'AssignmentExpression':
      return node.operator === '=' && all([node.left, node.right]);
    case 'CallExpression': {
      if (isGlobal(module, node.callee) && node.callee.name === 'require') {
        return limits.requires && node.arguments[0]?.type === 'Literal';
      }
      return isPureCallee(module, node.callee) && all(node.arguments);
    }
    case 'NewExpression':
      return isGlobal(module, node.callee) && PURE_CLASSES.has(node.callee.name) && all(node.arguments);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return (
        isInert(module, node.superClass, limits) &&
        node.body.body.every(
          (member) =>
            member.type === 'MethodDefinition' &&
            !member.computed &&
            !(member.static && member.kind !== 'method'),
        )
      );
    default:
      return false;
  }
}
