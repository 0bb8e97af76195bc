import ts from 'typescript';
import { Collector } from '../collector.ts';
import { plainEdit } from '../edit-book.ts';
import { type Evidence, noEvidence } from '../evidence.ts';
import { valueText } from '../infer-modules.ts';
import { startWithComments } from '../instances.ts';
import { type Rule, type Site, WEIGHT } from './site.ts';

/**
 * A global of another environment is declared, from how it is used: one that a comment says to be global (`global angular`,
 * as linters read it), or that the code itself looks for with `typeof`. Any other name stays an error, since it may be a slip.
 */
export const declareGlobal: Rule = (site) => {
  const { node, module } = site;
  if (!ts.isIdentifier(node)) return null;
  const name = node.text;
  const uses = usesOf(site, name);
  const isLookedFor = uses.some((one) => ts.isTypeOfExpression(one.parent));
  if (!isLookedFor && !saidToBeGlobal(module.book.original).has(name)) return null;
  const first = module.source.statements.find((one) => !isDirective(one));
  const key = `global:${name}`;
  if (first === undefined || module.book.get(key) !== undefined) return null;
  const text = `declare const ${name}: ${globalText(site, uses)};\n`;
  return [plainEdit(key, module.book.toOriginal(startWithComments(first)), text, WEIGHT.assert)];
};

const isDirective = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);

/** Names in comments like `global a, b:true`. */
const saidToBeGlobal = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/\/\*\s*globals?\s([^*]*)\*\//g)].flatMap(([, list = '']) =>
      list.split(/[\s,]+/).map((one) => one.replace(/:.*$/, '')),
    ),
  );

/** Values of that name which no declaration of the file is behind. */
function usesOf({ module, view }: Site, name: string): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    const isValue =
      ts.isIdentifier(node) &&
      node.text === name &&
      !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
      !(ts.isPropertyAssignment(node.parent) && node.parent.name === node) &&
      view.checker.getSymbolAtLocation(node) === undefined;
    if (isValue) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return found;
}

function globalText({ view }: Site, uses: readonly ts.Identifier[]): string {
  const collector = new Collector(view);
  const evidence: Evidence = noEvidence();
  for (const use of uses) collector.expression(use, evidence);
  const text = valueText(evidence);
  return text === 'unknown' ? 'any' : text;
}
