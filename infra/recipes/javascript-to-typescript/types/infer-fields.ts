import ts from 'typescript';
import { annotationEdit, isOurs } from './annotation.ts';
import { Collector } from './collector.ts';
import { plainEdit, textOf } from './edit-book.ts';
import { type Evidence, noEvidence } from './evidence.ts';
import { members, withMissing } from './shape.ts';
import { unionText } from './type-text.ts';
import { isFunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';

const isThisProperty = (node: ts.Node): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;

const modifiersOf = (member: ts.ClassElement): readonly ts.ModifierLike[] =>
  ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];

/** Every `this.name` of one class, by name; functions with a `this` of their own are left out. */
export function thisProperties(body: ts.Node): Map<string, ts.PropertyAccessExpression[]> {
  const found = new Map<string, ts.PropertyAccessExpression[]>();
  const visit = (node: ts.Node): void => {
    if (
      node !== body &&
      (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node))
    )
      return;
    if (isThisProperty(node)) {
      const list = found.get(node.name.text);
      if (list === undefined) found.set(node.name.text, [node]);
      else list.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** What is asked of variables that hold `this`: `const self = this`. */
export function heldProperties(
  { checker, uses }: View,
  body: ts.Node,
): [string, ts.PropertyAccessExpression[]][] {
  const found: [string, ts.PropertyAccessExpression[]][] = [];
  const visit = (node: ts.Node): void => {
    if (node !== body && isFunctionNode(node) && !ts.isArrowFunction(node)) return;
    if (ts.isVariableDeclaration(node) && node.initializer?.kind === ts.SyntaxKind.ThisKeyword) {
      const symbol = checker.getSymbolAtLocation(node.name);
      for (const { parent } of symbol === undefined ? [] : uses.referencesOf(symbol))
        if (ts.isPropertyAccessExpression(parent)) found.push([parent.name.text, [parent]]);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** What the class itself does with one of its fields. */
export function fieldEvidence(view: View, accesses: readonly ts.PropertyAccessExpression[]): Evidence {
  const collector = new Collector(view);
  const evidence = noEvidence();
  for (const access of accesses) {
    collector.expression(access, evidence);
    const symbol = view.checker.getSymbolAtLocation(access.name);
    if (symbol === undefined) continue;
    for (const reference of view.uses.referencesOf(symbol)) {
      if (ts.isPropertyAccessExpression(reference.parent) && reference.parent.name === reference)
        collector.expression(reference.parent, evidence);
    }
  }
  return evidence;
}

/** Members from what is put in; from use only where nothing typed is put in. Null where nothing is known of that. */
export function fieldText(evidence: Evidence): string | null {
  const given = [...evidence.given.keys()].filter(
    (text) => text !== 'null' && text !== 'object' && text !== '{}',
  );
  const texts = given.length > 0 ? given : members(evidence);
  if (texts.length === 0 && (evidence.givenUnknown || !evidence.given.has('null'))) return null;
  return withMissing(
    texts,
    evidence.given.has('null') ? { ...evidence, nullable: true } : { ...evidence, nullable: false },
    false,
  );
}

/** Declares the fields that the methods of a class use and the class does not declare. Returns how many changed. */
export function inferFields(view: View, final: boolean): number {
  let changed = 0;
  for (const module of view.modules) {
    const visit = (node: ts.Node): void => {
      if (ts.isClassLike(node))
        changed += declareFields(view, module, node, final) + typeFields(view, module, node, final);
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return changed;
}

function declareFields(view: View, module: Module, node: ts.ClassLikeDeclaration, final: boolean): number {
  const { checker } = view;
  const { book } = module;
  const brace = node.getChildren().find((one) => one.kind === ts.SyntaxKind.OpenBraceToken);
  if (brace === undefined) return 0;
  const at = book.toOriginal(brace.end);
  const key = `fields:${at}`;
  const declared = new Set(
    node.members.flatMap((member) =>
      member.name !== undefined && !isOurField(member, book.get(key)?.insertions[0]?.text)
        ? [member.name.getText()]
        : [],
    ),
  );
  const accesses = new Map<string, ts.PropertyAccessExpression[]>();
  for (const member of node.members) {
    if (modifiersOf(member).some((one) => one.kind === ts.SyntaxKind.StaticKeyword)) continue;
    for (const [name, list] of [...thisProperties(member), ...heldProperties(view, member)])
      accesses.set(name, [...(accesses.get(name) ?? []), ...list]);
  }
  const base = node.heritageClauses?.[0]?.types[0];
  const baseType = base === undefined ? undefined : checker.getTypeAtLocation(base);
  const lines: string[] = [];
  for (const [name, list] of accesses) {
    if (declared.has(name) || baseType?.getProperty(name) !== undefined) continue;
    const written = list.some((one) => ts.isBinaryExpression(one.parent) && one.parent.left === one);
    if (!written) continue;
    const text = fieldText(fieldEvidence(view, list)) ?? (final ? 'unknown' : null);
    if (text !== null) lines.push(`declare ${name}: ${text};`);
  }
  if (lines.length === 0) return 0;
  const indent = /\n([ \t]+)\S/.exec(book.original.slice(at))?.[1] ?? '  ';
  const text = lines.map((line) => `\n${indent}${line}`).join('');
  if (book.get(key)?.insertions[0]?.text === text) return 0;
  book.put(plainEdit(key, at, text));
  return 1;
}

/** Types the fields that a class declares by name alone (`#head;`). They are empty until something is put in. */
function typeFields(view: View, module: Module, node: ts.ClassLikeDeclaration, final: boolean): number {
  const accesses = thisProperties(node);
  let changed = 0;
  for (const member of node.members) {
    if (!ts.isPropertyDeclaration(member) || member.initializer !== undefined) continue;
    if (!isOurs(module, member.name, member.type) || !nameOnly(member)) continue;
    const list = new Set([...(accesses.get(member.name.getText()) ?? []), ...accessesOf(view, member.name)]);
    const text = fieldText(fieldEvidence(view, [...list])) ?? (final ? 'unknown' : null);
    if (text === null) continue;
    const edit = annotationEdit(module, member.name, `: ${unionText([text, 'undefined'])}`, 0);
    const held = module.book.get(edit.key);
    if (held !== undefined && (held.weight > 0 || textOf(held) === textOf(edit))) continue;
    module.book.put(edit);
    changed += 1;
  }
  return changed;
}

/** Where any code reads or writes the field of an object. */
const accessesOf = (view: View, name: ts.Node): ts.PropertyAccessExpression[] => {
  const symbol = view.checker.getSymbolAtLocation(name);
  return (symbol === undefined ? [] : view.uses.referencesOf(symbol)).flatMap(({ parent }) =>
    ts.isPropertyAccessExpression(parent) ? [parent] : [],
  );
};

const nameOnly = (member: ts.PropertyDeclaration): boolean =>
  (ts.isIdentifier(member.name) || ts.isPrivateIdentifier(member.name)) &&
  !modifiersOf(member).some((one) => one.kind === ts.SyntaxKind.DeclareKeyword);

const isOurField = (member: ts.ClassElement, ours: string | undefined): boolean =>
  ours !== undefined &&
  modifiersOf(member).some((one) => one.kind === ts.SyntaxKind.DeclareKeyword) &&
  ours.includes(member.getText());
