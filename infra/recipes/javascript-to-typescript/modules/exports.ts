import type { AssignmentExpression, Expression, Node } from 'estree';
import { end, isFunction, propertyName, start, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/**
 * Where code sits: STATEMENT and DECLARATOR run once, in order, when the module is loaded; NESTED only perhaps;
 * DEFERRED whenever a function around it is called.
 */
export type Place = 'STATEMENT' | 'DECLARATOR' | 'NESTED' | 'DEFERRED';

/** `module.exports = value`, `exports.name = value` and chains of both. */
export type ExportWrite = Readonly<{
  /** The outermost assignment of a chain. */
  assignment: AssignmentExpression;
  /** Every export expression assigned to, outermost first: the whole object (name null) or one property. */
  targets: readonly Readonly<{ base: 'module.exports' | 'exports'; name: string | null; node: Node }>[];
  /** True where the chain also writes to something that is no export. */
  mixed: boolean;
  value: Expression;
  place: Place;
  /** The top-level statement around it. */
  statement: Node;
}>;

/** A use of the exports object that writes nothing; `name` is the property read, or null where the object itself escapes. */
export type ExportRead = Readonly<{
  base: 'module.exports' | 'exports';
  node: Node;
  name: string | null;
  deferred: boolean;
}>;

export type ModuleExports = Readonly<{
  writes: readonly ExportWrite[];
  reads: readonly ExportRead[];
  /** Uses that no rule covers: computed keys, `delete`, `module` or `exports` given away or assigned alone. */
  others: readonly Node[];
  /** Top-level `this`, which is the exports object under another name. */
  topLevelThis: readonly Node[];
}>;

const topLevelStatement = (module: ParsedModule, node: Node): Node => {
  let current = node;
  for (let up = module.parentOf(current); up !== null && up.type !== 'Program'; up = module.parentOf(up))
    current = up;
  return current;
};

const isDeferredAt = (module: ParsedModule, node: Node): boolean => {
  for (let up = module.parentOf(node); up !== null; up = module.parentOf(up)) {
    if (isFunction(up) || up.type === 'PropertyDefinition') return true;
  }
  return false;
};

const placeOf = (module: ParsedModule, assignment: Node, statement: Node): Place => {
  if (isDeferredAt(module, assignment)) return 'DEFERRED';
  const parent = module.parentOf(assignment);
  if (parent === statement && parent.type === 'ExpressionStatement') return 'STATEMENT';
  const isDeclarator = parent?.type === 'VariableDeclarator' && module.parentOf(parent) === statement;
  return isDeclarator ? 'DECLARATOR' : 'NESTED';
};

/** The expressions that denote the exports object: `exports` and `module.exports`. */
const exportObjects = (module: ParsedModule): { base: 'module.exports' | 'exports'; node: Node }[] => {
  const found: { base: 'module.exports' | 'exports'; node: Node }[] = [];
  for (const { identifier } of module.globals.get('exports') ?? [])
    found.push({ base: 'exports', node: identifier });
  for (const { identifier } of module.globals.get('module') ?? []) {
    const parent = module.parentOf(identifier);
    if (
      parent?.type === 'MemberExpression' &&
      parent.object === identifier &&
      propertyName(parent) === 'exports'
    ) {
      found.push({ base: 'module.exports', node: parent });
    }
  }
  return found.sort((a, b) => start(a.node) - start(b.node));
};

/** `module` used for more than its exports; `require.main === module` is harmless and left out. */
const escapingModule = (module: ParsedModule): Node[] =>
  (module.globals.get('module') ?? [])
    .map((reference) => reference.identifier)
    .filter((identifier) => {
      const parent = module.parentOf(identifier);
      if (parent?.type === 'BinaryExpression') return false;
      const isMember = parent?.type === 'MemberExpression' && parent.object === identifier;
      return !isMember || propertyName(parent) === null;
    });

const topLevelThisOf = (module: ParsedModule): Node[] => {
  const found: Node[] = [];
  walk(module.program, (node) => {
    if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') return false;
    if (node.type === 'ClassBody') return false;
    if (node.type === 'ThisExpression') found.push(node);
    return true;
  });
  return found;
};

/** `exports`, `module.exports` and properties of them. */
export const isExports = (module: ParsedModule, node: Node): boolean => {
  if (node.type === 'Identifier') return node.name === 'exports' && module.variableOf(node) === null;
  if (node.type !== 'MemberExpression') return false;
  const isModule =
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    module.variableOf(node.object) === null &&
    propertyName(node) === 'exports';
  return isModule || isExports(module, node.object);
};

/** How a CommonJS module fills and uses its exports object. */
export function exportsOf(module: ParsedModule): ModuleExports {
  const objects = exportObjects(module);
  const others: Node[] = escapingModule(module);
  const reads: ExportRead[] = [];
  const chains = new Map<
    AssignmentExpression,
    { base: 'module.exports' | 'exports'; name: string | null; node: Node }[]
  >();
  for (const { base, node } of objects) {
    const parent = module.parentOf(node);
    const isObject = parent?.type === 'MemberExpression' && parent.object === node;
    const target = isObject ? parent : node;
    const name = isObject ? propertyName(parent) : null;
    const user = module.parentOf(target);
    if (user?.type === 'AssignmentExpression' && user.left === target) {
      if (user.operator !== '=' || (isObject && name === null) || name === '__proto__') {
        others.push(target);
        continue;
      }
      let outer = user;
      for (let up = module.parentOf(outer); up?.type === 'AssignmentExpression'; up = module.parentOf(up)) {
        if (up.right !== outer || up.operator !== '=') break;
        outer = up;
      }
      chains.set(outer, [...(chains.get(outer) ?? []), { base, name, node: target }]);
      continue;
    }
    const changes =
      user?.type === 'UpdateExpression' || (user?.type === 'UnaryExpression' && user.operator === 'delete');
    const inPattern = user?.type === 'AssignmentPattern' || user?.type === 'ArrayPattern';
    if (changes || inPattern || (isObject && name === null)) others.push(target);
    else reads.push({ base, node: target, name, deferred: isDeferredAt(module, node) });
  }
  const writes: ExportWrite[] = [...chains].map(([assignment, targets]) => {
    let value: Expression = assignment;
    let depth = 0;
    while (value.type === 'AssignmentExpression' && value.operator === '=') {
      value = value.right;
      depth += 1;
    }
    const statement = topLevelStatement(module, assignment);
    const ordered = targets.sort((a, b) => start(a.node) - start(b.node));
    const place = placeOf(module, assignment, statement);
    return { assignment, targets: ordered, mixed: depth !== targets.length, value, place, statement };
  });
  return {
    writes: writes.sort(
      (a, b) => start(a.assignment) - start(b.assignment) || end(a.assignment) - end(b.assignment),
    ),
    reads,
    others,
    topLevelThis: topLevelThisOf(module),
  };
}
