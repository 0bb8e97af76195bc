import ts from 'typescript';
import { overriddenNames } from './class-overrides.ts';
import { putOn, staticsText } from './constructors.ts';
import { type Edit, plainEdit } from './edit-book.ts';
import { type Handed, handedOn, isFilled, ownUses, UNSAID } from './handed-instances.ts';
import { functionText, memberLine, startWithComments } from './instances.ts';
import { lastValue, type Member, type PrototypeMembers, prototypeMembers } from './prototype-members.ts';
import { enclosingFunction, isFunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';
import { withoutWrappers } from './wrappers.ts';

type Place = Readonly<{ view: View; module: Module }>;
type Class = Readonly<{
  node: ts.ClassLikeDeclaration;
  name: string;
  /** What classes that extend it have of their own. */
  overridden: ReadonlySet<string>;
}>;

/**
 * Gives every class what other code than its body puts on it, on its prototype and on its instances: by name with a type, and
 * openly (`any`, which is counted) where code does it whose effect is not known. Returns how many edits changed.
 */
export function inferClassMembers(view: View): number {
  let changed = 0;
  const overrides = overriddenNames(view, (node) => namesBeside(view, node));
  for (const module of view.modules) {
    const visit = (node: ts.Node): void => {
      ts.forEachChild(node, visit);
      if (!ts.isClassLike(node)) return;
      const overridden = overrides.get(node) ?? new Set();
      for (const edit of classEdits(
        { view, module },
        { node, name: holderOf(node)?.text ?? '', overridden },
      )) {
        if (module.book.get(edit.key)?.insertions[0]?.text === edit.insertions[0]?.text) continue;
        module.book.put(edit);
        changed += 1;
      }
    };
    visit(module.source);
  }
  return changed;
}

/** What stands in a class, and what its module puts on it and on its prototype. */
function namesBeside(view: View, node: ts.ClassLikeDeclaration): string[] {
  const statics = [...putOnClass(node).keys()].map((key) => `static ${key}`);
  return [...ownNames(node, ''), ...putOnPrototype(view, node).members.keys(), ...statics];
}

/** What a module puts on the prototype of a class: of this one, where others have its name. */
function putOnPrototype({ checker }: View, node: ts.ClassLikeDeclaration): PrototypeMembers {
  const held = holderOf(node);
  if (held === null) return { members: new Map(), repeated: new Set(), bases: [], isOpen: false };
  const meant = [held, node.name].map((one) => one && checker.getSymbolAtLocation(one));
  return prototypeMembers(node.getSourceFile(), held.text, (owner) =>
    meant.includes(checker.getSymbolAtLocation(owner)),
  );
}

/** What the statements of a module put on a class of theirs. */
const putOnClass = (node: ts.ClassLikeDeclaration): Map<string, ts.Expression[]> =>
  enclosingFunction(node) === null ? putOn(node.getSourceFile(), holderOf(node)?.text ?? '') : new Map();

/** The name by which the module means a class. */
function holderOf(node: ts.ClassLikeDeclaration): ts.Identifier | null {
  let at: ts.Node = node.parent;
  while (ts.isBinaryExpression(at) && lastValue(at) === node) at = at.parent;
  const held = ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) ? at.name : null;
  return held ?? node.name ?? null;
}

function classEdits(site: Place, found: Class): Edit[] {
  const { node, name } = found;
  const { book, source } = site.module;
  const brace = node.getChildren().find((one) => one.kind === ts.SyntaxKind.OpenBraceToken);
  if (brace === undefined) return [];
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types.map((one) => one.expression));
  const onPrototype = putOnPrototype(site.view, node);
  const handed = handedOn(site.view, makingCode(node), source, name, bases);
  const at = book.toOriginal(brace.end);
  const keys = { inside: `class-members:${at}`, beside: `class-methods:${at}` };
  const own = ownNames(node, book.get(keys.inside)?.insertions[0]?.text ?? '');
  const isMerged = ts.isClassDeclaration(node) && !isDefault(node) && ts.isSourceFile(node.parent);
  const lines: string[] = [];
  const methods: string[] = [];
  let isOpen = onPrototype.isOpen || handed.instances || isFilledLater(site.view, node);
  for (const [key, member] of besideOwn(site.view, found, onPrototype, handed)) {
    if (own.has(key)) continue;
    if (found.overridden.has(key) || onPrototype.repeated.has(key)) {
      isOpen = true;
      continue;
    }
    const line = memberLine(site, key, member);
    // A property would refuse the method that a class which extends this one has instead.
    if (member.kind === 'ACCESSOR' || !isFunctionNode(withoutWrappers(member.value)))
      lines.push(`declare ${line}`);
    else if (isMerged) methods.push(line);
    else isOpen = true;
  }
  if (isOpen) lines.push('[name: string]: any');
  let isOpenItself = handed.statics;
  for (const [key, values] of putOnClass(node)) {
    if (own.has(`static ${key}`) || key === 'prototype') continue;
    if (found.overridden.has(`static ${key}`)) {
      isOpenItself = true;
      continue;
    }
    const [only] = values.map(withoutWrappers);
    const isFunction = values.length === 1 && only !== undefined && isFunctionNode(only);
    const text = isFunction ? functionText(site, only) : staticsText(site.view, values);
    lines.push(`declare static ${key}: ${text}`);
  }
  if (isOpenItself) lines.push('static [name: string]: any');
  const indent = /\n([ \t]+)\S/.exec(book.original.slice(at))?.[1] ?? '  ';
  const edits: Edit[] = [];
  if (lines.length > 0)
    edits.push(plainEdit(keys.inside, at, lines.map((line) => `\n${indent}${line};`).join('')));
  if (methods.length > 0) {
    const mark = isExported(node) ? 'export ' : '';
    const text = `${mark}interface ${name} {\n${methods.map((line) => `  ${line};\n`).join('')}}\n\n`;
    edits.push(plainEdit(keys.beside, book.toOriginal(startWithComments(node)), text));
  }
  return edits;
}

/** What is known by name of the prototype and of the instances, beside what `this.x = 1` in the class tells itself. */
function besideOwn(
  { checker }: View,
  { node }: Class,
  { members }: PrototypeMembers,
  { defined }: Handed,
): Map<string, Member> {
  const base = node.heritageClauses?.[0]?.types[0];
  const behind = base === undefined ? undefined : checker.getTypeAtLocation(base);
  const found = new Map(members);
  for (const [key, member] of defined)
    if (member !== UNSAID || behind?.getProperty(key) === undefined) found.set(key, member);
  found.delete('constructor');
  for (const key of found.keys()) if (behind?.getProperty(key) !== undefined) found.delete(key);
  return found;
}

/** The code of a class that runs while an instance is made: constructor, fields, and the methods that these call. */
function makingCode(node: ts.ClassLikeDeclaration): ts.Node[] {
  const found = node.members.filter(
    (one) => ts.isConstructorDeclaration(one) || (ts.isPropertyDeclaration(one) && !isStatic(one)),
  ) as ts.Node[];
  for (const body of found) {
    for (const use of ownUses(body)) {
      const called = ts.isPropertyAccessExpression(use.parent) ? use.parent.name.text : null;
      const method = node.members.find(
        (one) => ts.isMethodDeclaration(one) && !isStatic(one) && one.name.getText() === called,
      );
      if (method !== undefined && !found.includes(method)) found.push(method);
    }
  }
  return found;
}

/** `this[key] = value` in any method: whoever gave the key asks for it by name. */
const isFilledLater = (view: View, node: ts.ClassLikeDeclaration): boolean =>
  node.members.some((one) => !isStatic(one) && ownUses(one).some((use) => isFilled(view, use)));

/** The names that a class declares itself, `static a` for those of its own; not those that are `ours`. */
function ownNames(node: ts.ClassLikeDeclaration, ours: string): Set<string> {
  const found = new Set<string>();
  for (const member of node.members) {
    if (member.name === undefined || ours.includes(`${member.getText().replace(/;$/, '')};`)) continue;
    const key =
      ts.isIdentifier(member.name) || ts.isStringLiteralLike(member.name)
        ? member.name.text
        : member.name.getText();
    found.add(isStatic(member) ? `static ${key}` : key);
  }
  return found;
}

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((one) => one.kind === kind);

const isStatic = (node: ts.Node): boolean => has(node, ts.SyntaxKind.StaticKeyword);
const isDefault = (node: ts.Node): boolean => has(node, ts.SyntaxKind.DefaultKeyword);
const isExported = (node: ts.Node): boolean => has(node, ts.SyntaxKind.ExportKeyword);
