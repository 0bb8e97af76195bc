import ts from 'typescript';
import { reachable } from './helper-names.ts';
import { areInScope } from './names-in-scope.ts';
import { CHOICE, EQUALITY, isNull, isUndefinedNode } from './operators.ts';
import { overwrittenParameters } from './overwritten.ts';
import { leadsToThrow } from './refusals.ts';
import { saysAny } from './type-text.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';

/** Where a function uses the `arguments` that are its own. */
export function argumentsUsedIn(fn: FunctionNode): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (node !== fn && isFunctionNode(node) && !ts.isArrowFunction(node)) return;
    if (ts.isIdentifier(node) && node.text === 'arguments') found.push(node);
    ts.forEachChild(node, visit);
  };
  if (fn.body !== undefined) visit(fn.body);
  return found;
}

/** Whether the body takes more arguments than it names: `arguments` handed on, or read by a computed index. */
export function takesMore(fn: FunctionNode): boolean {
  const named = fn.parameters.filter((one) => one.name.getText() !== 'this').length;
  const found = argumentsUsedIn(fn).some((node) => {
    const use = node.parent;
    const isProperty = ts.isPropertyAccessExpression(use) && use.expression === node;
    // A function that names none of its arguments counts those that it takes.
    if (named === 0 && isProperty && use.name.text === 'length' && !leadsToThrow(use)) return true;
    const isNamed =
      ts.isElementAccessExpression(use) &&
      ts.isNumericLiteral(use.argumentExpression) &&
      Number(use.argumentExpression.text) < named;
    return !isProperty && !isNamed;
  });
  return found && fn.parameters.every((one) => one.dotDotDotToken === undefined);
}

/**
 * How many arguments a function is content with by its own count: `arguments.length` is compared with a number, or chosen by
 * in a `switch`, or it asks for `arguments[1]`, and what falls short of it is not thrown out. Null where it does not count them.
 */
export function leastArguments(fn: FunctionNode): number | null {
  const counts: number[] = [];
  const note = (operator: string, text: string): void => {
    if (/^\d+$/.test(text)) counts.push(/^(?:<|>=)$/.test(operator) ? Number(text) - 1 : Number(text));
  };
  for (const used of argumentsUsedIn(fn)) {
    const access = used.parent;
    const { parent } = access;
    if (ts.isPropertyAccessExpression(access) && access.name.text === 'length') {
      if (ts.isBinaryExpression(parent) && parent.left === access && !leadsToThrow(parent))
        note(parent.operatorToken.getText(), parent.right.getText());
      if (ts.isSwitchStatement(parent))
        for (const clause of parent.caseBlock.clauses)
          if (ts.isCaseClause(clause) && !throws(clause)) note('=', clause.expression.getText());
    }
    const position =
      ts.isElementAccessExpression(access) && access.expression === used ? argumentAskedFor(access) : null;
    if (position !== null) counts.push(position);
  }
  return counts.length === 0 ? null : Math.max(0, Math.min(...counts));
}

/** The position of `arguments[1]` where it is asked whether there is such a one, and its absence is coped with. */
function argumentAskedFor(node: ts.ElementAccessExpression): number | null {
  const { parent, argumentExpression: position } = node;
  if (!ts.isNumericLiteral(position) || leadsToThrow(node)) return null;
  const isTested =
    (ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.ExclamationToken) ||
    ((ts.isIfStatement(parent) || ts.isConditionalExpression(parent)) && isFirstOf(parent, node)) ||
    (ts.isBinaryExpression(parent) && CHOICE.has(parent.operatorToken.kind) && parent.left === node);
  const asked = ts.isTypeOfExpression(parent) ? parent.parent : parent;
  const isCompared = ts.isBinaryExpression(asked) && EQUALITY.has(asked.operatorToken.kind);
  const isForNothing = isCompared && [asked.left, asked.right].some(isNothing);
  return isTested || isForNothing ? Number(position.text) : null;
}

const isFirstOf = (parent: ts.IfStatement | ts.ConditionalExpression, node: ts.Node): boolean =>
  (ts.isIfStatement(parent) ? parent.expression : parent.condition) === node;

/** `undefined`, `'undefined'` of a `typeof`, and the `null` that equals it. */
const isNothing = (node: ts.Expression): boolean =>
  isUndefinedNode(node) ||
  (ts.isStringLiteralLike(node) && node.text === 'undefined') ||
  (isNull(node) && ts.isBinaryExpression(node.parent) && /^[=!]=$/.test(node.parent.operatorToken.getText()));

/** A case that only throws, also where it falls through to one that does. */
const throws = (clause: ts.CaseClause): boolean => {
  const { clauses } = clause.parent;
  const chosen = clauses.slice(clauses.indexOf(clause)).find(({ statements }) => statements.length > 0);
  const first = chosen?.statements[0];
  return (
    first !== undefined && ts.isThrowStatement(ts.isBlock(first) ? (first.statements[0] ?? first) : first)
  );
};

/** Whether callers may pass more, or other values, than the parameters of the function itself say. */
export const isLooser = (fn: FunctionNode): boolean => takesMore(fn) || overwrittenParameters(fn).size > 0;

/** Whether a type says `any` elsewhere than of what a callback is given, which may so be of the kind that it names. */
const saysMore = (text: string): boolean =>
  saysAny(text.replace(/(?<![\w$.])[\w$]+\??: any(?=[,)])|\.\.\.args: any\[\](?=\) =>)/g, ''));

/** The parameters of a function as its callers see them, without `this`. What is overwritten takes `anything`. */
export function parametersText(
  checker: ts.TypeChecker,
  fn: FunctionNode,
  anything: (name: string) => string = () => 'unknown',
): string {
  const parameters = fn.parameters.filter((one) => one.name.getText() !== 'this');
  const overwritten = overwrittenParameters(fn);
  const isOverwritten = ({ name }: ts.ParameterDeclaration): boolean => overwritten.has(name.getText());
  const isOptional = (one: ts.ParameterDeclaration): boolean =>
    one.questionToken !== undefined || one.initializer !== undefined || isOverwritten(one);
  const texts = parameters.map((one, index) => {
    const rest = one.dotDotDotToken === undefined ? '' : '...';
    const type = isOverwritten(one)
      ? anything(one.name.getText())
      : (one.type?.getText() ??
        (one.initializer === undefined
          ? 'unknown'
          : checker.typeToString(checker.getTypeAtLocation(one.name))));
    const mark = parameters.slice(index).every((later) => isOptional(later)) && rest === '' ? '?' : '';
    const name = ts.isIdentifier(one.name) ? one.name.text : `arg${index}`;
    return `${rest}${name}${mark}: ${saysMore(type) ? 'unknown' : type}`;
  });
  if (takesMore(fn)) texts.push('...more: unknown[]');
  return texts.join(', ');
}

/** What a function gives, as the checker says it. Null where nothing is known. */
export function resultText(checker: ts.TypeChecker, fn: FunctionNode): string | null {
  // What the documents do with it is known to need that.
  if (fn.type?.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  const signature = checker.getSignatureFromDeclaration(fn);
  if (signature === undefined) return null;
  const text = checker.typeToString(signature.getReturnType(), fn, ts.TypeFormatFlags.NoTruncation);
  const written = reachable(checker, text, fn.getSourceFile()) ?? text;
  return saysAny(text) || !areInScope(checker, written, fn) ? null : text;
}
