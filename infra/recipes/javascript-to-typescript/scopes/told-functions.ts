import type { MemberExpression, Node, ObjectPattern, Property } from 'estree';
import { propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { functionsOf } from './functions.ts';

const LISTED = /^(?:getOwnPropertyNames|getOwnPropertyDescriptors|ownKeys)$/;
const UNKNOWN_KEY =
  'The key of what is read from a function may be "caller" or "arguments", which strict mode forbids';

/** `isCertain`: it is seen whenever the code runs. */
type Shown = Readonly<{ reason: string; isCertain: boolean }>;

const forbids = (name: string, isCertain: boolean): Shown => ({
  reason: `Strict mode forbids "${name}"`,
  isCertain,
});
const MAY_BE: Shown = { reason: UNKNOWN_KEY, isCertain: false };

/** How a node shows whether a function of the file is strict, which has no "caller" and no "arguments"; null: it does not. */
export function showsStrictness(module: ParsedModule, node: Node): Shown | null {
  if (node.type === 'MemberExpression') return ofMember(module, node);
  if (node.type === 'ObjectPattern') return ofPattern(module, node);
  if (node.type !== 'CallExpression' || !LISTED.test(propertyName(node.callee) ?? '')) return null;
  const [listed] = node.arguments;
  return listed !== undefined && functionsOf(module, listed) !== null
    ? { reason: 'The own properties of a function are others in strict mode', isCertain: true }
    : null;
}

/** `arguments` of a function, and functions of the file, are what strict mode forbids these names of; other values may have them. */
const isOwn = (module: ParsedModule, node: Node): boolean =>
  (node.type === 'Identifier' && node.name === 'arguments' && module.variableOf(node) === null) ||
  functionsOf(module, node) !== null;

function ofMember(module: ParsedModule, member: MemberExpression): Shown | null {
  const name = propertyName(member);
  if (name === 'callee' || name === 'caller') return forbids(name, isOwn(module, member.object));
  if (functionsOf(module, member.object) === null) return null;
  if (name === 'arguments') return forbids(name, true);
  return name === null && !isHarmlessKey(module, member) ? MAY_BE : null;
}

/** A number, or what a loop over the same function gives: "caller" and "arguments" are not enumerable. */
function isHarmlessKey(module: ParsedModule, { object, property }: MemberExpression): boolean {
  if (property.type === 'Literal') return typeof property.value === 'number';
  if (property.type !== 'Identifier' || object.type !== 'Identifier') return false;
  const [key, owner] = [module.variableOf(property), module.variableOf(object)];
  if (key === null || owner === null) return false;
  const isParameter = key.defs.some(({ type }) => type === 'Parameter');
  const writes = module.usesOf(key).filter((use) => use.writes);
  return (
    !isParameter &&
    writes.length > 0 &&
    writes.every(({ identifier }) => {
      const loop = loopOf(module, identifier);
      return loop?.type === 'Identifier' && module.variableOf(loop) === owner;
    })
  );
}

/** What a `for … in` walks whose variable this is. */
function loopOf(module: ParsedModule, name: Node): Node | null {
  const up = module.parentOf(name);
  const head = up?.type === 'VariableDeclarator' ? module.parentOf(up) : name;
  const loop = head === null ? null : module.parentOf(head);
  return loop?.type === 'ForInStatement' && loop.left === head ? loop.right : null;
}

/** `var { caller: c } = f`, also in an assignment. */
function ofPattern(module: ParsedModule, pattern: ObjectPattern): Shown | null {
  const up = module.parentOf(pattern);
  const from =
    up?.type === 'VariableDeclarator' ? up.init : up?.type === 'AssignmentExpression' ? up.right : null;
  for (const part of pattern.properties) {
    const name = part.type === 'Property' ? keyOf(part) : '';
    if (name === 'callee' || name === 'caller') return forbids(name, from != null && isOwn(module, from));
    if (from == null || functionsOf(module, from) === null) continue;
    if (name === 'arguments') return forbids(name, true);
    if (name === null) return MAY_BE;
  }
  return null;
}

const keyOf = ({ key, computed }: Pick<Property, 'key' | 'computed'>): string | null => {
  if (key.type === 'Identifier' && !computed) return key.name;
  return key.type === 'Literal' ? String(key.value) : null;
};
