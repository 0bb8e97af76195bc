import type { Node } from 'estree';
import { isInert } from '../scopes/inert.ts';
import { isReadyAt, stableBinding } from '../scopes/stable.ts';
import { isFunction, start, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/**
 * Whether values computed one after the other in the middle of the file are the same when they are computed at its end:
 * they do not depend on when, or nothing below them changes what they read and runs code that could see them late.
 */
export function isMovableToEnd(module: ParsedModule, values: readonly Node[], until: number): boolean {
  if (values.every((value) => isTimeless(module, value))) return true;
  const after = module.program.body.filter((node) => start(node) >= until);
  if (!after.every((node) => isInert(module, node, { requires: false }))) return false;
  const changed = changedBy(after);
  const read = readBy(module, values);
  if (read.anything) return changed.names.size === 0 && !changed.members;
  return ![...read.names].some((name) => changed.names.has(name)) && !(changed.members && read.members);
}

/** The value does not depend on when it is computed: literals, functions and bindings that never change. */
const isTimeless = (module: ParsedModule, value: Node): boolean => {
  switch (value.type) {
    case 'Literal':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'ClassExpression':
      return value.superClass == null && isInert(module, value, { requires: false });
    case 'Identifier': {
      if (module.variableOf(value) === null) return true;
      const binding = stableBinding(module, value);
      return binding !== null && isReadyAt(binding, start(value));
    }
    case 'ArrayExpression':
      return value.elements.every((element) => element === null || isTimeless(module, element));
    case 'ObjectExpression':
      return value.properties.every(
        (property) =>
          property.type === 'Property' && !property.computed && isTimeless(module, property.value),
      );
    case 'ConditionalExpression':
      return [value.test, value.consequent, value.alternate].every((part) => isTimeless(module, part));
    case 'LogicalExpression':
      return [value.left, value.right].every((part) => isTimeless(module, part));
    // An operator, a template or a constructor may look into an object, which can change while its name stays.
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'TemplateLiteral':
    case 'NewExpression':
      return isInert(module, value, { requires: false }) && partsOf(value).every(isPlain);
    default:
      return false;
  }
};

const partsOf = (node: Node): readonly Node[] => {
  if (node.type === 'UnaryExpression') return [node.argument];
  if (node.type === 'BinaryExpression') return [node.left, node.right];
  if (node.type === 'TemplateLiteral') return node.expressions;
  return node.type === 'NewExpression' ? node.arguments : [];
};

/** Literals and what operators make of them. */
const isPlain = (node: Node): boolean =>
  node.type === 'Literal' ||
  (['UnaryExpression', 'BinaryExpression', 'TemplateLiteral'].includes(node.type) &&
    partsOf(node).every(isPlain));

/** What values depend on: the names they read, the insides of objects, or, where they run other code, anything. */
const readBy = (
  module: ParsedModule,
  values: readonly Node[],
): { names: ReadonlySet<string>; members: boolean; anything: boolean } => {
  const names = new Set<string>();
  let members = false;
  let anything = !values.every((value) => isInert(module, value, { requires: true }));
  for (const value of values) {
    walk(value, (node) => {
      if (isFunction(node)) return false;
      if (node.type === 'Identifier') names.add(node.name);
      anything ||= node.type === 'AssignmentExpression' || node.type === 'UpdateExpression';
      members ||=
        node.type === 'MemberExpression' ||
        (partsOf(node).length > 0 && !partsOf(node).every(isPlain)) ||
        (node.type === 'CallExpression' && !node.arguments.every(isPlain));
      return true;
    });
  }
  return { names, members, anything };
};

/** What statements that run no other code change: names they declare or assign, and insides of objects, if only by a getter. */
const changedBy = (statements: readonly Node[]): { names: ReadonlySet<string>; members: boolean } => {
  const names = new Set<string>();
  let members = false;
  const addNamesIn = (pattern: Node): void =>
    walk(pattern, (node) => {
      if (node.type === 'Identifier') names.add(node.name);
      return undefined;
    });
  for (const statement of statements) {
    walk(statement, (node) => {
      if (isFunction(node)) return false;
      if (node.type === 'VariableDeclarator') addNamesIn(node.id);
      if (node.type === 'ClassDeclaration') addNamesIn(node.id);
      if (node.type === 'AssignmentExpression' && node.left.type !== 'MemberExpression')
        addNamesIn(node.left);
      members ||= node.type === 'MemberExpression';
      return true;
    });
  }
  return { names, members };
};
