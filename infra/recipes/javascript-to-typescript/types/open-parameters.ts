import ts from 'typescript';
import { splitUnion } from './type-text.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';

/** Assignments of one parameter to another: an argument was left out, and those after it moved up. */
export function shifts(fn: FunctionNode): { to: string; from: string }[] {
  const names = new Set(fn.parameters.map((one) => one.name.getText()));
  const found: { to: string; from: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (node !== fn && isFunctionNode(node)) return;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const to = node.left.getText();
      const from = node.right
        .getText()
        .replace(/ as .*$/, '')
        .replace(/[()!]/g, '');
      if (to !== from && names.has(to) && names.has(from)) found.push({ to, from });
    }
    ts.forEachChild(node, visit);
  };
  visit(fn);
  return found;
}

/** A dictionary from outside whose entries are told apart by kind may hold other kinds as well. */
export const openEntries = (text: string): string =>
  text.replace(/^Record<string, [^{}]* \| [^{}]*>$/, 'Record<string, unknown>');

/** A list that may as well be one value of its kind, where the body looks which it is. */
export const orOne = (texts: readonly string[]): string[] =>
  texts.flatMap(splitUnion).flatMap((text) => {
    if (!text.endsWith('[]')) return [text];
    const element = text.slice(0, -2).replace(/^\((.*)\)$/, '$1');
    return element === 'unknown' ? ['unknown'] : [text, element];
  });
