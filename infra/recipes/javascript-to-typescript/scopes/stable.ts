import type { Variable } from 'eslint-scope';
import type { Identifier, Node } from 'estree';
import { end } from '../syntax/nodes.ts';
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
export const isUnshadowed = (module: ParsedModule, name: string): boolean => {
  const own = module.moduleScope.set.get(name)?.defs[0]?.node;
  return module.scopes.scopes.every((scope) => {
    const other = scope.set.get(name);
    if (scope === module.moduleScope || other === undefined || other.defs.length === 0) return true;
    // A class knows itself by name inside of its body.
    return scope.type === 'class' && scope.block === own;
  });
};

/** Every name that the file declares or uses: a name outside of this set is free. */
export const namesUsedIn = (module: ParsedModule): ReadonlySet<string> =>
  new Set([
    ...module.globals.keys(),
    ...module.scopes.scopes.flatMap((scope) => scope.variables.map((variable) => variable.name)),
  ]);
