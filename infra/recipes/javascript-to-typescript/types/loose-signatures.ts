import ts from 'typescript';
import { annotationEdit, isOurs } from './annotation.ts';
import { attempt } from './attempt.ts';
import { isPrivate } from './callers.ts';
import { type Edit, plainEdit, wrapEdit } from './edit-book.ts';
import { constructorFunction, startWithComments } from './instances.ts';
import { leavingNames } from './leaving-names.ts';
import { overwrittenParameters } from './overwritten.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { WEIGHT } from './repair/site.ts';
import { isLooser, parametersText, resultText } from './signatures.ts';
import { enclosingFunction, type FunctionNode, variableOf } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';
import { withWrappers } from './wrappers.ts';

/**
 * A function that others may call, and that takes more arguments or other values than its parameters say, gets a signature above it that
 * takes them, a function expression a type behind it. Comes last, when its types are settled; what does not fit after all is
 * taken back.
 */
export function loosenSignatures(work: Work): void {
  const view = work.look();
  const made = view.modules.flatMap((module) => {
    const site = { view, module };
    const edits = [
      ...looseDeclarations(site),
      ...looseExpressions(site),
      ...looseMethods(site),
      ...looseParameters(site),
    ];
    return edits.map((edit) => ({ book: module.book, edit }));
  });
  if (made.length === 0) return;
  const putAll = (list: typeof made): boolean =>
    attempt(work, () => {
      for (const { book, edit } of list) book.put(edit);
      for (const { book, edit } of list) for (const key of edit.results ?? []) book.drop(key);
    });
  // One that does not fit takes no other with it.
  if (!putAll(made) && made.length > 1) for (const one of made) putAll([one]);
}

/** With the keys of what was written of functions that give it back: that says less than it does now. */
type Loose = Edit & Readonly<{ results?: readonly string[] }>;
type Place = Readonly<{ view: View; module: Module }>;

const nodesOf = <T extends ts.Node>(source: ts.SourceFile, is: (node: ts.Node) => node is T): T[] => {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

/** `function f(a?: unknown): T` above a declaration, also above one inside of another function that gives it back. */
function looseDeclarations({ view, module }: Place): Loose[] {
  const leaving = new Set(
    leavingNames(module.source).map((name) => constructorFunction({ view, module }, name)),
  );
  return nodesOf(module.source, ts.isFunctionDeclaration).flatMap((fn): Loose[] => {
    if (fn.body === undefined || fn.name === undefined || !isLooser(fn)) return [];
    if (!leaving.has(fn) && isPrivate(view, fn)) return [];
    // The signature of the body has to fit one that takes `unknown`; what callers choose, it may narrow.
    const chosen = [...overwrittenParameters(fn)].map((name) => [name, `Given_${name}`] as const);
    const takes = parametersText(view.checker, fn, (name) => new Map(chosen).get(name) ?? 'unknown');
    const types = chosen.length === 0 ? '' : `<${chosen.map(([, type]) => type).join(', ')}>`;
    const text = `${marksOf(fn)}function ${fn.name.text}${types}(${takes}): ${givenText(view, fn)}`;
    const at = module.book.toOriginal(startWithComments(fn));
    const results = writtenResults({ view, module }, fn, fn.name);
    return [{ ...plainEdit(`loose:${at}`, at, `${text}\n`), results }];
  });
}

/** Keys of the results that are written of functions which give back a function, by its place or by its name. */
function writtenResults({ view, module }: Place, fn: FunctionNode, name: ts.Node | null): string[] {
  const symbol = name === null ? undefined : view.checker.getSymbolAtLocation(name);
  const places = [fn, ...(symbol === undefined ? [] : view.uses.referencesOf(symbol))];
  return places.flatMap((place) => {
    let at: ts.Node = withWrappers(place).parent;
    if (ts.isConditionalExpression(at)) at = withWrappers(at).parent;
    const giver = ts.isReturnStatement(at) ? enclosingFunction(at) : null;
    return giver === null ? [] : (returnEdit({ module }, giver, '', 0)?.key ?? []);
  });
}

/** The modifiers that signatures above a function have as well. */
const marksOf = (fn: FunctionNode): string =>
  (ts.canHaveModifiers(fn) ? (ts.getModifiers(fn) ?? []) : [])
    .filter(({ kind }) => kind !== ts.SyntaxKind.AsyncKeyword)
    .map((one) => `${one.getText()} `)
    .join('');

/** A signature above a method or constructor of a class. */
function looseMethods({ view, module }: Place): Loose[] {
  const isMember = (node: ts.Node): node is ts.MethodDeclaration | ts.ConstructorDeclaration =>
    (ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) && ts.isClassLike(node.parent);
  return nodesOf(module.source, isMember).flatMap((fn): Loose[] => {
    if (fn.body === undefined || !isLooser(fn)) return [];
    if (ts.isMethodDeclaration(fn) && ts.isPrivateIdentifier(fn.name)) return [];
    const name = ts.isMethodDeclaration(fn) ? fn.name.getText() : 'constructor';
    const result = ts.isMethodDeclaration(fn) ? `: ${givenText(view, fn)}` : '';
    const at = module.book.toOriginal(fn.getStart());
    const text = `${marksOf(fn)}${name}(${parametersText(view.checker, fn)})${result}; `;
    return [plainEdit(`loose:${at}`, at, text)];
  });
}

/** Where no signature can be written, as for an arrow, a parameter that is overwritten takes anything itself. */
function looseParameters({ view, module }: Place): Loose[] {
  const isBare = (node: ts.Node): node is ts.ArrowFunction | ts.MethodDeclaration =>
    ts.isArrowFunction(node) || (ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent));
  return nodesOf(module.source, isBare).flatMap((fn): Loose[] => {
    const overwritten = overwrittenParameters(fn);
    if (overwritten.size === 0 || ts.isCallExpression(fn.parent) || isPrivate(view, fn)) return [];
    return fn.parameters.flatMap((one): Loose[] => {
      if (!overwritten.has(one.name.getText()) || !isOurs(module, one.name, one.type)) return [];
      const mark = one.questionToken === undefined ? '' : '?';
      return [annotationEdit(module, one.name, `${mark}: any`, WEIGHT.any)];
    });
  });
}

/** Function expressions that others may call: exported as they are, or kept where exports are kept. */
function looseExpressions({ view, module }: Place): Loose[] {
  const edits: Loose[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isFunctionExpression(node) || !isKept(node) || !isLooser(node) || isPrivate(view, node)) return;
    // What is called on an instance is told by the interface of that.
    const receiver = node.parameters.find((one) => one.name.getText() === 'this')?.type?.getText();
    if (receiver !== undefined && receiver !== 'unknown') return;
    const [start, end] = [module.book.toOriginal(node.getStart()), module.book.toOriginal(node.end)];
    const call = `(${parametersText(view.checker, node)}) => ${givenText(view, node)}`;
    const members = membersText(view, node);
    const tail = members === '' ? ` as ${call}` : ` as (${call}) & { ${members} }`;
    const edit = wrapEdit(`loose:${start}`, [start, end], BARE, tail, WEIGHT.assert);
    edits.push({ ...edit, results: writtenResults({ view, module }, node, variableOf(node)) });
  };
  visit(module.source);
  return edits;
}

const BARE = { bracket: false, separate: false } as const;

/** Stands where it keeps the type that is written behind it. */
const isKept = ({ parent }: ts.FunctionExpression): boolean =>
  ts.isExportAssignment(parent) ||
  ts.isPropertyAssignment(parent) ||
  ts.isReturnStatement(parent) ||
  ts.isConditionalExpression(parent) ||
  (ts.isVariableDeclaration(parent) && parent.type === undefined) ||
  (ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    (ts.isPropertyAccessExpression(parent.left) || ts.isIdentifier(parent.left)));

/** What the file puts on the function, which the type behind it has to name: else it would be there no more. */
function membersText({ checker }: View, fn: ts.FunctionExpression): string {
  if (!ts.isVariableDeclaration(fn.parent)) return '';
  return checker
    .getPropertiesOfType(checker.getTypeAtLocation(fn.parent.name))
    .map((member) => {
      const type = checker.getTypeOfSymbolAtLocation(member, fn);
      const text = checker.typeToString(type, fn, ts.TypeFormatFlags.NoTruncation);
      return `${JSON.stringify(member.name)}: ${/\btypeof\b|import\(/.test(text) ? 'unknown' : text}`;
    })
    .join('; ');
}

function givenText({ checker }: View, fn: FunctionNode): string {
  const text = resultText(checker, fn);
  return text === null || /\btypeof\b|import\(/.test(text) ? 'unknown' : text;
}
