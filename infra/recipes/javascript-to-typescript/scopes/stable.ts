import type { Variable } from 'eslint-scope';
import type { Identifier, Node } from 'estree';
import { end, start } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

export type StableBinding = Readonly<{
  variable: Variable;
  kind: 'FUNCTION' | 'CLASS' | 'CONSTANT';
  /** The declaration, or the declarator of a constant. */
  node: Node;
  /** Written as `const`, a function or a class, so that TypeScript accepts `name.property = value` on functions. */
  isDeclaredConstant: boolean;
}>;

/**
 * The top-level binding an identifier names, if it holds one and the same value from its declaration on: a function or
 * class that nobody reassigns, or a variable written once, by its own initialiser. Null for anything else.
 */
export function stableBinding(module: ParsedModule, identifier: Identifier): StableBinding | null {
  const variable = module.variableOf(identifier);
  if (variable === null || variable.scope !== module.moduleScope || variable.defs.length !== 1) return null;
  const [definition] = variable.defs;
  if (definition === undefined) return null;
  const writes = module.usesOf(variable).filter((use) => use.writes);
  if (definition.type === 'FunctionName') {
    if (writes.length > 0) return null;
    return { variable, kind: 'FUNCTION', node: definition.node, isDeclaredConstant: true };
  }
  if (definition.type === 'ClassName') {
    if (writes.length > 0) return null;
    return { variable, kind: 'CLASS', node: definition.node, isDeclaredConstant: true };
  }
  if (definition.type !== 'Variable' || definition.node.init == null) return null;
  const [write] = writes;
  if (writes.length !== 1 || write?.initialises !== true) return null;
  const declaration = module.parentOf(definition.node);
  if (declaration === null || module.parentOf(declaration) !== module.program) return null;
  const isDeclaredConstant = declaration.type === 'VariableDeclaration' && declaration.kind === 'const';
  return { variable, kind: 'CONSTANT', node: definition.node, isDeclaredConstant };
}

/** Whether the binding has its value when code at `position` of the top level runs. */
export const isReadyAt = (binding: StableBinding, position: number): boolean =>
  binding.kind === 'FUNCTION' || end(binding.node) <= position;

/** No other scope of the file declares the name, so that it means the same everywhere. */
export const isUnshadowed = (module: ParsedModule, name: string): boolean =>
  module.scopes.scopes.every(
    (scope) => scope === module.moduleScope || !scope.set.has(name) || isOwnName(scope.set.get(name)),
  );

const isOwnName = (variable: Variable | undefined): boolean =>
  variable !== undefined && variable.defs.length === 0;

/** Every identifier-like word of the file: a name outside of this set is free. */
export const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []);

export const isBefore = (a: Node, b: Node): boolean => end(a) <= start(b);
