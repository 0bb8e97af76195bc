import type { Variable } from 'eslint-scope';
import type { CallExpression, Identifier, MemberExpression, NewExpression, Node } from 'estree';
import { exportsOf, isExports } from '../modules/exports.ts';
import { type FunctionNode, isFunction, propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { functionsOf, isOnlyOwn, takesUpTo, usesArguments, usesThis } from './functions.ts';
import { functionOf, isGlobalCall, isOwnArray, madeBy, valuesOf } from './made.ts';
import { borrowedMethod, CALLBACKS, GIVES_ITSELF, GIVES_PLAIN, RUN_UNASKED } from './methods.ts';
import { isChanged, keyOf, membersNamed, valuesGiven } from './properties.ts';

/** How far an object gets: it stays in this file, is had by who loads or calls the file, or by code that is not known. */
export type Reach = 'KEPT' | 'HANDED_OUT' | 'GIVEN_AWAY';

/** Where the object of a variable can be had, whatever the way: other names, lists and objects, parameters, results. */
export function reachOf(module: ParsedModule, variable: Variable): Reach {
  const { block } = variable.scope;
  const home = isFunction(block) ? block : functionOf(module, block);
  const isWrittenInside = module
    .usesOf(variable)
    .every((use) => !isChanged(module, use.identifier) || functionOf(module, use.identifier) === home);
  const search = new Search(module, isWrittenInside ? home : null);
  return found(module, search, search.variable(variable, false));
}

/** The same for expressions that all stand for one object. */
export function reachOfUses(module: ParsedModule, uses: readonly Node[]): Reach {
  const search = new Search(module, null);
  return found(
    module,
    search,
    uses.every((use) => search.follow(use, false)),
  );
}

const found = (module: ParsedModule, search: Search, isKnown: boolean): Reach =>
  isKnown && RUN_UNASKED.every((name) => isOnlyOwn(module, name))
    ? search.isHandedOut
      ? 'HANDED_OUT'
      : 'KEPT'
    : 'GIVEN_AWAY';

/** Places that look at a value and keep nothing of it. */
const LOOKS = new Set<Node['type']>([
  'ExpressionStatement',
  'UnaryExpression',
  'BinaryExpression',
  'UpdateExpression',
  'IfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
  'ForInStatement',
  'SwitchStatement',
  'SwitchCase',
]);

/**
 * Follows one object through a file. Every step answers whether only code of this file, or who loads or calls it, has the
 * object from there. `holds` says that a value holds the object somewhere inside, not that it is it.
 */
class Search {
  isHandedOut = false;
  readonly #module: ParsedModule;
  /** The only function that changes the object: once it has returned, nobody does. */
  readonly #home: FunctionNode | null;
  readonly #seen = new Map<unknown, Set<boolean>>();

  constructor(module: ParsedModule, home: FunctionNode | null) {
    this.#module = module;
    this.#home = home;
  }

  variable(variable: Variable, holds: boolean): boolean {
    if (this.#isSeen(variable, holds)) return true;
    return this.#module.usesOf(variable).every((use) => {
      const parent = this.#module.parentOf(use.identifier);
      // What an assignment gives is the object too.
      const isGiven = parent?.type === 'AssignmentExpression' && parent.left === use.identifier;
      return (!use.reads || this.follow(use.identifier, holds)) && (!isGiven || this.follow(parent, holds));
    });
  }

  follow(node: Node, holds: boolean): boolean {
    const parent = this.#module.parentOf(node);
    if (parent === null || LOOKS.has(parent.type) || this.#isSeen(node, holds)) return true;
    switch (parent.type) {
      case 'TemplateLiteral':
        return this.#module.parentOf(parent)?.type !== 'TaggedTemplateExpression';
      case 'MemberExpression':
        return parent.object !== node || this.#member(parent, holds);
      case 'VariableDeclarator':
        return this.#store(parent.id, holds);
      case 'AssignmentExpression':
        return parent.left === node || (this.#store(parent.left, holds) && this.follow(parent, holds));
      case 'Property': {
        const literal = this.#module.parentOf(parent);
        const isValue = literal?.type === 'ObjectExpression' && parent.value === node;
        return !isValue || this.follow(literal, true);
      }
      case 'ArrayExpression':
        return this.follow(parent, true);
      case 'ConditionalExpression':
        return parent.test === node || this.follow(parent, holds);
      case 'SequenceExpression':
        return parent.expressions.at(-1) !== node || this.follow(parent, holds);
      case 'LogicalExpression':
      case 'ChainExpression':
        return this.follow(parent, holds);
      case 'SpreadElement':
      case 'ForOfStatement':
        return !holds;
      case 'ReturnStatement':
      case 'ArrowFunctionExpression':
        return this.#result(functionOf(this.#module, node), holds);
      case 'ThrowStatement':
        return this.#isLastOfHome(node);
      case 'CallExpression':
      case 'NewExpression':
        return parent.callee === node || this.#argument(parent, node, holds);
      default:
        return false;
    }
  }

  #isSeen(what: unknown, holds: boolean): boolean {
    const known = this.#seen.get(what) ?? new Set();
    if (known.has(holds)) return true;
    this.#seen.set(what, known.add(holds));
    return false;
  }

  #member(member: MemberExpression, holds: boolean): boolean {
    const user = this.#module.parentOf(member);
    if (user?.type === 'CallExpression' && user.callee === member) return this.#method(user, member, holds);
    if (user?.type === 'TaggedTemplateExpression') return false;
    const isFollowed = holds && propertyName(member) !== 'length' && !isChanged(this.#module, member.object);
    return !isFollowed || this.follow(member, true);
  }

  /** `object.name(...)`: the method has the object as `this`. */
  #method(call: CallExpression, member: MemberExpression, holds: boolean): boolean {
    const name = propertyName(member);
    if (name === null || !isOnlyOwn(this.#module, name)) return false;
    const place = CALLBACKS[name];
    if (place !== undefined) {
      const [callback] = call.arguments;
      const functions = callback === undefined ? null : functionsOf(this.#module, callback);
      if (holds || functions?.every(takesUpTo(place)) !== true) return false;
    }
    const isResult = GIVES_ITSELF.has(name) || (holds && !GIVES_PLAIN.has(name));
    return !isResult || this.follow(call, holds);
  }

  #argument(call: CallExpression | NewExpression, node: Node, holds: boolean): boolean {
    const { callee } = call;
    const given: readonly Node[] = call.arguments;
    const index = given.indexOf(node);
    if (given.slice(0, index).some((argument) => argument.type === 'SpreadElement')) return false;
    const own = functionsOf(this.#module, callee);
    if (own !== null) return this.#parameter(own, index, holds);
    if (callee.type !== 'MemberExpression' || call.type === 'NewExpression') return false;
    const name = propertyName(callee) ?? '';
    if (name === 'call' || name === 'apply') return this.#borrowed(call, callee.object, index, holds);
    const isRead =
      isGlobalCall(this.#module, call, 'Object', ['keys']) ||
      isGlobalCall(this.#module, call, 'Array', ['isArray']) ||
      isGlobalCall(this.#module, call, 'JSON', ['stringify']);
    if (isRead) return true;
    if (valuesGiven(this.#module, name).length > 0 || !isOwnArray(this.#module, callee.object)) return false;
    return this.#intoMethod(name, callee.object, call);
  }

  /** `method.call(object, ...)` and `method.apply(object, list)`. */
  #borrowed(call: CallExpression, method: Node, index: number, holds: boolean): boolean {
    const own = functionsOf(this.#module, method);
    const isList = index === 1 && propertyName(call.callee) === 'apply';
    if (own !== null) {
      if (index === 0) return !own.some(usesThis);
      // What lies in a list becomes some parameter.
      if (isList) return !holds || this.#parameter(own, null, holds);
      return this.#parameter(own, index - 1, holds);
    }
    const name = borrowedMethod(this.#module, method);
    if (name === null) return false;
    if (index === 0) return !holds || GIVES_PLAIN.has(name) || this.follow(call, holds);
    return (isList && !holds) || this.#intoMethod(name, call.arguments[0] ?? call, call);
  }

  /** An argument of a method of the language that is run on `list`. */
  #intoMethod(name: string, list: Node, call: Node): boolean {
    if (name === 'push' || name === 'unshift' || name === 'splice') return this.#storeIn(list);
    return name === 'concat' ? this.follow(call, true) : GIVES_PLAIN.has(name);
  }

  /** Index null: any of them. */
  #parameter(functions: readonly FunctionNode[], index: number | null, holds: boolean): boolean {
    return functions.every((fn) => {
      if (usesArguments(fn) || fn.params.at(-1)?.type === 'RestElement') return false;
      const taken = index === null ? fn.params : fn.params.slice(index, index + 1);
      return taken.every((one) => this.#store(one.type === 'AssignmentPattern' ? one.left : one, holds));
    });
  }

  #store(target: Node, holds: boolean): boolean {
    if (isExports(this.#module, target)) return this.#export();
    if (target.type === 'MemberExpression') return this.#storeIn(target.object);
    if (target.type !== 'Identifier') return !holds && target.type !== 'RestElement';
    const variable = this.#module.variableOf(target);
    return variable !== null && this.variable(variable, holds);
  }

  /** The object is kept in another: whoever gets at that one gets at it. */
  #storeIn(holder: Node): boolean {
    if (isExports(this.#module, holder)) return this.#export();
    if (holder.type === 'MemberExpression') return this.#storeIn(holder.object);
    const variable = holder.type === 'Identifier' ? this.#module.variableOf(holder) : null;
    const values = variable === null ? null : valuesOf(this.#module, variable);
    const isOwn = values?.every((value) => madeBy(this.#module, value) !== 'UNKNOWN') === true;
    return variable !== null && isOwn && this.variable(variable, true);
  }

  #export(): boolean {
    this.isHandedOut = true;
    return exportsOf(this.#module).reads.every((read) => this.follow(read.node, true));
  }

  /** A function gives the object back: all its callers have it. */
  #result(fn: FunctionNode | null, holds: boolean): boolean {
    if (fn !== null && fn === this.#home) return true;
    if (fn === null || fn.async === true || fn.generator === true) return false;
    if (fn.type === 'FunctionDeclaration') return this.#callers(fn.id, holds);
    const parent = this.#module.parentOf(fn);
    if (parent?.type === 'CallExpression' && parent.callee === fn) return this.follow(parent, holds);
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier')
      return this.#callers(parent.id, holds);
    return this.#handedOn(fn, holds);
  }

  #callers(name: Identifier, holds: boolean): boolean {
    const variable = this.#module.variableOf(name);
    const uses = variable === null ? [] : this.#module.usesOf(variable).filter((use) => use.reads);
    return uses.every(({ identifier }) => {
      const parent = this.#module.parentOf(identifier);
      const isCalled =
        (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') &&
        parent.callee === identifier;
      if (isCalled) return this.follow(parent, holds);
      if (parent?.type === 'MemberExpression' && parent.object === identifier) {
        const user = this.#module.parentOf(parent);
        return user?.type !== 'CallExpression' || user.callee !== parent || this.follow(user, holds);
      }
      const isLookedAt = parent?.type === 'UnaryExpression' || parent?.type === 'BinaryExpression';
      return isLookedAt || this.#handedOn(identifier, holds);
    });
  }

  /** A function that gives the object back is itself handed on: as an export it is called from outside of the file. */
  #handedOn(fn: Node, holds: boolean): boolean {
    const names: (string | null)[] = [];
    let value = fn;
    let parent = this.#module.parentOf(value);
    while (parent?.type === 'Property' && parent.kind === 'init' && parent.value === value) {
      names.push(keyOf(parent));
      value = this.#module.parentOf(parent) ?? parent;
      parent = this.#module.parentOf(value);
    }
    while (parent?.type === 'AssignmentExpression' && parent.right === value) {
      if (!isExports(this.#module, parent.left)) return false;
      names.push(propertyName(parent.left));
      value = parent;
      parent = this.#module.parentOf(value);
    }
    if (parent?.type !== 'ExpressionStatement' || names.length === 0) return false;
    this.isHandedOut = true;
    const members = names.flatMap((name) => membersNamed(this.#module, name));
    return members.every((member) => {
      const user = this.#module.parentOf(member);
      const isCalled = user?.type === 'CallExpression' && user.callee === member;
      return isCalled ? this.follow(user, holds) : isExports(this.#module, member);
    });
  }

  #isLastOfHome(node: Node): boolean {
    if (this.#home === null || functionOf(this.#module, node) !== this.#home) return false;
    let up = this.#module.parentOf(node);
    while (up !== null && up !== this.#home && up.type !== 'TryStatement') up = this.#module.parentOf(up);
    return up === this.#home;
  }
}
