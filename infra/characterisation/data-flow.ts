/** Reads all functions of the sources and gathers, per parameter, what is done with it: directly, through variables, and in callees. */
import ts from 'typescript';
import { constantNumber, stringLiteral } from './constants.ts';
import type { ExportReader } from './exports.ts';
import { jsDocTraits } from './jsdoc.ts';
import {
  ARRAY_METHODS,
  BUILT_IN_CLASSES,
  DATE_METHODS,
  EITHER_METHODS,
  type Kind,
  NUMBER_METHODS,
  PASSING_METHODS,
  Profile,
  REGEXP_METHODS,
  STRING_METHODS,
  TYPEOF_KINDS,
} from './profile.ts';
import {
  accessName,
  bare,
  type FunctionNode,
  isAccess,
  isFunctionNode,
  type Program,
  walk,
} from './program.ts';

export type DataFlow = Readonly<{
  /** Evidence about the parameters of a function or of a class's constructor, in order. */
  parameters: (node: FunctionNode) => readonly Profile[];
}>;

const COMPARISONS = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const ORDERINGS = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);
const ARITHMETIC = new Set([
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.BarToken,
  ts.SyntaxKind.CaretToken,
]);
const EITHER = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
const ITERATING = new Set(['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'flatMap']);
const NUMERIC_CALLS = new Set(['isNaN', 'isFinite', 'parseInt', 'parseFloat', 'Number']);

export function createDataFlow(
  program: Program,
  reader: ExportReader,
  files: readonly ts.SourceFile[],
): DataFlow {
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
    if (ts.isElementAccessExpression(node)) return inner(node.expression).map((one) => one.elements());
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
    if (STRING_METHODS.has(method) || ARRAY_METHODS.has(method) || EITHER_METHODS.has(method)) return [];
    return receivers.map((one) => one.prop(method).returns());
  }

  const flow = (from: ts.Expression, into: Profile): void => {
    for (const one of denote(from)) if (one !== into) one.links.add(into);
  };
  const mark = (expression: ts.Expression, kind: Kind): void => {
    for (const one of denote(expression)) one.kinds.add(kind);
  };

  function bindPattern(pattern: ts.BindingName, sources: readonly Profile[]): void {
    if (ts.isIdentifier(pattern)) {
      const symbol = program.symbolOf(pattern);
      if (symbol !== undefined) for (const one of sources) one.links.add(symbolProfile(symbol));
      return;
    }
    for (const [at, element] of pattern.elements.entries()) {
      if (ts.isOmittedExpression(element)) continue;
      const key = element.propertyName ?? element.name;
      const inner = ts.isObjectBindingPattern(pattern)
        ? ts.isIdentifier(key) && element.dotDotDotToken === undefined
          ? sources.map((one) => one.prop(key.text))
          : []
        : at >= 0
          ? sources.map((one) => one.elements())
          : [];
      bindPattern(element.name, inner);
      if (element.initializer !== undefined) noteDefault(element.initializer, inner);
    }
  }

  function noteDefault(initializer: ts.Expression, targets: readonly Profile[]): void {
    const kind = literalKind(initializer);
    for (const one of targets) {
      if (kind !== null) one.kinds.add(kind);
      addLiteral(one, initializer);
    }
  }

  function addLiteral(profile: Profile, expression: ts.Expression): void {
    const node = bare(expression);
    if (ts.isStringLiteralLike(node)) {
      profile.literals.add(stringLiteral(node.text));
      profile.kinds.add('string');
      return;
    }
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
      profile.kinds.add('boolean');
      return;
    }
    if (node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === 'undefined')) {
      profile.kinds.add('nullish');
      return;
    }
    const value = constantNumber(node, program);
    if (value === null) return;
    for (const owner of codeOwners.get(profile) ?? []) {
      if (value >= 0 && value <= 0x10ffff) owner.fragments.add(String.fromCodePoint(value));
    }
    profile.literals.add(String(value));
    profile.kinds.add('number');
  }

  function literalKind(expression: ts.Expression): Kind | null {
    const node = bare(expression);
    if (ts.isArrayLiteralExpression(node)) return 'array';
    if (ts.isObjectLiteralExpression(node)) return 'object';
    if (isFunctionNode(node)) return 'function';
    return null;
  }

  function visitComparison(node: ts.BinaryExpression): void {
    for (const [one, other] of [
      [node.left, node.right],
      [node.right, node.left],
    ] as const) {
      const value = bare(one);
      if (ts.isTypeOfExpression(value) && ts.isStringLiteralLike(other)) {
        const kind = TYPEOF_KINDS[other.text];
        if (kind !== undefined) mark(value.expression, kind);
      } else if (
        ts.isCallExpression(value) &&
        ts.isStringLiteralLike(other) &&
        /^\[object \w+\]$/.test(other.text)
      ) {
        const kind = BUILT_IN_CLASSES[other.text.slice(8, -1)];
        const [tested] = value.arguments;
        if (kind !== undefined && tested !== undefined) mark(tested, kind);
      } else {
        if (accessName(value) === 'length' && isAccess(value)) {
          const length = constantNumber(other, program);
          if (length !== null) for (const target of denote(value.expression)) target.lengths.add(length);
        }
        for (const target of denote(value)) addLiteral(target, other);
        flowBetween(value, other);
      }
    }
  }

  /** Two values that are compared should be able to be equal: what is known of one goes for the other. */
  function flowBetween(one: ts.Expression, other: ts.Expression): void {
    for (const left of denote(one))
      for (const right of denote(other)) if (left !== right) left.links.add(right);
  }

  function visitBinary(node: ts.BinaryExpression): void {
    const kind = node.operatorToken.kind;
    if (COMPARISONS.has(kind)) visitComparison(node);
    else if (ORDERINGS.has(kind)) visitComparison(node);
    else if (ARITHMETIC.has(kind)) {
      mark(node.left, 'number');
      mark(node.right, 'number');
    } else if (kind === ts.SyntaxKind.PlusToken) {
      for (const [text, other] of [
        [node.left, node.right],
        [node.right, node.left],
      ] as const) {
        if (!ts.isStringLiteralLike(text)) continue;
        for (const one of denote(other)) {
          one.kinds.add('string');
          if (text.text.length > 0 && text.text.length <= 4) one.fragments.add(text.text);
        }
      }
    } else if (kind === ts.SyntaxKind.InstanceOfKeyword) visitInstanceOf(node);
    else if (kind === ts.SyntaxKind.InKeyword) {
      mark(node.right, 'object');
      if (ts.isStringLiteralLike(node.left)) for (const one of denote(node.right)) one.prop(node.left.text);
    } else if (kind === ts.SyntaxKind.EqualsToken) {
      visitAssignment(node);
    }
  }

  function visitInstanceOf(node: ts.BinaryExpression): void {
    const known = ts.isIdentifier(node.right) ? BUILT_IN_CLASSES[node.right.text] : undefined;
    if (known !== undefined) {
      mark(node.left, known);
      return;
    }
    const own = reader.callee(node.right);
    if (own !== null) for (const one of denote(node.left)) one.instances.add(own);
  }

  function visitAssignment(node: ts.BinaryExpression): void {
    const name = accessName(node.left);
    if (isAccess(node.left) && node.left.expression.kind !== ts.SyntaxKind.ThisKeyword) {
      for (const owner of denote(node.left.expression)) owner.written = true;
      if (name === null) return;
    }
    if (ts.isIdentifier(node.left) || name !== null) {
      for (const target of denote(node.left)) flow(node.right, target);
    }
  }

  function visitCall(node: ts.CallExpression | ts.NewExpression): void {
    const args = node.arguments ?? [];
    const callee = reader.callee(node.expression);
    if (callee !== null) linkArguments(callee, args);
    const method = accessName(node.expression);
    const [first] = args;
    if (method !== null && isAccess(node.expression)) {
      visitMethod(node.expression.expression, method, args);
    } else if (ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      if (name === 'String' && first !== undefined) mark(first, 'string');
      if (NUMERIC_CALLS.has(name) && first !== undefined) mark(first, 'number');
      if (callee === null && ts.isCallExpression(node) && BUILT_IN_CLASSES[name] === undefined)
        mark(node.expression, 'function');
      if (name === 'decodeURIComponent' && first !== undefined) {
        for (const one of denote(first)) one.fragments.add('%20').add('%');
      }
    }
  }

  function linkArguments(callee: ts.Node, args: readonly ts.Expression[]): void {
    const target = ts.isClassLike(callee) ? callee.members.find(ts.isConstructorDeclaration) : callee;
    if (target === undefined || !isFunctionNode(target)) return;
    for (const [at, parameter] of target.parameters.entries()) {
      const given = parameter.dotDotDotToken === undefined ? args.slice(at, at + 1) : args.slice(at);
      for (const one of given) {
        if (ts.isIdentifier(parameter.name)) {
          const symbol = program.symbolOf(parameter.name);
          if (symbol !== undefined) flow(one, symbolProfile(symbol));
        } else {
          bindPattern(parameter.name, denote(one));
        }
      }
    }
  }

  function visitMethod(receiver: ts.Expression, method: string, args: readonly ts.Expression[]): void {
    const [first] = args;
    const owners = denote(receiver);
    const regex = regexText(receiver);
    if (REGEXP_METHODS.has(method) && first !== undefined) {
      for (const one of denote(first)) {
        one.kinds.add('string');
        if (regex !== null) one.regexes.add(regex);
      }
    }
    // Who asks whether it is an array takes something else as well.
    if (method === 'isArray' && first !== undefined) {
      mark(first, 'array');
      mark(first, 'string');
    }
    if (method === 'isBuffer' && first !== undefined) mark(first, 'buffer');
    if (
      (method === 'isFinite' || method === 'isNaN' || method === 'isInteger' || method === 'isSafeInteger') &&
      first !== undefined
    )
      mark(first, 'number');
    if (ts.isIdentifier(receiver) && receiver.text === 'Math') for (const one of args) mark(one, 'number');
    if (
      ts.isIdentifier(receiver) &&
      receiver.text === 'Object' &&
      first !== undefined &&
      /^(?:keys|entries|values|assign)$/.test(method)
    ) {
      mark(first, 'dictionary');
    }
    if (ts.isIdentifier(receiver) && receiver.text === 'Date' && method === 'parse' && first !== undefined) {
      for (const one of denote(first)) {
        one.literals
          .add(`'Sat, 01 Jan 2000 00:00:00 GMT'`)
          .add(`'Sat, 01 Jan 2000 01:00:00 GMT'`)
          .add(`'2000-01-01'`)
          .add(`'not a date'`);
      }
    }
    for (const one of owners) noteMethod(one, method, args);
    if (ITERATING.has(method)) linkIteration(receiver, args[0]);
    if (method === 'push' || method === 'unshift')
      for (const arg of args) for (const one of owners) flow(arg, one.elements());
    if (method === 'concat' && first !== undefined) mark(first, 'array');
  }

  function noteMethod(profile: Profile, method: string, args: readonly ts.Expression[]): void {
    const [first] = args;
    if (STRING_METHODS.has(method)) profile.kinds.add('string');
    else if (ARRAY_METHODS.has(method)) profile.kinds.add('array');
    else if (DATE_METHODS.has(method)) profile.kinds.add('date');
    else if (REGEXP_METHODS.has(method)) profile.kinds.add('regexp');
    else if (NUMBER_METHODS.has(method)) profile.kinds.add('number');
    else if (
      EITHER_METHODS.has(method) ||
      method === 'toString' ||
      method === 'valueOf' ||
      method === 'hasOwnProperty'
    ) {
      if (first !== undefined && ts.isNumericLiteral(first)) profile.lengths.add(Number(first.text));
    } else if (method !== 'call' && method !== 'apply') {
      profile.prop(method).kinds.add('function');
    } else {
      profile.kinds.add('function');
    }
    if (first === undefined) return;
    const regex = regexText(first);
    if (regex !== null && /^(?:match|matchAll|replace|replaceAll|search|split)$/.test(method))
      profile.regexes.add(regex);
    if (
      ts.isStringLiteralLike(first) &&
      first.text.length <= 12 &&
      /^(?:indexOf|lastIndexOf|includes|split|startsWith|endsWith|replace|replaceAll|search)$/.test(method)
    ) {
      profile.fragments.add(first.text);
    }
  }

  function linkIteration(receiver: ts.Expression, callback: ts.Expression | undefined): void {
    const keysOf =
      ts.isCallExpression(receiver) && accessName(receiver.expression) === 'keys'
        ? receiver.arguments[0]
        : undefined;
    const node =
      callback === undefined
        ? undefined
        : isFunctionNode(bare(callback))
          ? bare(callback)
          : reader.callee(callback);
    if (node === undefined || node === null || !isFunctionNode(node) || keysOf !== undefined) return;
    const [item] = node.parameters;
    if (item !== undefined)
      bindPattern(
        item.name,
        denote(receiver).map((one) => one.elements()),
      );
  }

  function regexText(expression: ts.Expression, depth = 0): string | null {
    const node = bare(expression);
    if (ts.isRegularExpressionLiteral(node)) return node.text;
    if (depth > 4 || !ts.isIdentifier(node)) return null;
    const declaration = program.symbolOf(node)?.valueDeclaration;
    return declaration !== undefined &&
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined
      ? regexText(declaration.initializer, depth + 1)
      : null;
  }

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
      mark(node.expression, 'array');
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
      return node.parameters.map((parameter) => {
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
        return profile;
      });
    },
  };
}
