import ts from 'typescript';
import { Collector } from '../collector.ts';
import type { Edit } from '../edit-book.ts';
import { noEvidence } from '../evidence.ts';
import { members } from '../shape.ts';
import { isAny, memberTexts, typeText, unionText, widened } from '../type-text.ts';
import { callSignatureAt, returnedExpressions } from '../uses.ts';
import {
  assertAll,
  assertable,
  assertEdit,
  isEntityName,
  nonNullEdit,
  type Rule,
  type Site,
  WEIGHT,
} from './site.ts';

/** What the place of an expression asks of its value. */
export function wantedText(site: Site, node: ts.Expression): string | null {
  const evidence = noEvidence();
  new Collector(site.view).expression(node, evidence);
  const texts = members(evidence).filter((text) => text !== 'unknown');
  if (texts.length > 0) return unionText(texts);
  if (evidence.isArray) return 'unknown[]';
  return null;
}

/** `x` is possibly null or undefined: the code goes on as if it were not. */
export const nonNull: Rule = (site) =>
  site.expression === null ? null : nonNullEdit(site.module, site.expression);

const ORDER = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

/** `+x` and `x < y` take text as well as numbers. */
const isTextOrNumber = ({ parent }: ts.Expression): boolean =>
  ts.isPrefixUnaryExpression(parent) ||
  (ts.isBinaryExpression(parent) && ORDER.has(parent.operatorToken.kind));

/** An `unknown` value is used: assert what its use asks for. */
export const assertUse: Rule = (site) => {
  const { expression, module } = site;
  if (expression === null) return null;
  const wanted = wantedText(site, expression) ?? (isTextOrNumber(expression) ? 'string | number' : null);
  return wanted === null ? null : assertAll(module, expression, ` as ${wanted}`, WEIGHT.assert);
};

/** The text of the type that a place asks for. */
function targetOf(site: Site, node: ts.Expression): { type: ts.Type; text: string | null } | null {
  const { checker } = site.view;
  const parent = node.parent;
  const type =
    ts.isBinaryExpression(parent) &&
    parent.right === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? checker.getTypeAtLocation(parent.left)
      : checker.getContextualType(node);
  if (type === undefined || isAny(type)) return null;
  return { type, text: typeText(checker, type, node) };
}

const isFailing = (site: Site, node: ts.Expression, target: ts.Type): boolean =>
  !site.view.checker.isTypeAssignableTo(site.view.checker.getTypeAtLocation(node), target);

/** Asserts one expression to the type its place asks for: `!` where that is enough, else `as`, else by way of unknown. */
export function fitTo(
  site: Site,
  node: ts.Expression,
  target: { type: ts.Type; text: string | null },
): Edit[] | null {
  const { checker } = site.view;
  const type = checker.getTypeAtLocation(node);
  const present = checker.getNonNullableType(type);
  if (
    present !== type &&
    checker.isTypeAssignableTo(present, target.type) &&
    (present.flags & ts.TypeFlags.Never) === 0
  ) {
    const edits = nonNullEdit(site.module, node);
    if (edits !== null) return edits;
  }
  const text = target.text ?? callableText(site, node, target.type) ?? looseText(site, node, target.type);
  if (text === null) return null;
  const overlap =
    checker.isTypeAssignableTo(target.type, widened(checker, type)) ||
    checker.isTypeAssignableTo(type, target.type);
  // A function expression takes the types of its parameters from a single assertion, not from one by way of unknown.
  const direct = overlap || (type.flags & ts.TypeFlags.Unknown) !== 0 || ts.isFunctionExpression(node);
  const first = direct && site.tries === 0;
  return first
    ? assertAll(site.module, node, ` as ${text}`, WEIGHT.assert)
    : assertAll(site.module, node, ` as unknown as ${text}`, WEIGHT.viaUnknown);
}

/** The signature a named function is passed as, where the place's own type cannot be written (it has a type parameter). */
function callableText(site: Site, node: ts.Expression, target: ts.Type): string | null {
  const signature = site.view.checker.getNonNullableType(target).getCallSignatures()[0];
  if (signature === undefined || !isEntityName(node)) return null;
  const parameters = signature.parameters.map((one, i) => {
    const text = typeText(site.view.checker, site.view.checker.getTypeOfSymbolAtLocation(one, node), node);
    return `arg${i}: ${text ?? 'unknown'}`;
  });
  return `(${parameters.join(', ')}) => ReturnType<typeof ${node.getText()}>`;
}

/** A type whose only fault is that it says `any`, with `unknown` in its place. */
function looseText(site: Site, node: ts.Expression, target: ts.Type): string | null {
  const text = site.view.checker
    .typeToString(target, node, ts.TypeFormatFlags.NoTruncation)
    .replace(/\bany\b/g, 'unknown');
  return text.length < 120 && !/\bnever\b|\b[A-Z]\b|import\(/.test(text) ? text : null;
}

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

/** The parameter type that the compiler names in its message, where the contextual one is that of another overload. */
export const fitNamedParameter: Rule = (site) => {
  const name = /parameter of type '([\w.[\] |]+)'/.exec(site.message)?.[1];
  if (site.expression === null || site.tries === 0 || name === undefined || /\b(any|never)\b/.test(name))
    return null;
  return assertAll(site.module, site.expression, ` as unknown as ${name}`, WEIGHT.viaUnknown);
};

/** A literal with properties that its place does not name: it is meant as it stands. */
export const keepLiteral: Rule = (site) => {
  let at: ts.Node = site.node;
  while (at.parent !== undefined && !ts.isObjectLiteralExpression(at) && !ts.isStatement(at)) at = at.parent;
  if (!ts.isObjectLiteralExpression(at)) return null;
  const target = targetOf(site, at);
  return target === null || target.text === null
    ? null
    : assertAll(site.module, at, ` as ${target.text}`, WEIGHT.assert);
};

/** `{ a }` cannot carry an assertion: the whole literal is taken for what its place asks for. */
export const fitShorthand: Rule = (site) => {
  const { node } = site;
  const literal = ts.isShorthandPropertyAssignment(node.parent) ? node.parent.parent : null;
  const target = literal === null ? null : targetOf(site, literal);
  if (literal === null || target === null || target.text === null) return null;
  return assertAll(site.module, literal, ` as unknown as ${target.text}`, WEIGHT.viaUnknown);
};

/** A value does not fit where it goes: an argument, an assigned value, a returned value. */
export const fitTarget: Rule = (site) => {
  const value = faultyValue(site);
  if (value === null) return null;
  const target = targetOf(site, value);
  return target === null ? null : fitTo(site, value, target);
};

/** The expression whose value is at fault, where the error is reported on a name. */
function faultyValue(site: Site): ts.Expression | null {
  const { node, expression } = site;
  const parent = node.parent;
  if (parent !== undefined && ts.isVariableDeclaration(parent) && parent.name === node)
    return parent.initializer ?? null;
  if (parent !== undefined && ts.isPropertyAssignment(parent) && parent.name === node)
    return parent.initializer;
  if (ts.isReturnStatement(node)) return node.expression ?? null;
  if (
    expression !== null &&
    ts.isBinaryExpression(expression.parent) &&
    expression.parent.left === expression
  )
    return expression.parent.right;
  return expression;
}

/** A callback gives back something else than its place asks for: what it returns is fitted. */
export const fitCallback: Rule = (site) => {
  const fn = site.expression;
  if (fn === null || (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn))) return null;
  const wanted = callSignatureAt(site.view.checker, fn)?.getReturnType();
  if (wanted === undefined || isAny(wanted)) return null;
  const edits = returnedExpressions(fn).values.flatMap((value) =>
    isFailing(site, value, wanted)
      ? (fitTo(site, value, { type: wanted, text: typeText(site.view.checker, wanted, value) }) ?? [])
      : [],
  );
  return edits.length === 0 ? null : edits;
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
    withoutAssertion(callee.expression),
    ' as unknown as (...args: unknown[]) => unknown',
    WEIGHT.viaUnknown,
  );
};

/** No overload fits: assert the arguments that the nearest signature does not take. */
export const fitOverload: Rule = (site) => {
  const call = callOf(site);
  if (call === null) return null;
  const { checker } = site.view;
  const signature = checker.getResolvedSignature(call);
  if (signature === undefined) return null;
  const edits: Edit[] = [];
  for (const argument of call.arguments ?? []) {
    const target = checker.getContextualType(argument);
    if (target === undefined || isAny(target) || !isFailing(site, argument, target)) continue;
    const made = fitTo(site, argument, { type: target, text: typeText(checker, target, argument) });
    if (made !== null) edits.push(...made);
  }
  return edits.length === 0 ? null : edits;
};

/** The call of which the node is an argument, else the nearest call around it. */
export function callOf(site: Site): ts.CallExpression | ts.NewExpression | null {
  const parent = site.expression?.parent;
  const direct = parent !== undefined && (ts.isCallExpression(parent) || ts.isNewExpression(parent));
  return direct && parent.arguments?.some((one) => one === site.expression) === true
    ? parent
    : callAround(site.node);
}

export function callAround(node: ts.Node): ts.CallExpression | ts.NewExpression | null {
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (ts.isCallExpression(at) || ts.isNewExpression(at)) return at;
  }
  return null;
}

/** `[]` as a starting value has no element type: `([] as string[]).concat(x)`. */
export const typeEmptyList: Rule = (site) => {
  const call = callOf(site);
  if (call === null || !ts.isPropertyAccessExpression(call.expression)) return null;
  const list = call.expression.expression;
  if (!ts.isArrayLiteralExpression(list) || list.elements.length > 0) return null;
  const { checker } = site.view;
  const texts = (call.arguments ?? []).flatMap((argument) => {
    // What is spread is a list of what is joined.
    if (ts.isSpreadElement(argument)) return ['unknown'];
    const type = checker.getNonNullableType(widened(checker, checker.getTypeAtLocation(argument)));
    return memberTexts(checker, type, argument) ?? ['unknown'];
  });
  const elements = texts
    .map((text) => (text.endsWith('[]') ? text.slice(0, -2) : text))
    .filter((text) => text !== 'never');
  const element = unionText(elements) || 'unknown';
  const edit = assertEdit(site.module, list, ` as (${element})[]`, WEIGHT.assert);
  return edit === null ? null : [edit];
};

/** Arithmetic or order on something that is not a number. */
export const assertNumber: Rule = (site) => {
  const { checker } = site.view;
  const { expression, module } = site;
  if (expression === null) return null;
  const operands = ts.isBinaryExpression(expression) ? [expression.left, expression.right] : [expression];
  const edits: Edit[] = [];
  const plus = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken;
  for (const operand of operands) {
    const type = checker.getTypeAtLocation(operand);
    if (checker.isTypeAssignableTo(type, checker.getNumberType())) continue;
    if (plus && checker.isTypeAssignableTo(type, checker.getStringType())) continue;
    const present = checker.getNonNullableType(type);
    if (checker.isTypeAssignableTo(present, checker.getNumberType()))
      edits.push(...(nonNullEdit(module, operand) ?? []));
    else
      edits.push(
        ...(assertAll(
          module,
          operand,
          checker.isTypeAssignableTo(checker.getNumberType(), type) ? ' as number' : ' as unknown as number',
          WEIGHT.assert,
        ) ?? []),
      );
  }
  return edits.length === 0 ? null : edits;
};

/** Two types that TypeScript holds apart are compared: the comparison is meant, so one side is looked at as unknown. */
export const compareUnknown: Rule = (site) => {
  const { expression, module } = site;
  if (expression === null) return null;
  const side = ts.isBinaryExpression(expression)
    ? assertable(expression.left).length > 0
      ? expression.left
      : expression.right
    : expression;
  return assertAll(module, side, ' as unknown', WEIGHT.assert);
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
  const callee = call === null ? null : withoutAssertion(call.expression);
  if (call === null || callee === null || !isEntityName(callee)) return null;
  const name = callee.getText();
  const result = site.view.checker.getResolvedSignature(call)?.getReturnType();
  const known = result === undefined ? null : typeText(site.view.checker, result, call);
  const text = ts.isNewExpression(call)
    ? ` as unknown as new (...args: unknown[]) => ${known ?? `InstanceType<typeof ${name}>`}`
    : ` as unknown as (...args: unknown[]) => ${known ?? `ReturnType<typeof ${name}>`}`;
  const edit = assertEdit(site.module, callee, text, WEIGHT.viaUnknown);
  return edit === null ? null : [edit];
};

const withoutAssertion = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)
    ? withoutAssertion(node.expression)
    : node;

/** Not iterable by type. */
export const assertIterable: Rule = (site) => {
  const { expression, module, node } = site;
  if (ts.isArrayBindingPattern(node) && ts.isVariableDeclaration(node.parent)) {
    const { initializer, parent } = node.parent;
    if (initializer !== undefined)
      return assertAll(module, initializer, ' as unknown as Iterable<unknown>', WEIGHT.viaUnknown);
    return ts.isForOfStatement(parent.parent)
      ? assertAll(module, parent.parent.expression, ' as unknown as Iterable<unknown[]>', WEIGHT.viaUnknown)
      : null;
  }
  if (expression === null) return null;
  const inner = ts.isSpreadElement(expression) ? expression.expression : expression;
  return assertAll(module, inner, ' as unknown as Iterable<unknown>', WEIGHT.viaUnknown);
};

/** What is spread into a literal is an object by that. */
export const spreadObject: Rule = ({ expression, module, node }) => {
  const value = ts.isSpreadAssignment(node) ? node.expression : expression;
  return value === null ? null : assertAll(module, value, ' as object', WEIGHT.assert);
};

/** An assertion between unrelated types goes by way of `unknown`. */
export const assertViaUnknown: Rule = (site) => {
  for (let at: ts.Node | undefined = site.node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (!ts.isAsExpression(at)) continue;
    const type = at.type.getText();
    const edit = assertEdit(site.module, at.expression, ` as unknown as ${type}`, WEIGHT.viaUnknown);
    return edit === null ? null : [edit];
  }
  return null;
};

/** A name or module that does not exist stays an error. */
const NO_TYPE_HELPS = new Set([2304, 2307, 2503, 2552, 2580, 2591, 7016]);
/** Errors of the declarations that the compiler writes: `any` in the code would take the type from its users. */
const ofDeclarations = (code: number): boolean => (code >= 4000 && code < 5000) || code === 2742;

/** Not the receiver of `f.name = value`: without its type the function would not have the property at all. */
const receiverOrValue = (access: ts.PropertyAccessExpression): ts.Expression => {
  const { parent } = access;
  const isPut = ts.isBinaryExpression(parent) && parent.left === access && ts.isIdentifier(access.expression);
  return isPut && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? parent.right : access.expression;
};

/** The last resort, counted: the expression is `any` here. */
export const giveUp: Rule = (site) => {
  if (NO_TYPE_HELPS.has(site.code) || site.code < 2000 || ofDeclarations(site.code)) return null;
  const { node } = site;
  const named = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const target = named ? receiverOrValue(node.parent as ts.PropertyAccessExpression) : site.expression;
  return target === null ? null : assertAll(site.module, target, ' as any', WEIGHT.any);
};
