import type { Scope } from 'eslint-scope';
import type { Identifier, Node } from 'estree';
import type { Finding, RecipeOptions } from '../recipe.ts';
import { isFreshlyMade } from './scopes/fresh.ts';
import type { Change } from './scopes/made.ts';
import { showsStrictness } from './scopes/told-functions.ts';
import { end, type FunctionNode, isFunction, lineOf, propertyName, start, walk } from './syntax/nodes.ts';
import { isSyntaxFailure, type ParsedModule, parseModule } from './syntax/parse.ts';

/** Whether a finding is one of the differences that the person accepts; what is sure to throw can never be accepted. */
export const isSettledBy = (accepted: NonNullable<RecipeOptions['accepted']>, { code }: Finding): boolean =>
  code === 'STRICT_MODE_VISIBLE' && accepted.includes('STRICT_MODE');

/**
 * TypeScript emits every module as strict mode code. For a file that was sloppy this looks for anything that could make
 * the difference visible; an empty answer is the proof that it cannot be seen. STRICT_MODE_VISIBLE is what can be seen by chance,
 * as where something is frozen; STRICT_MODE_THROWS is what is other whenever it runs.
 * Rules: ECMA-262, annex C "The strict mode of ECMAScript".
 */
export function strictModeHazards(module: ParsedModule): Finding[] {
  if (module.strict) return [];
  const hazards: Finding[] = [];
  const adding =
    (code: string): Add =>
    (node, reason) =>
      hazards.push({ code, path: module.path, line: lineOf(node), reason });
  const add = adding('STRICT_MODE_VISIBLE');
  const addCertain = adding('STRICT_MODE_THROWS');
  const body = parseAsStrict(module);
  if (isSyntaxFailure(body)) {
    return [
      {
        code: 'STRICT_MODE_SYNTAX',
        path: module.path,
        line: body.line,
        reason: `Strict mode, which TypeScript always emits, forbids this syntax: ${body.message}`,
      },
    ];
  }
  for (const [name, references] of module.globals) {
    for (const reference of references) {
      if (!reference.writes || WRAPPER_NAMES.has(name) || mayBeDeclared(module, name, reference.identifier))
        continue;
      addCertain(
        reference.identifier,
        `Assigns to "${name}", which is not declared: strict mode throws here`,
      );
    }
  }
  walk(module.program, (node) => {
    const within = functionAround(module, node);
    if (within?.strict === true) return undefined;
    if (node.type === 'ThisExpression' && within !== null) {
      const isCertain = isCalledPlainly(module, within.node);
      (isCertain ? addCertain : add)(
        node,
        '"this" of a plain call is the global object here, and undefined in strict mode',
      );
    }
    if (node.type === 'AssignmentExpression') checkTarget(module, node.left, add);
    if (node.type === 'UpdateExpression') checkTarget(module, node.argument, add);
    if (node.type === 'UnaryExpression' && node.operator === 'delete')
      checkTarget(module, node.argument, add, 'DELETE');
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') checkTarget(module, node.left, add);
    const shown = showsStrictness(module, node);
    if (shown !== null) (shown.isCertain ? addCertain : add)(node, shown.reason);
    if (node.type === 'FunctionDeclaration') checkBlockFunction(module, node, addCertain);
    if (isFunction(node)) checkOwnName(module, node, addCertain);
    if (isFunction(node) && node.type !== 'ArrowFunctionExpression') checkArguments(module, node, add);
    return undefined;
  });
  return hazards;
}

const parseAsStrict = (module: ParsedModule): ReturnType<typeof parseModule> => {
  const text = module.text.replace(/^\uFEFF/, '').replace(/^#!/, '//');
  return parseModule(module.path, `'use strict';${text}`, 'commonjs');
};

/** Parameters of the CommonJS wrapper: undeclared in the file, and writable all the same. */
const WRAPPER_NAMES = new Set(['exports', 'module', 'require', '__filename', '__dirname']);

/**
 * Whether a name without a known variable may have one all the same: code given to `eval` declares what it likes in the function
 * around it, and inside of `with` the name may be one of the object's.
 */
const mayBeDeclared = (module: ParsedModule, name: string, identifier: Identifier): boolean => {
  const reference = module.scopes.scopes
    .flatMap(({ references }) => references)
    .find((one) => one.identifier === identifier);
  for (let scope = reference?.from ?? null; scope !== null; scope = scope.upper) {
    const isDeclared = (scope.set.get(name)?.defs.length ?? 0) > 0;
    if (isDeclared || scope.type === 'with' || holdsEval(module, scope)) return true;
  }
  return false;
};

/** Whether code is given to `eval` in a function, in whichever block of it. */
const holdsEval = (module: ParsedModule, home: Scope): boolean =>
  module.scopes.scopes
    .filter(({ variableScope }) => variableScope === home)
    .flatMap(({ references }) => references)
    .some(({ identifier }) => {
      const isEval = identifier.type === 'Identifier' && identifier.name === 'eval';
      const call = isEval ? module.parentOf(identifier) : null;
      return call?.type === 'CallExpression' && call.callee === identifier;
    });

type Add = (node: Node, reason: string) => void;

/** The function whose `this` a node would use, and whether that code is strict already (class bodies, directives). */
const functionAround = (module: ParsedModule, node: Node): { node: Node; strict: boolean } | null => {
  let found: { node: Node; strict: boolean } | null = null;
  for (let up = module.parentOf(node); up !== null; up = module.parentOf(up)) {
    if (up.type === 'ClassBody') return { node: up, strict: true };
    if (up.type !== 'FunctionDeclaration' && up.type !== 'FunctionExpression') continue;
    found ??= { node: up, strict: false };
    if (up.body.body.some((statement) => 'directive' in statement && statement.directive === 'use strict')) {
      return { node: up, strict: true };
    }
  }
  return found;
};

/** A function expression that is called where it stands: its `this` is the global object whenever it runs. */
const isCalledPlainly = (module: ParsedModule, node: Node): boolean => {
  const call = module.parentOf(node);
  return call?.type === 'CallExpression' && call.callee === node;
};

/** Writing to a property fails silently in sloppy code and throws in strict code when the object forbids it. */
const checkTarget = (module: ParsedModule, target: Node, add: Add, kind: Change = 'WRITE'): void => {
  if (target.type === 'MemberExpression') {
    if (!isFreshlyMade(module, target.object, { kind, name: propertyName(target) })) {
      add(
        target,
        'Writes to a property of an object that may be frozen or primitive: strict mode would throw there',
      );
    }
    return;
  }
  if (target.type === 'ArrayPattern' || target.type === 'ObjectPattern') {
    walk(target, (node) => {
      if (node.type === 'MemberExpression') checkTarget(module, node, add);
      return node.type !== 'MemberExpression';
    });
  }
};

/** The name of a function expression is a constant; sloppy code ignores what is assigned to it. */
const checkOwnName = (module: ParsedModule, node: FunctionNode, add: Add): void => {
  const name = node.type === 'FunctionExpression' ? node.id : null;
  const variable = name == null ? null : module.variableOf(name);
  const write = variable === null ? undefined : module.usesOf(variable).find((use) => use.writes);
  if (write === undefined) return;
  add(
    write.identifier,
    `Assigns to "${write.identifier.name}", the name of the function expression itself: strict mode throws here`,
  );
};

/** Sloppy mode also binds a function declared in a block in the function around it (annex B.3.2). */
const checkBlockFunction = (module: ParsedModule, node: FunctionNode, add: Add): void => {
  const parent = module.parentOf(node);
  if (parent === null || parent.type === 'Program' || isFunctionBody(module, parent)) return;
  if (parent.type !== 'BlockStatement') {
    add(node, 'A function declared directly under a statement is not allowed in strict mode');
    return;
  }
  const name = node.type === 'FunctionDeclaration' ? node.id : null;
  if (name === null) return;
  let outside = false;
  walk(module.program, (other) => {
    if (other.type === 'Identifier' && other.name === name.name) {
      outside ||= start(other) < start(parent) || end(other) > end(parent);
    }
    return undefined;
  });
  if (outside)
    add(node, `"${name.name}" is declared in a block; strict mode does not show it outside of the block`);
};

const isFunctionBody = (module: ParsedModule, block: Node): boolean => {
  const owner = module.parentOf(block);
  return owner !== null && isFunction(owner);
};

/** In sloppy code `arguments[0]` and the first parameter are one variable; in strict code they are two. */
const checkArguments = (module: ParsedModule, node: FunctionNode, add: Add): void => {
  const uses = argumentsUses(module, node);
  if (uses.length === 0) return;
  const onlyRead = uses.every((use) => {
    const parent = module.parentOf(use);
    if (parent?.type === 'MemberExpression' && parent.object === use) {
      const user = module.parentOf(parent);
      const written = user?.type === 'AssignmentExpression' && user.left === parent;
      return !written && user?.type !== 'UpdateExpression' && !isDelete(user);
    }
    return isApplyArgument(parent, use);
  });
  const parameters = node.params.flatMap((parameter) => (parameter.type === 'Identifier' ? [parameter] : []));
  const anyWritten = parameters.some((parameter) => {
    const variable = module.variableOf(parameter);
    if (variable === null) return false;
    // A function declared under the name of a parameter takes its place at once.
    const isReplaced = variable.defs.some((definition) => definition.type === 'FunctionName');
    return isReplaced || module.usesOf(variable).some((use) => use.writes);
  });
  if (parameters.length > 0 && (anyWritten || !onlyRead)) {
    add(node, '"arguments" follows changes of the parameters here, and not in strict mode');
  }
};

const isDelete = (node: Node | null | undefined): boolean =>
  node?.type === 'UnaryExpression' && node.operator === 'delete';

/** `f.apply(x, arguments)` and `Array.prototype.slice.call(arguments, ...)` read the values and keep nothing. */
const isApplyArgument = (call: Node | null, use: Node): boolean => {
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false;
  const name = propertyName(call.callee);
  if (name === 'apply') return call.arguments[1] === use;
  const callee = call.callee.object;
  return (
    name === 'call' &&
    call.arguments[0] === use &&
    callee.type === 'MemberExpression' &&
    propertyName(callee) === 'slice'
  );
};

const argumentsUses = (module: ParsedModule, node: FunctionNode): Identifier[] =>
  (module.globals.get('arguments') ?? [])
    .map((reference) => reference.identifier)
    .filter((use) => {
      for (let up = module.parentOf(use); up !== null; up = module.parentOf(up)) {
        if (up === node) return true;
        if (up.type === 'FunctionDeclaration' || up.type === 'FunctionExpression') return false;
      }
      return false;
    });
