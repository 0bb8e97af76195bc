import type { Variable } from 'eslint-scope';
import type { Node, VariableDeclaration, VariableDeclarator } from 'estree';
import { isInert } from '../scopes/inert.ts';
import { contains, end, isFunction, isLoop, start, walk } from '../syntax/nodes.ts';
import type { ParsedModule, Use } from '../syntax/parse.ts';
import { assignsBeforeReading } from './definite-assignment.ts';
import { earlyCode, functionBetween } from './early-code.ts';

/** A `var` that declares a variable, and the piece of code that would become its scope. */
export type Declared = Readonly<{
  declaration: VariableDeclaration;
  declarator: VariableDeclarator;
  variable: Variable;
  region: Node;
}>;

export type Hazard = Readonly<{ code: string; reason: string }>;

/** Names that the CommonJS wrapper or the language binds already; `let` and `const` may not bind them again. */
const RESERVED = new Set([
  'exports',
  'module',
  'require',
  '__filename',
  '__dirname',
  'arguments',
  'let',
  'undefined',
]);

/** The piece of code that a block-scoped declaration in this place belongs to; null where it is not allowed at all. */
export function regionOf(module: ParsedModule, declaration: VariableDeclaration): Node | null {
  const parent = module.parentOf(declaration);
  if (parent === null) return null;
  if (parent.type === 'Program' || parent.type === 'BlockStatement' || parent.type === 'SwitchCase')
    return parent;
  if (parent.type === 'StaticBlock') return parent;
  if (parent.type === 'ForStatement') return parent.init === declaration ? parent : null;
  if (parent.type === 'ForInStatement' || parent.type === 'ForOfStatement')
    return parent.left === declaration ? parent : null;
  if (parent.type === 'ExportNamedDeclaration') return module.program;
  return null;
}

const loopsAround = (module: ParsedModule, node: Node): Node[] => {
  const loops: Node[] = [];
  for (
    let up = module.parentOf(node);
    up !== null && !isFunction(up) && up.type !== 'StaticBlock';
    up = module.parentOf(up)
  ) {
    if (isLoop(up)) loops.push(up);
  }
  return loops;
};

const isInCatchOf = (module: ParsedModule, node: Node, name: string): boolean => {
  for (let up = module.parentOf(node); up !== null && !isFunction(up); up = module.parentOf(up)) {
    if (up.type !== 'CatchClause' || up.param === null) continue;
    let bound = false;
    walk(up.param, (part) => {
      bound ||= part.type === 'Identifier' && part.name === name;
      return undefined;
    });
    if (bound) return true;
  }
  return false;
};

/**
 * Why a variable cannot become block scoped without a change that could be seen; null: it can. `uses` are the uses that
 * belong to this declaration; `shared` says that other declarations declare the same variable elsewhere.
 */
export function blockScopeHazard(
  module: ParsedModule,
  declared: Declared,
  uses: readonly Use[],
  context: Readonly<{ shared: boolean; cyclic: boolean }>,
): Hazard | null {
  const { declaration, declarator, region, variable } = declared;
  const name = variable.name;
  if (RESERVED.has(name))
    return { code: 'VAR_RESERVED', reason: `"${name}" is bound already where this code runs.` };
  if (isInCatchOf(module, declaration, name)) {
    return { code: 'VAR_IN_CATCH', reason: `"${name}" is also the name of a caught error around it.` };
  }
  if (context.cyclic && module.goal === 'module' && region === module.program) {
    return {
      code: 'VAR_IN_CYCLE',
      reason: `Modules that load each other may ask for "${name}" before its declaration has run.`,
    };
  }
  const isEach = region.type === 'ForInStatement' || region.type === 'ForOfStatement';
  const early = earlyCode(module, region, end(declarator), context.cyclic);
  let captured = false;
  for (const use of uses) {
    if (use.initialises || (isEach && contains(declarator, use.identifier))) continue;
    const inner = functionBetween(module, declaration, use.identifier);
    if (inner === null) {
      const inEachHead = isEach && contains(region.right, use.identifier);
      if (inEachHead || start(use.identifier) < end(declarator)) {
        return { code: 'VAR_USED_EARLY', reason: `"${name}" is used before its declaration has run.` };
      }
      continue;
    }
    captured = true;
    if (start(inner) >= end(declarator) && inner.type !== 'FunctionDeclaration') continue;
    const isOwnValue = contains(declarator, inner) && isInert(module, declarator.init, { requires: false });
    const isSafe = inner.type === 'FunctionDeclaration' ? !early.mayCall(inner) : isOwnValue || early.isInert;
    if (!isSafe) {
      return {
        code: 'VAR_CALLED_EARLY',
        reason: `A function that uses "${name}" may be called before its declaration has run.`,
      };
    }
  }
  const loops = loopsAround(module, declaration);
  if (loops.length > 0 && captured) {
    return {
      code: 'VAR_CAPTURED_IN_LOOP',
      reason: `A function inside the loop holds on to "${name}"; every round would get its own.`,
    };
  }
  if (context.shared && captured) {
    return {
      code: 'VAR_SHARED',
      reason: `A function holds on to "${name}", which is declared again elsewhere.`,
    };
  }
  const isHead = region.type === 'ForStatement' || isEach;
  const keepsOldValue = context.shared || loops.length > (isHead ? 1 : 0);
  if (
    keepsOldValue &&
    declarator.init == null &&
    !isEach &&
    !(isHead ? false : assignedFirst(region, declaration, uses))
  ) {
    return {
      code: 'VAR_KEEPS_VALUE',
      reason: `"${name}" starts with the value it had before, which a block-scoped variable would lose.`,
    };
  }
  return null;
}

const assignedFirst = (region: Node, declaration: VariableDeclaration, uses: readonly Use[]): boolean => {
  const statements =
    region.type === 'Program' || region.type === 'BlockStatement'
      ? region.body
      : region.type === 'SwitchCase'
        ? region.consequent
        : null;
  if (statements === null) return false;
  return assignsBeforeReading(
    statements.filter((statement) => start(statement) >= end(declaration)),
    uses,
  );
};
