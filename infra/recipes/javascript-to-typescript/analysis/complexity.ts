import type { Node } from 'estree';
import { childrenOf, isFunction, lineOf } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

export type FunctionFact = Readonly<{
  name: string | null;
  line: number;
  /** McCabe: one more than the number of branches. */
  complexity: number;
}>;

export type SizeFacts = Readonly<{
  lines: number;
  functions: readonly FunctionFact[];
  /** Complexity of the whole file: of all functions and of the code outside of them. */
  complexity: number;
}>;

const BRANCHES = new Set<Node['type']>([
  'IfStatement',
  'ConditionalExpression',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'CatchClause',
  'LogicalExpression',
]);

const isBranch = (node: Node): boolean =>
  BRANCHES.has(node.type) || (node.type === 'SwitchCase' && node.test !== null);

const nameOf = (module: ParsedModule, node: Node): string | null => {
  if ('id' in node && node.id != null && 'name' in node.id) return String(node.id.name);
  const parent = module.parentOf(node);
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
  if (
    (parent?.type === 'MethodDefinition' || parent?.type === 'Property') &&
    parent.key.type === 'Identifier'
  )
    return parent.key.name;
  return null;
};

/** Size and branching of one module. */
export function sizeOf(module: ParsedModule): SizeFacts {
  const functions: FunctionFact[] = [];
  const count = (node: Node): number => {
    let branches = isBranch(node) ? 1 : 0;
    for (const child of childrenOf(node)) {
      const inside = count(child);
      if (isFunction(child))
        functions.push({ name: nameOf(module, child), line: lineOf(child), complexity: inside + 1 });
      else branches += inside;
    }
    return branches;
  };
  const outside = count(module.program);
  return {
    lines: module.text.split('\n').length - (module.text.endsWith('\n') ? 1 : 0),
    functions: functions.sort((a, b) => a.line - b.line),
    complexity: 1 + outside + functions.reduce((sum, one) => sum + one.complexity - 1, 0),
  };
}
