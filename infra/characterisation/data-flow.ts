/** Reads all functions of the sources and gathers, per parameter, what is done with it: directly, through variables, and in callees. */
import ts from 'typescript';
import { createCallReader } from './call-evidence.ts';
import { createEvidence } from './evidence.ts';
import type { ExportReader } from './exports.ts';
import { jsDocTraits } from './jsdoc.ts';
import { createOperatorReader } from './operator-evidence.ts';
import { flatten, type Kind, Profile } from './profile.ts';
import { accessName, bare, type FunctionNode, isFunctionNode, type Program, walk } from './program.ts';
import { areAboutStreams } from './stream-values.ts';

export type DataFlow = Readonly<{
  /** Evidence about the parameters of a function or of a class's constructor, in order. */
  parameters: (node: FunctionNode) => readonly Profile[];
}>;

const EITHER = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** Calls of a function that reads `arguments` are tried with at least so many. */
const LEAST_ARGUMENTS = 3;

/** Whether the body takes values from `arguments`; asking only how many there are is no such use. */
function usesArguments(node: FunctionNode): boolean {
  let found = false;
  const visit = (one: ts.Node): void => {
    if (one !== node && isFunctionNode(one) && !ts.isArrowFunction(one)) return;
    if (ts.isIdentifier(one) && one.text === 'arguments')
      found ||= !(ts.isPropertyAccessExpression(one.parent) && one.parent.expression === one);
    ts.forEachChild(one, visit);
  };
  if (node.body !== undefined) visit(node.body);
  return found;
}

const ITERATORS: ReadonlyMap<string, Kind> = new Map([
  ['Symbol.iterator', 'iterable'],
  ['Symbol.asyncIterator', 'async iterable'],
]);

/** Arguments without a name, of which nothing is known but that there may be some. */
const unnamed = (after: number, streams: boolean): readonly Profile[] =>
  Array.from({ length: Math.max(1, LEAST_ARGUMENTS - after) }, () => {
    const profile = new Profile();
    for (const kind of ['boolean', 'dictionary', 'string', 'array'] as const) profile.kinds.add(kind);
    if (streams) profile.kinds.add('stream').add('function');
    return profile;
  });

export function createDataFlow(
  program: Program,
  reader: ExportReader,
  files: readonly ts.SourceFile[],
): DataFlow {
  const evidence = createEvidence(program, reader);
  const { addLiteral, bindPattern, denote, flow, mark, noteDefault, resultOf, symbolProfile } = evidence;
  const visitBinary = createOperatorReader(evidence);
  const visitCall = createCallReader(evidence);
  const streams = areAboutStreams(files);

  function visit(node: ts.Node): void {
    if (ts.isBinaryExpression(node)) visitBinary(node);
    else if (ts.isCallExpression(node) || ts.isNewExpression(node)) visitCall(node);
    else if (ts.isSwitchStatement(node)) {
      for (const clause of node.caseBlock.clauses) {
        if (ts.isCaseClause(clause))
          for (const one of denote(node.expression)) addLiteral(one, clause.expression);
      }
    } else if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      bindPattern(node.name, denote(node.initializer));
    } else if (ts.isForOfStatement(node)) {
      mark(node.expression, node.awaitModifier === undefined ? 'array' : 'async iterable');
      if (node.awaitModifier === undefined) mark(node.expression, 'iterable');
      if (ts.isVariableDeclarationList(node.initializer)) {
        const [declaration] = node.initializer.declarations;
        if (declaration !== undefined)
          bindPattern(
            declaration.name,
            denote(node.expression).map((one) => one.elements()),
          );
      }
    } else if (ts.isForInStatement(node)) mark(node.expression, 'dictionary');
    else if (ts.isReturnStatement(node) && node.expression !== undefined) noteReturn(node, node.expression);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) flow(node.body, resultOf(node));
    else if (ts.isIfStatement(node)) truth(node.expression);
    else if (ts.isConditionalExpression(node)) truth(node.condition);
    else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.ExclamationToken) truth(node.operand);
      else if (node.operator === ts.SyntaxKind.MinusToken) mark(node.operand, 'number');
    } else if (isFunctionNode(node)) noteParameters(node);
    else if (ts.isSpreadElement(node) && ts.isArrayLiteralExpression(node.parent))
      mark(node.expression, 'iterable');
    else if (ts.isYieldExpression(node) && node.asteriskToken !== undefined && node.expression !== undefined)
      mark(node.expression, 'iterable');
    else if (ts.isElementAccessExpression(node) && ITERATORS.has(node.argumentExpression.getText()))
      mark(node.expression, ITERATORS.get(node.argumentExpression.getText()) ?? 'iterable');
    else if (ts.isElementAccessExpression(node) && accessName(node) === null) {
      for (const one of denote(node.expression)) one.elements();
    }
    const name = accessName(node);
    if (name !== null && ts.isExpression(node)) denote(node);
  }

  function truth(expression: ts.Expression): void {
    const node = bare(expression);
    if (ts.isIdentifier(node) || accessName(node) !== null) mark(node, 'boolean');
    if (ts.isBinaryExpression(node) && EITHER.has(node.operatorToken.kind)) {
      truth(node.left);
      truth(node.right);
    }
  }

  function noteReturn(node: ts.Node, expression: ts.Expression): void {
    let owner: ts.Node | undefined = node.parent;
    while (owner !== undefined && !isFunctionNode(owner)) owner = owner.parent;
    if (owner !== undefined) flow(expression, resultOf(owner));
  }

  function noteParameters(node: FunctionNode): void {
    for (const parameter of node.parameters) {
      if (!ts.isIdentifier(parameter.name)) continue;
      const symbol = program.symbolOf(parameter.name);
      if (symbol === undefined) continue;
      symbolProfile(symbol).names.add(parameter.name.text);
      if (parameter.initializer !== undefined) noteDefault(parameter.initializer, [symbolProfile(symbol)]);
    }
  }

  // Twice: flows that a later line of the program sets up are followed by the second pass.
  for (let pass = 0; pass < 2; pass += 1) for (const file of files) walk(file, visit);

  return {
    parameters: (node) => {
      const documented = jsDocTraits(node);
      const named = node.parameters.flatMap((parameter, at) => {
        const profile = new Profile();
        if (ts.isIdentifier(parameter.name)) {
          const symbol = program.symbolOf(parameter.name);
          if (symbol !== undefined) profile.links.add(symbolProfile(symbol));
          const doc = documented.get(parameter.name.text);
          if (doc !== undefined) profile.links.add(doc);
        } else {
          profile.kinds.add('object');
          bindPattern(parameter.name, [profile]);
        }
        // Whoever calls it gives one after another what it has in an array.
        if (parameter.dotDotDotToken === undefined) return [profile];
        const items = unnamed(at, streams);
        for (const item of items) item.links.add(flatten(profile).elements());
        return items;
      });
      return usesArguments(node) ? [...named, ...unnamed(named.length, streams)] : named;
    },
  };
}
