import ts from 'typescript';
import { prototypeVariable } from './prototype-variables.ts';

/** How one name comes to be on the objects that a constructor function makes. */
export type Member =
  | Readonly<{ kind: 'VALUE'; value: ts.Expression }>
  | Readonly<{ kind: 'ACCESSOR'; get: Accessing | null; set: Accessing | null }>;

type Accessing = ts.Expression | ts.MethodDeclaration;

export type PrototypeMembers = Readonly<{
  members: ReadonlyMap<string, Member>;
  /** Names that are put there more than once: by whichever comes last, which is not always the last that stands there. */
  repeated: ReadonlySet<string>;
  /** Constructors whose prototype stands behind this one. */
  bases: readonly ts.Expression[];
  /** True where code that cannot be followed puts more on the prototype. */
  isOpen: boolean;
}>;

type Found = {
  members: Map<string, Member>;
  repeated: Set<string>;
  bases: ts.Expression[];
  isOpen: boolean;
};

function put({ members, repeated }: Found, key: string, member: Member): void {
  if (members.has(key)) repeated.add(key);
  members.set(key, member);
}

const isAssignment = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** What `a = b = value` assigns. */
export const lastValue = (node: ts.Expression): ts.Expression =>
  isAssignment(node) ? lastValue(node.right) : node;

const keyOf = (name: ts.PropertyName): string | null =>
  ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : null;

/** The constructor before `.prototype`, also where a variable of the module stands for that. */
const ownerOf = (node: ts.Expression): ts.Expression | null =>
  ts.isIdentifier(node)
    ? prototypeVariable(node)
    : ts.isPropertyAccessExpression(node) && node.name.text === 'prototype'
      ? node.expression
      : null;

/** Everything that the module puts on `F.prototype`, where `name` is `F` and, as `isMeant` says, no other of that name. */
export function prototypeMembers(
  source: ts.SourceFile,
  name: string,
  isMeant: (owner: ts.Expression) => boolean = () => true,
): PrototypeMembers {
  const found: Found = { members: new Map(), repeated: new Set(), bases: [], isOpen: false };
  const visit = (node: ts.Node): void => {
    const owner = ts.isExpression(node) ? ownerOf(node) : null;
    if (owner?.getText() === name && isMeant(owner)) readUse(node as ts.Expression, found);
    if (ts.isCallExpression(node)) readInherits(node, name, found);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const [key, member] of found.members) {
    const value = member.kind === 'VALUE' ? behindNames(member, name, found.members) : member;
    found.members.set(key, value);
  }
  return found;
}

/** What a member is that only hands on another, as in `F.prototype.b = F.prototype.a`. */
function behindNames(member: Member, name: string, members: ReadonlyMap<string, Member>): Member {
  const seen = new Set<Member>();
  let at = member;
  while (at.kind === 'VALUE' && ts.isPropertyAccessExpression(at.value) && !seen.has(at)) {
    seen.add(at);
    const { expression, name: key } = at.value;
    const next = ownerOf(expression)?.getText() === name ? members.get(key.text) : undefined;
    if (next === undefined) break;
    at = next;
  }
  return at;
}

/** `inherits(F, Base)`, by whatever path the function is reached. */
function readInherits(call: ts.CallExpression, name: string, found: Found): void {
  const [child, base] = call.arguments;
  if (/(^|\.)inherits$/.test(call.expression.getText()) && child?.getText() === name && base !== undefined)
    found.bases.push(base);
}

function readUse(prototype: ts.Expression, found: Found): void {
  const { parent } = prototype;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === prototype) {
    if (!isAssignment(parent.parent) || parent.parent.left !== parent) return;
    const value = lastValue(parent.parent.right);
    if (parent.name.text === '__proto__') readBase(value, found);
    else put(found, parent.name.text, { kind: 'VALUE', value });
  } else if (ts.isElementAccessExpression(parent) && parent.expression === prototype) {
    const key = parent.argumentExpression;
    if (!isAssignment(parent.parent) || parent.parent.left !== parent) return;
    if (ts.isStringLiteralLike(key))
      put(found, key.text, { kind: 'VALUE', value: lastValue(parent.parent.right) });
    // A symbol is no name that the type could lack.
    else if (!/^Symbol\b|^[A-Z_]+$/.test(key.getText())) found.isOpen = true;
  } else if (isAssignment(parent) && parent.left === prototype) readWhole(lastValue(parent.right), found);
  else if (ts.isCallExpression(parent)) readCall(prototype, parent, found);
  else if (ts.isVariableDeclaration(parent) && parent.initializer === prototype)
    found.isOpen ||= !ts.isIdentifier(parent.name) || prototypeVariable(parent.name) === null;
}

/** `F.prototype = value` */
function readWhole(value: ts.Expression, found: Found): void {
  if (ts.isObjectLiteralExpression(value)) readLiteral(value, found);
  else if (ts.isNewExpression(value)) found.bases.push(value.expression);
  else if (ts.isCallExpression(value) && value.expression.getText() === 'Object.create') {
    const [behind, properties] = value.arguments;
    if (behind !== undefined) readBase(behind, found);
    if (properties !== undefined) readDescriptors(properties, found);
  } else readBase(value, found);
}

function readBase(value: ts.Expression, found: Found): void {
  const base = ownerOf(value);
  if (base !== null) found.bases.push(base);
  else if (value.kind !== ts.SyntaxKind.NullKeyword) found.isOpen = true;
}

/** A call that is given the prototype. */
function readCall(prototype: ts.Expression, call: ts.CallExpression, found: Found): void {
  const callee = call.expression.getText();
  if (callee === prototype.getText() || call.arguments[0] !== prototype) return;
  const [, second, third] = call.arguments;
  if (callee === 'Object.defineProperty' && second !== undefined && third !== undefined) {
    if (ts.isStringLiteralLike(second)) readDescriptor(second.text, third, found);
    else if (!second.getText().startsWith('Symbol')) found.isOpen = true;
  } else if (callee === 'Object.defineProperties' && second !== undefined) readDescriptors(second, found);
  else if (callee === 'Object.setPrototypeOf' && second !== undefined) readBase(second, found);
  else if (callee === 'Object.assign') {
    for (const given of call.arguments.slice(1)) {
      if (ts.isObjectLiteralExpression(given)) readLiteral(given, found);
      else found.isOpen = true;
    }
  } else if (!/^Object\.(create|freeze|seal|keys|getOwn\w+)$/.test(callee)) found.isOpen = true;
}

function readLiteral(literal: ts.ObjectLiteralExpression, found: Found): void {
  for (const property of literal.properties) {
    const key = property.name === undefined ? null : keyOf(property.name);
    if (key === 'constructor') continue;
    if (key === null || !ts.isPropertyAssignment(property)) found.isOpen ||= key === null;
    if (key !== null && ts.isPropertyAssignment(property))
      put(found, key, { kind: 'VALUE', value: property.initializer });
    else if (key !== null) found.isOpen = true;
  }
}

function readDescriptors(descriptors: ts.Expression, found: Found): void {
  if (!ts.isObjectLiteralExpression(descriptors)) {
    found.isOpen = true;
    return;
  }
  for (const property of descriptors.properties) {
    const key = property.name === undefined ? null : keyOf(property.name);
    if (key === null || !ts.isPropertyAssignment(property)) found.isOpen = true;
    else if (key !== 'constructor') readDescriptor(key, property.initializer, found);
  }
}

function readDescriptor(key: string, descriptor: ts.Expression, found: Found): void {
  const member = readDescribed(descriptor);
  if (member === null) found.isOpen = true;
  else put(found, key, member);
}

/** `{ value: 1 }`, `{ get: f }`: the member that a descriptor makes; null where it does not say it. */
export function readDescribed(descriptor: ts.Expression): Member | null {
  const parts = new Map<string, ts.Expression>();
  const methods = new Map<string, ts.MethodDeclaration>();
  for (const property of ts.isObjectLiteralExpression(descriptor) ? descriptor.properties : []) {
    const name = property.name === undefined ? null : keyOf(property.name);
    if (name !== null && ts.isPropertyAssignment(property)) parts.set(name, property.initializer);
    if (name !== null && ts.isMethodDeclaration(property)) methods.set(name, property);
  }
  const value = parts.get('value');
  if (value !== undefined) return { kind: 'VALUE', value };
  const part = (key: string): Accessing | null => parts.get(key) ?? methods.get(key) ?? null;
  const [get, set] = [part('get'), part('set')];
  return get === null && set === null ? null : { kind: 'ACCESSOR', get, set };
}

/** `F` for a function that stands in `F.prototype.x = ...`, `F.prototype = { x: ... }`, or in a descriptor for `F.prototype`. */
export function prototypeOwner(fn: ts.Node): ts.Identifier | null {
  let at: ts.Node = fn.parent;
  while (ts.isPropertyAssignment(at) || ts.isObjectLiteralExpression(at)) at = at.parent;
  const isInLiteral = at !== fn.parent;
  if (ts.isCallExpression(at)) {
    const [target] = at.arguments;
    const isDefining = /^Object\.(defineProperty|defineProperties|assign)$/.test(at.expression.getText());
    const owner = isDefining && isInLiteral && target !== undefined ? ownerOf(target) : null;
    return owner !== null && ts.isIdentifier(owner) ? owner : null;
  }
  for (; ts.isBinaryExpression(at); at = at.parent) {
    const { left } = at;
    const home = isInLiteral
      ? left
      : ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left)
        ? left.expression
        : null;
    const owner = home === null ? null : ownerOf(home);
    if (owner !== null && ts.isIdentifier(owner)) return owner;
  }
  return null;
}
