/** What an expression may stand for: the profiles of parameters, variables, members and results behind it. */
import ts from 'typescript';
import type { ExportReader } from './exports.ts';
import { ARRAY_METHODS, EITHER_METHODS, PASSING_METHODS, Profile, STRING_METHODS } from './profile.ts';
import { accessName, bare, isAccess, type Program } from './program.ts';

export type Denotation = Readonly<{
  denote: (expression: ts.Expression) => readonly Profile[];
  symbolProfile: (symbol: ts.Symbol) => Profile;
  /** The profile of what a function returns. */
  resultOf: (node: ts.Node) => Profile;
  /** Of a profile that stands for a character code: the strings the code was read from. */
  codeOwners: ReadonlyMap<Profile, ReadonlySet<Profile>>;
}>;

const EITHER = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
const TAKING_METHODS = new Set(['pop', 'shift']);

export function createDenotation(program: Program, reader: ExportReader): Denotation {
  const bySymbol = new Map<ts.Symbol, Profile>();
  const fields = new Map<string, Profile>();
  const results = new Map<ts.Node, Profile>();
  const charCodes = new WeakMap<Profile, Profile>();

  const resultOf = (node: ts.Node): Profile => {
    const known = results.get(node) ?? new Profile();
    results.set(node, known);
    return known;
  };

  function symbolProfile(symbol: ts.Symbol): Profile {
    const known = bySymbol.get(symbol) ?? new Profile();
    bySymbol.set(symbol, known);
    return known;
  }

  /** The profile whose literals, as numbers, are character codes looked for in `profile`. */
  function charCodeOf(profile: Profile): Profile {
    const known = charCodes.get(profile) ?? new Profile();
    charCodes.set(profile, known);
    return known;
  }

  const codeOwners = new Map<Profile, Set<Profile>>();

  function fieldProfile(node: ts.Node, name: string): Profile | null {
    let owner: ts.Node | undefined = node;
    while (owner !== undefined && !ts.isClassLike(owner)) owner = owner.parent;
    if (owner === undefined) return null;
    const key = `${program.pathOf(owner)}:${owner.pos}.${name}`;
    const known = fields.get(key) ?? new Profile();
    fields.set(key, known);
    return known;
  }

  /** The profiles of the values that an expression may stand for. */
  function denote(expression: ts.Expression, depth = 0): readonly Profile[] {
    const node = bare(expression);
    if (depth > 12) return [];
    const inner = (one: ts.Expression) => denote(one, depth + 1);
    if (ts.isIdentifier(node)) {
      const symbol = program.symbolOf(node);
      return symbol === undefined ? [] : [symbolProfile(symbol)];
    }
    if (ts.isConditionalExpression(node)) return [...inner(node.whenTrue), ...inner(node.whenFalse)];
    if (ts.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (EITHER.has(kind)) return [...inner(node.left), ...inner(node.right)];
      if (kind === ts.SyntaxKind.EqualsToken) return [...inner(node.left), ...inner(node.right)];
      if (
        kind === ts.SyntaxKind.PlusToken &&
        [node.left, node.right].some((one) => ts.isStringLiteralLike(one))
      ) {
        return [...inner(node.left), ...inner(node.right)];
      }
      return [];
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.PlusToken)
      return inner(node.operand);
    const name = accessName(node);
    if (name !== null && isAccess(node)) {
      if (node.expression.kind === ts.SyntaxKind.ThisKeyword) {
        const field = fieldProfile(node, name);
        return field === null ? [] : [field];
      }
      return inner(node.expression).map((one) => one.prop(name));
    }
    if (ts.isElementAccessExpression(node)) {
      const index = ts.isNumericLiteral(node.argumentExpression) ? Number(node.argumentExpression.text) : -1;
      return inner(node.expression).map((one) => {
        if (index < 8) one.tuple = Math.max(one.tuple, index + 1);
        return one.elements();
      });
    }

    if (ts.isCallExpression(node)) return callResult(node, inner);
    if (ts.isAwaitExpression(node)) return inner(node.expression);
    return [];
  }

  function callResult(
    node: ts.CallExpression,
    inner: (one: ts.Expression) => readonly Profile[],
  ): readonly Profile[] {
    const [first] = node.arguments;
    if (ts.isIdentifier(node.expression) && node.expression.text === 'String' && first !== undefined)
      return inner(first);
    const callee = reader.callee(node.expression);
    if (callee !== null) return [resultOf(callee)];
    const method = accessName(node.expression);
    if (method === null || !isAccess(node.expression)) {
      return inner(node.expression).map((one) => one.returns());
    }
    const receivers = inner(node.expression.expression);
    if (method === 'charCodeAt' || method === 'codePointAt') {
      return receivers.map((one) => {
        const code = charCodeOf(one);
        const owners = codeOwners.get(code) ?? new Set();
        codeOwners.set(code, owners.add(one));
        return code;
      });
    }
    if (method === 'split') {
      return receivers.map((one) => {
        const pieces = new Profile();
        one.links.add(pieces.elements());
        return pieces;
      });
    }
    if (PASSING_METHODS.has(method)) return receivers;
    if (TAKING_METHODS.has(method)) return receivers.map((one) => one.elements());
    if (STRING_METHODS.has(method) || ARRAY_METHODS.has(method) || EITHER_METHODS.has(method)) return [];
    return receivers.map((one) => one.prop(method).returns());
  }

  return { denote, symbolProfile, resultOf, codeOwners };
}
