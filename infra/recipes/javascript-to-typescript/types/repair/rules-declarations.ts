import ts from 'typescript';
import { annotationEdit, isOurs, typeKey } from '../annotation.ts';
import { Collector } from '../collector.ts';
import { type Edit, plainEdit } from '../edit-book.ts';
import { noEvidence } from '../evidence.ts';
import { parameterEdits } from '../infer-parameters.ts';
import { members } from '../shape.ts';
import { memberTexts, splitUnion, unionText, widened } from '../type-text.ts';
import { type FunctionNode, isFunctionNode, namedBy, passedAt } from '../uses.ts';
import { callAround } from './calls-around.ts';
import { type Rule, type Site, WEIGHT } from './site.ts';

const textsOf = (site: Site, node: ts.Expression): string[] | null => {
  const { checker } = site.view;
  const texts = memberTexts(checker, widened(checker, checker.getTypeAtLocation(node)), node);
  return texts === null || texts.includes('unknown') ? null : texts;
};

/** The declaration behind a name, where its annotation is ours to write. */
function ownDeclaration(site: Site, name: ts.Node): ts.VariableDeclaration | ts.ParameterDeclaration | null {
  const declaration = namedBy(site.view.checker, name)?.valueDeclaration;
  if (declaration === undefined || declaration.getSourceFile() !== site.module.source) return null;
  if (!ts.isVariableDeclaration(declaration) && !ts.isParameter(declaration)) return null;
  if (!ts.isIdentifier(declaration.name) || !isOurs(site.module, declaration.name, declaration.type))
    return null;
  if (ts.isVariableDeclaration(declaration) && ts.isCatchClause(declaration.parent)) return null;
  if (ts.isForInStatement(declaration.parent.parent) || ts.isForOfStatement(declaration.parent.parent))
    return null;
  return declaration;
}

/** A variable is read where nothing may have been put in yet, as far as can be seen: then it is undefined. */
export const admitUnassigned: Rule = (site) => {
  const { checker } = site.view;
  const declaration = ts.isIdentifier(site.node) ? ownDeclaration(site, site.node) : null;
  if (declaration === null) return null;
  const type = checker.getTypeAtLocation(declaration.name);
  const declared = memberTexts(checker, widened(checker, type), declaration);
  return declared === null ? null : annotate(site, declaration, unionText([...declared, 'undefined']));
};

/** A variable is given a value outside its type: its type was too narrow. */
export const widenVariable: Rule = (site) => {
  const { checker } = site.view;
  const parent = site.node.parent;
  const assignment = ts.isBinaryExpression(parent) && parent.left === site.node ? parent : null;
  if (assignment === null || !ts.isIdentifier(site.node)) return null;
  const declaration = ownDeclaration(site, site.node);
  // What a rest parameter is given has to be a list, whatever else it could be.
  if (declaration === null || (ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined))
    return null;
  const given = textsOf(site, assignment.right);
  const declared = memberTexts(
    checker,
    widened(checker, checker.getTypeAtLocation(declaration.name)),
    declaration,
  );
  if (given === null || declared === null) return null;
  const text = unionText([...declared, ...given]);
  if (splitUnion(text).length > 8) return null;
  return annotate(site, declaration, text);
};

function annotate(
  site: Site,
  declaration: ts.VariableDeclaration | ts.ParameterDeclaration,
  text: string,
): Edit[] | null {
  const question = ts.isParameter(declaration) && declaration.questionToken !== undefined;
  const edit = annotationEdit(site.module, declaration.name, `${question ? '?' : ''}: ${text}`, WEIGHT.widen);
  const held = site.module.book.get(edit.key);
  if (site.pending.has(edit.key)) return [];
  return held?.insertions.at(-1)?.text === edit.insertions.at(-1)?.text ? null : [edit];
}

/** A variable whose type TypeScript gives up to follow. */
export const typeVariable: Rule = (site) => {
  const declaration = ts.isIdentifier(site.node) ? ownDeclaration(site, site.node) : null;
  if (declaration === null || declaration.type !== undefined) return null;
  if (site.pending.has(typeKey(site.module.book.toOriginal(declaration.name.end)))) return [];
  const { checker, uses } = site.view;
  const symbol = checker.getSymbolAtLocation(declaration.name);
  if (symbol === undefined) return null;
  const texts: string[] = [];
  let array = false;
  for (const reference of uses.referencesOf(symbol)) {
    const use = reference.parent;
    const value =
      ts.isBinaryExpression(use) &&
      use.left === reference &&
      use.operatorToken.kind === ts.SyntaxKind.EqualsToken
        ? use.right
        : ts.isVariableDeclaration(use) && use.name === reference
          ? (use.initializer ?? null)
          : null;
    if (value !== null) {
      if (ts.isArrayLiteralExpression(value) && value.elements.length === 0) array = true;
      else texts.push(...(textsOf(site, value) ?? []));
    }
    texts.push(...pushed(site, reference));
  }
  if (array && !texts.some((text) => text.endsWith('[]'))) texts.push('unknown[]');
  if (texts.length === 0) texts.push(...members(new Collector(site.view).symbol(symbol, noEvidence())));
  return annotate(site, declaration, unionText(texts) || 'unknown');
};

/** `list.push(x)` and `list.push.apply(list, xs)` say what a list holds. */
function pushed(site: Site, reference: ts.Identifier): string[] {
  const access = reference.parent;
  if (
    !ts.isPropertyAccessExpression(access) ||
    access.expression !== reference ||
    !/^(push|unshift)$/.test(access.name.text)
  )
    return [];
  const call = access.parent;
  if (ts.isCallExpression(call))
    return call.arguments.flatMap((one) => (textsOf(site, one) ?? []).map((text) => `(${text})[]`));
  if (ts.isPropertyAccessExpression(call) && call.name.text === 'apply' && ts.isCallExpression(call.parent)) {
    const list = call.parent.arguments[1];
    return list === undefined ? [] : (textsOf(site, list) ?? []).filter((text) => text.endsWith('[]'));
  }
  return [];
}

const closeParen = (fn: FunctionNode): ts.Node | undefined =>
  fn.getChildren().find((child) => child.kind === ts.SyntaxKind.CloseParenToken);

/** `: T` after the parameters. */
export function returnEdit(
  site: Pick<Site, 'module'>,
  fn: FunctionNode,
  text: string,
  weight: number,
): Edit | null {
  const paren = closeParen(fn);
  if (paren === undefined) return null;
  const at = site.module.book.toOriginal(paren.end);
  return plainEdit(`return:${at}`, at, `: ${text}`, weight);
}

/** Called with fewer arguments than it names: the code copes, so they may be left out. */
export const relaxParameters: Rule = (site) => {
  const call = callAround(site.node);
  if (call === null) return null;
  const declaration = site.view.checker.getResolvedSignature(call)?.declaration;
  if (declaration === undefined || !isFunctionNode(declaration)) return null;
  const module = site.view.modules.find((one) => one.source === declaration.getSourceFile());
  if (module !== site.module) return null;
  const count = call.arguments?.length ?? 0;
  const edits: Edit[] = [];
  for (const parameter of declaration.parameters
    .filter((one) => one.name.getText() !== 'this')
    .slice(count)) {
    const held = module.book.get(typeKey(module.book.toOriginal(parameter.name.end)));
    if (held === undefined || parameter.questionToken !== undefined || parameter.type === undefined) continue;
    edits.push(annotationEdit(module, parameter.name, `?: ${parameter.type.getText()}`, WEIGHT.widen));
  }
  return edits.length === 0 ? null : edits;
};

/** A callback's parameter was typed too narrowly for what calls it: let the caller's type decide. */
export const freeCallback: Rule = (site) => {
  const fn = site.expression;
  if (fn === null || (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn))) return null;
  const edits: Edit[] = [];
  const { checker } = site.view;
  for (const [position, parameter] of fn.parameters.entries()) {
    if (site.module.book.get(typeKey(site.module.book.toOriginal(parameter.name.end))) === undefined)
      continue;
    const type = passedAt(checker, fn, position);
    if (type === undefined || checker.isTypeAssignableTo(type, checker.getTypeAtLocation(parameter)))
      continue;
    const texts = site.tries > 0 ? null : memberTexts(checker, type, fn);
    edits.push(
      annotationEdit(
        site.module,
        parameter.name,
        `: ${texts === null ? 'unknown' : unionText(texts)}`,
        WEIGHT.widen,
      ),
    );
  }
  return edits.length === 0 ? null : edits;
};

/** Several `var` of one name must agree: the first says it for all. */
export const alignVariables: Rule = (site) => {
  const { checker } = site.view;
  const symbol = checker.getSymbolAtLocation(site.node);
  const declarations = (symbol?.declarations ?? []).filter(ts.isVariableDeclaration);
  const texts = declarations.flatMap((one) =>
    one.initializer === undefined ? [] : (textsOf(site, one.initializer) ?? []),
  );
  if (texts.length === 0) return null;
  const text = unionText(texts);
  return declarations.map((one) => annotationEdit(site.module, one.name, `: ${text}`, WEIGHT.widen));
};

/** A parameter that inference had no reason to type before: type it now, from what is known. */
export const typeParameter: Rule = (site) => {
  const parameter = ts.isParameter(site.node) ? site.node : site.node.parent;
  if (!ts.isParameter(parameter) || !isFunctionNode(parameter.parent)) return null;
  return parameterEdits(site.view, site.module, parameter.parent, {
    distrusted: new Set(),
    final: true,
    ignoreContext: true,
    documented: new Map(),
  });
};
