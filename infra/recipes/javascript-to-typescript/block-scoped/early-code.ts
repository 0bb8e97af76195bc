import type { Node } from 'estree';
import { isInert } from '../scopes/inert.ts';
import { childrenOf, contains, type FunctionNode, isFunction, start } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/**
 * Which functions may run before a declaration is reached. `let` and `const` throw when they are read that early, where
 * `var` gives undefined.
 */
export type EarlyCode = Readonly<{
  /** Nothing before the declaration calls anything. */
  isInert: boolean;
  mayCall: (target: FunctionNode) => boolean;
}>;

/** Statements of the region that run before `position`, cut down to those that begin before it. */
const statementsBefore = (region: Node, position: number): Node[] =>
  childrenOf(region).filter((node) => start(node) < position);

const isExportAssignment = (module: ParsedModule, node: Node): boolean => {
  const assignment = module.parentOf(node);
  if (assignment?.type !== 'AssignmentExpression' || assignment.right !== node) return false;
  let target: Node = assignment.left;
  while (target.type === 'MemberExpression') target = target.object;
  return (
    target.type === 'Identifier' &&
    ['module', 'exports'].includes(target.name) &&
    module.variableOf(target) === null
  );
};

/**
 * Looks at the code of `region` (a block, a loop or the program) up to `position`. In a module that takes part in a
 * cycle, loading another module and exporting a function both may run code of this one.
 */
export function earlyCode(module: ParsedModule, region: Node, position: number, cyclic: boolean): EarlyCode {
  const before = statementsBefore(region, position);
  const inert = before.every((node) => isInert(module, node, { requires: !cyclic }));
  let reachable: ReadonlySet<Node> | null = null;
  return {
    isInert: inert,
    mayCall: (target) => {
      if (inert) return false;
      reachable ??= reachableFunctions(module, before, position, cyclic);
      return reachable.has(target);
    },
  };
}

/** Function declarations that code before the position can get hold of by name, also through each other. */
const reachableFunctions = (
  module: ParsedModule,
  before: readonly Node[],
  position: number,
  cyclic: boolean,
): ReadonlySet<Node> => {
  const reached = new Set<Node>();
  const open: Node[] = [];
  const visit = (node: Node, limit: number): void => {
    if (start(node) >= limit) return;
    // A declaration runs only when somebody names it.
    if (node.type === 'FunctionDeclaration' && limit === position) return;
    if (node.type === 'Identifier' && (cyclic || !isExportAssignment(module, node))) {
      for (const definition of module.variableOf(node)?.defs ?? []) {
        if (definition.type !== 'FunctionName' || reached.has(definition.node)) continue;
        reached.add(definition.node);
        open.push(definition.node);
      }
    }
    for (const child of childrenOf(node)) visit(child, limit);
  };
  for (const node of before) visit(node, position);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of childrenOf(next)) visit(child, Number.POSITIVE_INFINITY);
  }
  return reached;
};

/** The outermost function around `node` that does not also contain `anchor`; null where both run together. */
export function functionBetween(module: ParsedModule, anchor: Node, node: Node): Node | null {
  let found: Node | null = null;
  for (let up = module.parentOf(node); up !== null && !contains(up, anchor); up = module.parentOf(up)) {
    if (isFunction(up) || up.type === 'PropertyDefinition' || up.type === 'StaticBlock') found = up;
  }
  return found;
}
