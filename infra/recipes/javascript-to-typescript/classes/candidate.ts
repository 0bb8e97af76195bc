import type { Variable } from 'eslint-scope';
import type { ExpressionStatement, FunctionDeclaration, FunctionExpression, Identifier, Node } from 'estree';
import { isInert } from '../scopes/inert.ts';
import { childrenOf, end, propertyName, start, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

export type Method = Readonly<{ name: string; value: FunctionExpression; statement: ExpressionStatement }>;

export type Candidate = Readonly<{
  declaration: FunctionDeclaration;
  variable: Variable;
  methods: readonly Method[];
}>;

/** Functions of the top level that get methods on their prototype. */
export function classCandidates(module: ParsedModule): Candidate[] {
  const found: Candidate[] = [];
  for (const declaration of module.program.body) {
    if (declaration.type !== 'FunctionDeclaration') continue;
    const variable = module.variableOf(declaration.id);
    if (variable === null) continue;
    const methods = module.usesOf(variable).flatMap((use) => methodSetBy(module, use.identifier) ?? []);
    const mentionsPrototype = module.usesOf(variable).some((use) => {
      const member = module.parentOf(use.identifier);
      return (
        member?.type === 'MemberExpression' &&
        member.object === use.identifier &&
        propertyName(member) === 'prototype'
      );
    });
    if (mentionsPrototype) found.push({ declaration, variable, methods });
  }
  return found;
}

/** The method that the statement `F.prototype.name = function () {}` around a use of F sets; null for any other use. */
const methodSetBy = (module: ParsedModule, use: Identifier): Method | null => {
  const prototype = module.parentOf(use);
  if (prototype?.type !== 'MemberExpression' || propertyName(prototype) !== 'prototype') return null;
  const member = module.parentOf(prototype);
  if (member?.type !== 'MemberExpression' || member.object !== prototype) return null;
  const name = propertyName(member);
  const assignment = module.parentOf(member);
  if (name === null || assignment?.type !== 'AssignmentExpression' || assignment.left !== member) return null;
  const statement = module.parentOf(assignment);
  if (assignment.operator !== '=' || assignment.right.type !== 'FunctionExpression') return null;
  if (statement?.type !== 'ExpressionStatement' || module.parentOf(statement) !== module.program) return null;
  return { name, value: assignment.right, statement };
};

/**
 * Why the function cannot become a class without a change that could be seen; null: it can. A class differs in that it
 * cannot be called without `new`, is not hoisted, and has methods that are no constructors and do not show in `for..in`:
 * so nobody outside of the file may get hold of the function or of an object that it makes.
 */
export function classHazard(module: ParsedModule, candidate: Candidate, cyclic: boolean): string | null {
  const { declaration, methods, variable } = candidate;
  const name = variable.name;
  if (methods.length === 0) return `"${name}" gets its methods in a way that does not say which ones.`;
  if (variable.defs.length !== 1 || declaration.async || declaration.generator)
    return `"${name}" is declared more than once.`;
  const names = new Set(methods.map((method) => method.name));
  if (names.size !== methods.length || names.has('constructor') || names.has('prototype'))
    return `"${name}" sets a method twice.`;
  const instances: Variable[] = [];
  for (const use of module.usesOf(variable)) {
    if (methodSetBy(module, use.identifier) !== null) continue;
    const parent = module.parentOf(use.identifier);
    if (
      parent?.type === 'BinaryExpression' &&
      parent.operator === 'instanceof' &&
      parent.right === use.identifier
    )
      continue;
    const instance =
      parent?.type === 'NewExpression' && parent.callee === use.identifier
        ? instanceOf(module, parent)
        : null;
    if (instance === null) {
      return `"${name}" or an object that it makes can be reached from outside, where a class would be told from a function.`;
    }
    instances.push(instance);
  }
  const lastStatement = Math.max(...methods.map((method) => end(method.statement)));
  const before = module.program.body.filter((node) => start(node) < lastStatement);
  if (!before.every((node) => isInert(module, node, { requires: !cyclic }))) {
    return `Code runs before all methods of "${name}" are set.`;
  }
  for (const instance of instances) {
    if (!module.usesOf(instance).every((use) => use.initialises || isOwnUse(module, use.identifier, names))) {
      return `An object made by "${name}" is handed on, so its methods could be listed by others.`;
    }
  }
  for (const body of [declaration, ...methods.map((method) => method.value)]) {
    const reason = bodyHazard(module, body, names);
    if (reason !== null) return `"${name}" ${reason}`;
  }
  return null;
}

/** The constant that holds what `new F()` makes. */
const instanceOf = (module: ParsedModule, made: Node): Variable | null => {
  const declarator = module.parentOf(made);
  if (
    declarator?.type !== 'VariableDeclarator' ||
    declarator.init !== made ||
    declarator.id.type !== 'Identifier'
  )
    return null;
  const variable = module.variableOf(declarator.id);
  if (variable === null || variable.defs.length !== 1) return null;
  return module.usesOf(variable).every((use) => !use.writes || use.initialises) ? variable : null;
};

/** `object.name` only: methods are called, other properties read or written, nothing is enumerated or handed on. */
const isOwnUse = (module: ParsedModule, object: Node, methods: ReadonlySet<string>): boolean => {
  const member = module.parentOf(object);
  if (member?.type === 'BinaryExpression') return member.operator === 'instanceof' && member.left === object;
  if (member?.type !== 'MemberExpression' || member.object !== object) return false;
  const name = propertyName(member);
  if (name === null || name === 'constructor' || name === '__proto__') return false;
  if (!methods.has(name)) return true;
  const call = module.parentOf(member);
  return call?.type === 'CallExpression' && call.callee === member;
};

const bodyHazard = (
  module: ParsedModule,
  body: FunctionDeclaration | FunctionExpression,
  methods: ReadonlySet<string>,
): string | null => {
  const isConstructor = body.type === 'FunctionDeclaration';
  let reason: string | null = null;
  const visit = (node: Node): void => {
    if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') return;
    if (node.type === 'ThisExpression' && !isOwnUse(module, node, methods)) reason = 'hands "this" on.';
    if (node.type === 'ReturnStatement' && isConstructor && node.argument != null)
      reason = 'returns a value of its own.';
    if (node.type === 'MetaProperty') reason = 'asks how it was called.';
    for (const child of childrenOf(node)) visit(child);
  };
  for (const child of childrenOf(body)) visit(child);
  const own = body.type === 'FunctionExpression' ? body.id : null;
  if (own != null) {
    walk(body.body, (node) => {
      if (node.type === 'Identifier' && node.name === own.name) reason = 'has a method that names itself.';
      return undefined;
    });
  }
  return reason;
};
