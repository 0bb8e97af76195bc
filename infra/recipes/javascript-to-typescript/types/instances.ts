import ts from 'typescript';
import { type Edit, plainEdit } from './edit-book.ts';
import { instanceName, reachable } from './helper-names.ts';
import { fieldEvidence, fieldText, thisProperties } from './infer-fields.ts';
import { parametersText } from './signatures.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';

/** Where to look: a picture of the project and one of its modules. */
type Place = Readonly<{ view: View; module: Module }>;

/** The function whose `this` a keyword means. */
export function ownerOfThis(node: ts.Node): FunctionNode | null {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isFunctionDeclaration(at) || ts.isFunctionExpression(at)) return at;
    if (isFunctionNode(at) && !ts.isArrowFunction(at)) return null;
    if (ts.isClassLike(at)) return null;
  }
  return null;
}

/** `F` in `F.prototype.method = function () {}`, following the assignment chain outwards. */
function prototypeOwner(fn: FunctionNode): ts.Identifier | null {
  let at: ts.Node = fn.parent;
  while (ts.isBinaryExpression(at)) {
    const left = at.left;
    if (ts.isPropertyAccessExpression(left) && ts.isPropertyAccessExpression(left.expression)) {
      const home = left.expression;
      if (home.name.text === 'prototype' && ts.isIdentifier(home.expression)) return home.expression;
    }
    at = at.parent;
  }
  return null;
}

/** The constructor function that `name` means in this module. */
export function constructorFunction(site: Place, name: ts.Node): FunctionNode | null {
  const symbol = site.view.checker.getSymbolAtLocation(name);
  // Of a function with signatures of its own above it, the one that does the work.
  const declaration =
    symbol?.declarations?.find((one) => ts.isFunctionDeclaration(one) && one.body !== undefined) ??
    symbol?.valueDeclaration;
  if (declaration === undefined || declaration.getSourceFile() !== site.module.source) return null;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  if (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    ts.isFunctionExpression(declaration.initializer)
  )
    return declaration.initializer;
  return null;
}

export const nameOf = (fn: FunctionNode): string | null => {
  if (fn.name !== undefined && ts.isIdentifier(fn.name)) return fn.name.text;
  return ts.isVariableDeclaration(fn.parent) && ts.isIdentifier(fn.parent.name) ? fn.parent.name.text : null;
};

/** Everything put on `F.prototype`. */
function prototypeMembers(site: Place, name: string): Map<string, ts.Expression> {
  const found = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(node.left) &&
      node.left.expression.getText() === `${name}.prototype`
    ) {
      let value = node.right;
      while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken)
        value = value.right;
      found.set(node.left.name.text, value);
    }
    ts.forEachChild(node, visit);
  };
  visit(site.module.source);
  return found;
}

/** The signature of a method as text, from the function that implements it. */
function methodText(site: Place, name: string, value: ts.Expression): string {
  const { checker } = site.view;
  const signature = checker.getTypeAtLocation(value).getCallSignatures()[0];
  if (signature === undefined || !isFunctionNode(value)) return `${name}: unknown`;
  const result = checker.typeToString(signature.getReturnType(), value, ts.TypeFormatFlags.NoTruncation);
  const text = /\bany\b/.test(result) ? null : reachable(checker, result, value.getSourceFile());
  return `${name}(${parametersText(checker, value)}): ${text ?? 'unknown'}`;
}

/** Where a statement begins together with the comments that stand right above it. */
export function startWithComments(statement: ts.Node): number {
  const { text } = statement.getSourceFile();
  let at = statement.getStart();
  for (const comment of (ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []).reverse()) {
    if (/\n\s*\n/.test(text.slice(comment.end, at))) break;
    at = comment.pos;
  }
  return at;
}

/** `interface F { ... }` for the objects that a constructor function makes. */
export function instanceEdit(site: Place, fn: FunctionNode, name: string): Edit | null {
  const lines: string[] = [];
  const methods = prototypeMembers(site, name);
  const accesses = new Map(thisProperties(fn));
  for (const value of methods.values()) {
    for (const [field, list] of thisProperties(value))
      accesses.set(field, [...(accesses.get(field) ?? []), ...list]);
  }
  for (const [field, list] of accesses) {
    if (methods.has(field)) continue;
    const written = list.some((one) => ts.isBinaryExpression(one.parent) && one.parent.left === one);
    const text = fieldText(fieldEvidence(site.view, list)) ?? 'unknown';
    lines.push(`${field}${written ? '' : '?'}: ${text}`);
  }
  for (const [method, value] of methods) lines.push(methodText(site, method, value));
  let statement: ts.Node = fn;
  while (!ts.isSourceFile(statement.parent) && statement.parent !== undefined) statement = statement.parent;
  const at = site.module.book.toOriginal(startWithComments(statement));
  const key = `instance:${name}`;
  const text = `interface ${instanceName(name)} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n\n`;
  if (site.module.book.get(key)?.insertions[0]?.text === text) return null;
  return plainEdit(key, at, text);
}

export const thisEdit = (site: Place, fn: FunctionNode, text: string): Edit | null => {
  const paren = fn.getChildren().find((child) => child.kind === ts.SyntaxKind.OpenParenToken);
  if (paren === undefined) return null;
  const at = site.module.book.toOriginal(paren.end);
  const key = `this:${at}`;
  const rest = fn.parameters.filter((one) => one.name.getText() !== 'this').length > 0 ? ', ' : '';
  const written = `this: ${text}${rest}`;
  if (site.module.book.get(key)?.insertions[0]?.text === written) return null;
  return plainEdit(key, at, written);
};

const isConstructed = (site: Place, name: string): boolean => {
  const pattern = new RegExp(
    `\\bnew\\s+\\(?${name.replace(/\$/g, '\\$')}\\b|instanceof\\s+${name.replace(/\$/g, '\\$')}\\b|\\b${name.replace(/\$/g, '\\$')}\\.prototype\\b`,
  );
  return pattern.test(site.module.book.original);
};

/** The constructor function whose instances `this` means in `fn`, null where it is no method or constructor. */
export function instanceOwner(site: Place, fn: FunctionNode): { fn: FunctionNode; name: string } | null {
  const owner = prototypeOwner(fn);
  const maker = owner === null ? fn : constructorFunction(site, owner);
  const name = maker === null ? null : nameOf(maker);
  if (maker === null || name === null || (owner === null && !isConstructed(site, name))) return null;
  return { fn: maker, name };
}

/** Gives every constructor function an interface of its instances and its methods a `this`. Returns how many changed. */
export function inferInstances(view: View): number {
  let changed = 0;
  for (const module of view.modules) {
    const site = { view, module };
    const seen = new Set<ts.Node>();
    const visit = (node: ts.Node): void => {
      const fn = node.kind === ts.SyntaxKind.ThisKeyword ? ownerOfThis(node) : null;
      if (fn !== null && !seen.has(fn)) {
        seen.add(fn);
        const owner = instanceOwner(site, fn);
        const edits =
          owner === null
            ? []
            : [instanceEdit(site, owner.fn, owner.name), thisEdit(site, fn, instanceName(owner.name))];
        for (const edit of edits) {
          if (edit === null) continue;
          module.book.put(edit);
          changed += 1;
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return changed;
}
