import type { Identifier, Node } from 'estree';
import { exportsOf } from '../modules/exports.ts';
import { propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { type Change, functionOf, madeBy, takes, valuesOf } from './made.ts';
import { membersNamed } from './properties.ts';
import { type Reach, reachOf, reachOfUses } from './reach.ts';

/**
 * Whatever can take the right to write away from an object, of `Object` or `Reflect`; `__proto__` only as a member; and
 * methods with a symbol for their name, which the language runs on an object by itself.
 */
const FREEZERS =
  /\b(freeze|seal|preventExtensions|defineProperty|defineProperties|setPrototypeOf|__defineGetter__|__defineSetter__)\b|\.\s*__proto__\b|\[\s*(['"`])__proto__\2\s*\]|\bSymbol\s*\.\s*(?!for\b)/;

/** A change of property `name` (null: computed) of an object. */
type PropertyChange = Readonly<{ kind: Change; name: string | null }>;

/**
 * Whether writing or deleting a property of `object` surely succeeds: the object was made in this file as a plain
 * literal, array or function, nothing in this file freezes it, and nobody else has it who could.
 */
export function isFreshlyMade(module: ParsedModule, object: Node, change: PropertyChange): boolean {
  if (object.type === 'MemberExpression') {
    if (isModule(module, object.object) && propertyName(object) === 'exports')
      return isOwnExports(module, object, change);
    return isOwnPrototype(module, object, change);
  }
  if (object.type !== 'Identifier') return isTaken(module, object, change);
  if (module.variableOf(object) !== null) return isOwn(module, object, object, change);
  if (isModule(module, object)) return change.name === 'exports';
  return object.name === 'exports' && isOwnExports(module, object, change);
}

const isModule = (module: ParsedModule, node: Node): boolean =>
  node.type === 'Identifier' && node.name === 'module' && module.variableOf(node) === null;

const isTaken = (module: ParsedModule, made: Node, { kind, name }: PropertyChange): boolean =>
  takes(madeBy(module, made), kind, name);

/** What nobody else has cannot be locked; what others have once the file is loaded can be changed while it loads. */
const isOutOfReach = (module: ParsedModule, reach: Reach, place: Node): boolean =>
  reach === 'KEPT' || (reach === 'HANDED_OUT' && functionOf(module, place) === null);

/** The name holds nothing but objects made in this file. */
const isOwn = (module: ParsedModule, name: Identifier, place: Node, change: PropertyChange): boolean => {
  const variable = module.variableOf(name);
  const values = variable === null ? null : valuesOf(module, variable);
  if (variable === null || values === null || values.length === 0 || FREEZERS.test(module.text)) return false;
  return (
    values.every((value) => isTaken(module, value, change)) &&
    isOutOfReach(module, reachOf(module, variable), place)
  );
};

/** The prototype of a function declared here is a plain object, and so is a literal that takes its place. */
const isOwnPrototype = (module: ParsedModule, object: Node, { kind, name }: PropertyChange): boolean => {
  if (object.type !== 'MemberExpression' || propertyName(object) !== 'prototype') return false;
  const holder = object.object;
  if (holder.type !== 'Identifier' || name === null || !takes('OBJECT', kind, name)) return false;
  if (!isOwn(module, holder, object, { kind: 'WRITE', name: 'prototype' })) return false;
  const variable = module.variableOf(holder);
  if (variable === null || valuesOf(module, variable)?.some((value) => madeBy(module, value) !== 'FUNCTION'))
    return false;
  const uses: Node[] = [];
  for (const member of membersNamed(module, 'prototype')) {
    const user = module.parentOf(member);
    const isSet = user?.type === 'AssignmentExpression' && user.left === member;
    if (!isSet) uses.push(member);
    else if (madeBy(module, user.right) !== 'OBJECT') return false;
  }
  return isOutOfReach(module, reachOfUses(module, uses), object);
};

/** The exports object is the one Node made, or one that is made in this file; others have it once the file is loaded. */
const isOwnExports = (module: ParsedModule, place: Node, change: PropertyChange): boolean => {
  if (change.name === null || FREEZERS.test(module.text)) return false;
  const { writes, reads, others, topLevelThis } = exportsOf(module);
  if (others.some((node) => isModule(module, node)) || !isOutOfReach(module, 'HANDED_OUT', place))
    return false;
  const wholes = writes.filter((write) => write.targets.some((target) => target.name === null));
  const uses = reads.map(({ node, name }) =>
    name !== null && node.type === 'MemberExpression' ? node.object : node,
  );
  return (
    takes('OBJECT', change.kind, change.name) &&
    wholes.every(({ value }) =>
      value.type === 'Identifier' ? isOwn(module, value, place, change) : isTaken(module, value, change),
    ) &&
    reachOfUses(module, [...uses, ...topLevelThis]) !== 'GIVEN_AWAY'
  );
};
