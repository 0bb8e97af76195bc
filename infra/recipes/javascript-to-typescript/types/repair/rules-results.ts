import ts from 'typescript';
import { isAny, memberTexts, splitUnion, unionText, widened } from '../type-text.ts';
import { enclosingFunction, type FunctionNode, isFunctionNode, returnedExpressions } from '../uses.ts';
import { withoutWrappers } from '../wrappers.ts';
import { returnEdit } from './rules-declarations.ts';
import { looseText } from './rules-fit.ts';
import { type Rule, type Site, WEIGHT } from './site.ts';

/** The function put on another one as a property, where the error is reported on the property. */
const functionPut = ({ node }: Site): FunctionNode | null => {
  const access = node.parent;
  if (access === undefined || !ts.isPropertyAccessExpression(access)) return null;
  const put = access.parent;
  return ts.isBinaryExpression(put) && put.left === access && isFunctionNode(put.right) ? put.right : null;
};

/** The function that a variable holds, where the error is reported on its name. */
const functionHeld = ({ node }: Site): FunctionNode | null => {
  const held = ts.isVariableDeclaration(node.parent) && node.parent.name === node ? node.parent : null;
  return held?.initializer !== undefined && isFunctionNode(held.initializer) ? held.initializer : null;
};

/** A function that calls itself cannot tell its result: take what the other returns give. */
export const typeReturn: Rule = (site) => {
  const put = functionPut(site);
  const fn =
    put !== null
      ? put
      : isFunctionNode(site.node.parent)
        ? site.node.parent
        : isFunctionNode(site.node)
          ? site.node
          : (functionHeld(site) ?? enclosingFunction(site.node));
  if (fn === null || fn.type !== undefined) return null;
  const { values, bare } = returnedExpressions(fn);
  const texts = values.flatMap((value) => toldBy(site, value));
  // That it may be missing says nothing of what it is otherwise.
  if (texts.every((text) => /^(?:null|undefined)$/.test(text))) texts.push('unknown');
  if (bare) texts.push('undefined');
  const edit = returnEdit(site, fn, unionText(texts), WEIGHT.widen);
  return edit === null ? null : [edit];
};

/** What one return tells; nothing where it depends on the function itself as a whole. */
function toldBy(site: Site, value: ts.Expression): string[] {
  const { checker } = site.view;
  const type = widened(checker, checker.getTypeAtLocation(value));
  const texts = memberTexts(checker, type, value);
  if (texts !== null) return texts.map((text) => orAnything(text, value));
  const branches = branchesOf(value);
  if (branches.length > 1) return branches.flatMap((one) => toldBy(site, one));
  return isAny(type) ? [] : [looseText(checker, type, value) ?? 'unknown'];
}

/** `{}` of what is no literal is left of `unknown` when it is there: a text, a number, anything. */
const orAnything = (text: string, value: ts.Expression): string =>
  text === '{}' && !ts.isObjectLiteralExpression(withoutWrappers(value)) ? 'unknown' : text;

function branchesOf(value: ts.Expression): ts.Expression[] {
  const at = withoutWrappers(value);
  if (ts.isConditionalExpression(at)) return [at.whenTrue, at.whenFalse].flatMap(branchesOf);
  return ts.isBinaryExpression(at) && isChoice(at, at.right) ? [at.left, at.right].flatMap(branchesOf) : [at];
}

/** More kinds than this say no more than that it may be anything. */
const MOST_KINDS = 8;

/**
 * A function that calls itself gives back something else than its other returns told: its result was told too narrowly. An
 * assertion would give a list out as a text.
 */
export const widenResult: Rule = (site) => {
  const { checker } = site.view;
  const value = ts.isReturnStatement(site.node) ? site.node.expression : site.expression;
  const fn = value === undefined || value === null ? null : givenBackBy(value);
  if (value === undefined || value === null || fn?.type === undefined) return null;
  const given = memberTexts(checker, widened(checker, checker.getTypeAtLocation(value)), value);
  if (given === null) return null;
  // Where it gives lists of what it gives, each round would tell one list more.
  const parts = given
    .map((text) => orAnything(text, value))
    .map((text) => (site.tries > 0 && text.endsWith('[]') ? 'unknown[]' : text));
  const told = splitUnion(fn.type.getText());
  const kept = parts.includes('unknown[]') ? told.filter((text) => !text.endsWith('[]')) : told;
  const text = unionText([...kept, ...parts]);
  const edit = returnEdit(site, fn, text, WEIGHT.widen);
  if (edit === null || !isWrittenByRepair(site, edit.key) || splitUnion(text).length > MOST_KINDS)
    return null;
  return site.pending.has(edit.key) ? [] : text === fn.type.getText() ? null : [edit];
};

const isWrittenByRepair = ({ module }: Site, key: string): boolean =>
  module.book.get(key)?.weight === WEIGHT.widen;

/** The function that gives back a value as it stands, or one of several; null where it does something else with it. */
function givenBackBy(value: ts.Expression): FunctionNode | null {
  const fn = enclosingFunction(value);
  if (fn === null || isDeferred(fn)) return null;
  let at: ts.Node = value;
  while (ts.isParenthesizedExpression(at.parent) || isChoice(at.parent, at)) at = at.parent;
  const isBody = ts.isArrowFunction(fn) && fn.body === at;
  return isBody || ts.isReturnStatement(at.parent) ? fn : null;
}

const isChoice = (parent: ts.Node, at: ts.Node): boolean =>
  ts.isConditionalExpression(parent)
    ? parent.condition !== at
    : ts.isBinaryExpression(parent) && /^(?:\|\||&&|\?\?)$/.test(parent.operatorToken.getText());

/** What it returns is not what a call of it gives. */
const isDeferred = (fn: FunctionNode): boolean =>
  (ts.getCombinedModifierFlags(fn as unknown as ts.Declaration) & ts.ModifierFlags.Async) !== 0 ||
  ('asteriskToken' in fn && fn.asteriskToken !== undefined);
