import ts from 'typescript';
import { Collector } from '../collector.ts';
import type { Edit } from '../edit-book.ts';
import { noEvidence } from '../evidence.ts';
import { instanceName } from '../helper-names.ts';
import {
  constructorFunction,
  instanceEdit,
  instanceOwner,
  nameOf,
  ownerOfThis,
  thisEdit,
} from '../instances.ts';
import { members } from '../shape.ts';
import { unionText } from '../type-text.ts';
import { isFunctionNode } from '../uses.ts';
import { callAround } from './calls-around.ts';
import { assertEdit, type Rule, WEIGHT } from './site.ts';

/** `this` in a plain function: the instance of its constructor, or what the body does with it. */
export const typeThis: Rule = (site) => {
  const fn = ownerOfThis(site.node);
  if (fn === null) return null;
  const owner = instanceOwner(site, fn);
  if (owner !== null) {
    const edits = [instanceEdit(site, owner.fn, owner.name), thisEdit(site, fn, instanceName(owner.name))];
    return edits.filter((edit) => edit !== null);
  }
  const evidence = noEvidence();
  const collector = new Collector(site.view);
  const visit = (node: ts.Node): void => {
    if (
      node !== fn &&
      (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node))
    )
      return;
    if (node.kind === ts.SyntaxKind.ThisKeyword) collector.expression(node as ts.ThisExpression, evidence);
    ts.forEachChild(node, visit);
  };
  visit(fn);
  const edit = thisEdit(site, fn, unionText(members(evidence)) || 'unknown');
  return edit === null ? [] : [edit];
};

/** `new F()` of a constructor function: the function is looked at as a constructor of its instances. */
export const typeNew: Rule = (site) => {
  const call = callAround(site.node);
  if (call === null || !ts.isNewExpression(call)) return null;
  const fn = ts.isIdentifier(call.expression) ? constructorFunction(site, call.expression) : null;
  const name = fn === null ? null : nameOf(fn);
  if (fn === null || name === null) {
    const edit = assertEdit(
      site.module,
      call.expression,
      ' as unknown as new (...args: unknown[]) => object',
      WEIGHT.viaUnknown,
    );
    return edit === null ? null : [edit];
  }
  const edits: (Edit | null)[] = [];
  if (site.module.book.get(`instance:${name}`) === undefined) edits.push(instanceEdit(site, fn, name));
  const text = `new (...args: Parameters<typeof ${name}>) => ${instanceName(name)}`;
  edits.push(assertEdit(site.module, call.expression, ` as unknown as ${text}`, WEIGHT.viaUnknown));
  const made = edits.filter((edit) => edit !== null);
  return made.length === 0 ? null : made;
};

/** A function with a `this` is called without one: it says itself what it does then. */
export const looseThis: Rule = (site) => {
  const call = callAround(site.node);
  if (call === null) return null;
  const declaration = site.view.checker.getResolvedSignature(call)?.declaration;
  if (
    declaration === undefined ||
    !isFunctionNode(declaration) ||
    declaration.getSourceFile() !== site.module.source
  )
    return null;
  const own = declaration.parameters.find((one) => one.name.getText() === 'this')?.type?.getText();
  if (own === undefined || own.includes('void')) return null;
  const edit = thisEdit(site, declaration, `${own} | void`);
  return edit === null ? null : [edit];
};
