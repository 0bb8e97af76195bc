import ts from 'typescript';
import { typeText } from '../type-text.ts';
import { withoutWrappers } from '../wrappers.ts';
import { callAround } from './calls-around.ts';
import { wantedText } from './rules-values.ts';
import { assertAll, assertEdit, isEntityName, type Rule, WEIGHT } from './site.ts';

/** A call that TypeScript does not take as it stands: what is called is looked at as taking it. */

/** A function is called with the caller's own `arguments`. */
export const passArguments: Rule = (site) => {
  const { expression, module } = site;
  const call = expression?.parent;
  if (expression?.getText() !== 'arguments' || call === undefined || !ts.isCallExpression(call)) return null;
  const { expression: callee } = call;
  if (
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== 'apply' ||
    !isEntityName(callee.expression)
  )
    return null;
  return assertAll(
    module,
    expression,
    ` as unknown as Parameters<typeof ${callee.expression.getText()}>`,
    WEIGHT.viaUnknown,
  );
};

/** A function known only as "some function" is called: assert what this call makes of it. */
export const callUnknownFunction: Rule = (site) => {
  const { expression } = site;
  if (expression === null) return null;
  const target = site.view.checker.getContextualType(expression);
  if (target === undefined || (target.flags & ts.TypeFlags.Never) === 0) return null;
  return looseReceiver(site) ?? assertCallable(site);
};

/** `f.call(...)` where nothing is known of the arguments that `f` takes. */
export const looseReceiver: Rule = (site) => {
  const callee = callAround(site.node)?.expression;
  if (callee === undefined || !ts.isPropertyAccessExpression(callee)) return null;
  if (!/^(call|apply|bind)$/.test(callee.name.text)) return null;
  return assertAll(
    site.module,
    withoutWrappers(callee.expression),
    ' as unknown as (...args: unknown[]) => unknown',
    WEIGHT.viaUnknown,
  );
};

/** Something that is not a function by type is called. */
export const assertCallable: Rule = (site) => {
  const call = callAround(site.node);
  if (call === null) return null;
  const wanted = wantedText(site, call.expression);
  if (wanted === null) return null;
  const edit = assertEdit(
    site.module,
    call.expression,
    ` as unknown as ${wanted.includes('=>') ? wanted : `() => ${wanted}`}`,
    WEIGHT.viaUnknown,
  );
  return edit === null ? null : [edit];
};

/** More arguments than the function names, or a spread of unknown length. */
export const looseCall: Rule = (site) => {
  const call = callAround(site.node);
  const callee = call === null ? null : withoutWrappers(call.expression);
  if (call === null || callee === null) return null;
  const name = callee.getText();
  const result = site.view.checker.getResolvedSignature(call)?.getReturnType();
  const known = result === undefined ? null : typeText(site.view.checker, result, call);
  // Only a name can be asked for its type.
  if (!isEntityName(callee) && (known === null || !isMember(callee))) return null;
  const text = ts.isNewExpression(call)
    ? ` as unknown as new (...args: unknown[]) => ${known ?? `InstanceType<typeof ${name}>`}`
    : ` as unknown as (...args: unknown[]) => ${known ?? `ReturnType<typeof ${name}>`}`;
  const edit = assertEdit(site.module, callee, text, WEIGHT.viaUnknown);
  return edit === null ? null : [edit];
};

const isMember = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
