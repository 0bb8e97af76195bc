import ts from 'typescript';
import { plainEdit } from '../edit-book.ts';
import { argumentsUsedIn } from '../signatures.ts';
import { memberTexts, unionText, widened } from '../type-text.ts';
import { isFunctionNode } from '../uses.ts';
import { callAround } from './calls-around.ts';
import { type Rule, type Site, WEIGHT } from './site.ts';

/** `resolve()` with nothing: the promise that is made holds nothing, or what other calls resolve it with. */
export const resolveNothing: Rule = (site) => {
  const call = callAround(site.node);
  if (call === null || !ts.isIdentifier(call.expression)) return null;
  const { checker, uses } = site.view;
  const symbol = checker.getSymbolAtLocation(call.expression);
  const made = symbol === undefined ? null : promiseOf(symbol);
  if (symbol === undefined || made === null || made.typeArguments !== undefined) return null;
  const [executor] = made.arguments ?? [];
  // `arguments[0](x)` resolves it as well.
  if (executor !== undefined && ts.isFunctionExpression(executor) && argumentsUsedIn(executor).length > 0)
    return null;
  const calls = uses.referencesOf(symbol).flatMap((one) => {
    if (ts.isParameter(one.parent)) return [];
    return [ts.isCallExpression(one.parent) && one.parent.expression === one ? one.parent : null];
  });
  const texts = calls.map((one) => (one === null ? null : givenTexts(site, one)));
  const known = texts.filter((one) => one !== null).flat();
  // Who else is given the function may call it with anything.
  if (known.length < texts.length || known.includes('unknown')) return null;
  const at = site.module.book.toOriginal(made.expression.end);
  const text = unionText(known.filter((one) => one !== 'void'));
  return [plainEdit(`promise:${at}`, at, `<${text === '' ? 'void' : `${text} | void`}>`, WEIGHT.widen)];
};

function givenTexts({ view }: Site, { arguments: [given] }: ts.CallExpression): string[] | null {
  if (given === undefined) return ['void'];
  // What another promise holds, where that is what is given.
  const held = view.checker.getAwaitedType(view.checker.getTypeAtLocation(given));
  return held === undefined ? null : memberTexts(view.checker, widened(view.checker, held), given);
}

/** `new Promise(function (resolve) { ... })` of which a parameter is the first. */
function promiseOf(symbol: ts.Symbol): ts.NewExpression | null {
  const parameter = symbol.valueDeclaration;
  if (parameter === undefined || !ts.isParameter(parameter)) return null;
  const fn = parameter.parent;
  const { parent } = fn;
  const isMade = isFunctionNode(fn) && fn.parameters[0] === parameter && ts.isNewExpression(parent);
  return isMade && parent.expression.getText() === 'Promise' ? parent : null;
}
