import ts from 'typescript';
import { type Evidence, noEvidence, partOf } from './evidence.ts';
import { leadsToThrow, refusesTheRest, throwsWhenFalse } from './refusals.ts';
import { isAny, memberTexts, typeText, widened } from './type-text.ts';
import type { View } from './view.ts';

const ARITHMETIC = new Set([
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.BarToken,
  ts.SyntaxKind.CaretToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
  ts.SyntaxKind.SlashEqualsToken,
  ts.SyntaxKind.PercentEqualsToken,
]);
const ORDER = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.PlusEqualsToken,
]);
const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const CHOICE = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** Which parameters of the callback of an array method receive elements. */
const ELEMENT_PARAMETERS: Readonly<Record<string, readonly number[]>> = {
  forEach: [0],
  map: [0],
  filter: [0],
  some: [0],
  every: [0],
  find: [0],
  findIndex: [0],
  flatMap: [0],
  sort: [0, 1],
  reduce: [1],
};

const isUndefinedNode = (node: ts.Node): boolean =>
  (ts.isIdentifier(node) && node.text === 'undefined') || ts.isVoidExpression(node);
const isNull = (node: ts.Node): boolean => node.kind === ts.SyntaxKind.NullKeyword;

/** Whether a use stands behind a `typeof` test that chose its kind: it then asks nothing of the other kinds. */
const isGuarded = (here: ts.Type, evidence: Evidence): boolean =>
  ((here.flags & ts.TypeFlags.StringLike) !== 0 && evidence.guards.has('string')) ||
  ((here.flags & ts.TypeFlags.NumberLike) !== 0 && evidence.guards.has('number')) ||
  ((here.flags & ts.TypeFlags.BooleanLike) !== 0 && evidence.guards.has('boolean'));

/** Reads what happens to values in one picture of the project. */
export class Collector {
  readonly #view: View;
  readonly #seen = new Set<ts.Node>();

  constructor(view: View) {
    this.#view = view;
  }

  /** Adds what all references to a named value show. */
  symbol(symbol: ts.Symbol, into: Evidence): Evidence {
    for (const reference of this.#view.uses.referencesOf(symbol)) {
      if (ts.isDeclarationStatement(reference.parent) || ts.isParameter(reference.parent)) continue;
      if (ts.isVariableDeclaration(reference.parent) && reference.parent.name === reference) continue;
      this.expression(reference, into);
    }
    return into;
  }

  /** Adds what happens to the parts that a parameter is taken apart into. */
  pattern(name: ts.BindingPattern, into: Evidence): Evidence {
    this.#binding(name, into);
    return into;
  }

  /** Adds what the place of one expression shows about its value. */
  expression(node: ts.Expression, into: Evidence): void {
    if (this.#seen.has(node) || this.#seen.size > 4000) return;
    this.#seen.add(node);
    const parent = node.parent;
    if (ts.isParenthesizedExpression(parent)) this.expression(parent, into);
    else if (ts.isAsExpression(parent) || ts.isNonNullExpression(parent)) this.expression(parent, into);
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
      this.#property(parent, into);
    else if (ts.isElementAccessExpression(parent)) this.#element(node, parent, into);
    else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) this.#call(node, parent, into);
    else if (ts.isBinaryExpression(parent)) this.#binary(node, parent, into);
    else if (ts.isConditionalExpression(parent)) {
      if (parent.condition === node) this.#test(node, into);
      else this.expression(parent, into);
    } else if (ts.isPrefixUnaryExpression(parent)) this.#prefix(parent, into);
    else if (ts.isPostfixUnaryExpression(parent)) into.arithmetic = true;
    else if (ts.isTypeOfExpression(parent)) this.#typeOf(parent, into);
    else if (ts.isVariableDeclaration(parent) && parent.initializer === node)
      this.#binding(parent.name, into);
    else if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
      this.#test(node, into);
    else if (ts.isForOfStatement(parent) && parent.expression === node) this.#loop(parent, into);
    else if (ts.isForInStatement(parent) && parent.expression === node) into.entry ??= noEvidence();
    else if (ts.isSpreadElement(parent)) {
      into.iterated = true;
      into.element ??= noEvidence();
      this.#context(parent, into.element);
    } else if (ts.isSpreadAssignment(parent)) {
      // `{ ...x }` takes anything, and what is in it goes on.
      into.escapes = true;
      into.undefinable = true;
    } else if (ts.isTemplateSpan(parent)) this.#stringified(parent, into);
    else if (ts.isCaseClause(parent) || ts.isSwitchStatement(parent)) this.#switch(parent, into);
    else if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent)) into.free = true;
    else if (ts.isPropertyAssignment(parent) || ts.isArrayLiteralExpression(parent))
      this.#context(node, into);
  }

  #property(access: ts.PropertyAccessExpression, into: Evidence): void {
    this.#elements(access, into);
    this.expression(access, partOf(into, access.name.text));
  }

  /** `list.forEach(function (x) { ... })` shows what the list holds. */
  #elements(access: ts.PropertyAccessExpression, into: Evidence): void {
    const call = access.parent;
    if (!ts.isCallExpression(call) || call.expression !== access) return;
    const callback = call.arguments[0];
    const places = ELEMENT_PARAMETERS[access.name.text];
    if (callback === undefined || places === undefined) return;
    if (!ts.isFunctionExpression(callback) && !ts.isArrowFunction(callback)) return;
    const element = into.element ?? noEvidence();
    into.element = element;
    for (const place of places) {
      const name = callback.parameters[place]?.name;
      const symbol =
        name === undefined || !ts.isIdentifier(name)
          ? undefined
          : this.#view.checker.getSymbolAtLocation(name);
      if (symbol !== undefined) this.symbol(symbol, element);
    }
  }

  #element(node: ts.Expression, access: ts.ElementAccessExpression, into: Evidence): void {
    const { checker } = this.#view;
    if (access.argumentExpression === node) {
      const target = checker.getTypeAtLocation(access.expression);
      if (checker.isArrayLikeType(target) || (target.flags & ts.TypeFlags.StringLike) !== 0)
        into.arithmetic = true;
      else if (!isAny(target)) into.wanted.set('string', checker.getStringType());
      return;
    }
    const argument = access.argumentExpression;
    if (ts.isStringLiteralLike(argument)) {
      this.expression(access, partOf(into, argument.text));
      return;
    }
    const key = checker.getTypeAtLocation(argument);
    const numeric = (key.flags & ts.TypeFlags.NumberLike) !== 0;
    const part = (numeric ? into.element : into.entry) ?? noEvidence();
    if (numeric) into.element = part;
    else into.entry = part;
    this.expression(access, part);
  }

  #call(node: ts.Expression, call: ts.CallExpression | ts.NewExpression, into: Evidence): void {
    const { checker } = this.#view;
    if (call.expression === node) {
      const texts = (call.arguments ?? []).map((argument) =>
        typeText(checker, widened(checker, checker.getTypeAtLocation(argument)), argument),
      );
      into.calls.push(texts);
      if (ts.isNewExpression(call)) into.constructed = true;
      into.result ??= noEvidence();
      if (ts.isExpressionStatement(call.parent)) return;
      this.expression(call, into.result);
      return;
    }
    if (call.arguments?.includes(node) !== true) return;
    const callee = call.expression.getText();
    if (/^(?:\w+\.)?isArray$/.test(callee)) {
      into.isArray = true;
      into.otherThanArray ||= !leadsToThrow(call) && !refusesTheRest(call);
      return;
    }
    if (/^(String|Number|Boolean|isNaN|isFinite|JSON\.stringify|console\.\w+)$/.test(callee)) {
      this.#stringified(call, into);
      return;
    }
    if (/^Object\.(keys|values|entries|assign)$/.test(callee)) {
      into.entry ??= noEvidence();
      if (callee === 'Object.assign' && call.arguments?.[0] !== node) into.undefinable = true;
      return;
    }
    this.#context(node, into);
  }

  /** What the receiving place asks for. */
  #context(node: ts.Expression, into: Evidence): void {
    const { checker } = this.#view;
    const wanted = checker.getContextualType(node);
    if (wanted !== undefined && (wanted.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0)
      into.escapes = true;
    if (this.#mayBeLeftOut(node)) into.undefinable = true;
    if (wanted === undefined || isAny(wanted)) return;
    if (isGuarded(checker.getTypeAtLocation(node), into)) return;
    if (wanted.isUnion() && wanted.types.some((one) => (one.flags & ts.TypeFlags.Undefined) !== 0))
      into.undefinable = true;
    if ((wanted.flags & ts.TypeFlags.Unknown) !== 0) {
      into.free = true;
      return;
    }
    if ((wanted.flags & ts.TypeFlags.TypeParameter) !== 0) return;
    const texts = memberTexts(checker, wanted, node);
    if (texts === null) return;
    for (const text of texts) into.wanted.set(text, wanted);
  }

  /** Whether the parameter that an argument is for may be left out. */
  #mayBeLeftOut(node: ts.Expression): boolean {
    const call = node.parent;
    if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return false;
    const position = call.arguments?.indexOf(node) ?? -1;
    const signature = position < 0 ? undefined : this.#view.checker.getResolvedSignature(call);
    const declaration = signature?.parameters[position]?.valueDeclaration;
    return (
      declaration !== undefined &&
      ts.isParameter(declaration) &&
      declaration.dotDotDotToken === undefined &&
      this.#view.checker.isOptionalParameter(declaration)
    );
  }

  #binary(node: ts.Expression, binary: ts.BinaryExpression, into: Evidence): void {
    const { checker } = this.#view;
    const kind = binary.operatorToken.kind;
    const left = binary.left === node;
    const other = left ? binary.right : binary.left;
    if (kind === ts.SyntaxKind.EqualsToken) {
      if (left) {
        this.#given(other, into);
        into.written = true;
        this.expression(binary, into);
      } else {
        if (ts.isIdentifier(other)) this.#follow(other, into);
        else this.#context(node, into);
        this.expression(binary, into);
      }
      return;
    }
    if (CHOICE.has(kind)) {
      if (left) this.#test(node, into);
      if (left && kind !== ts.SyntaxKind.AmpersandAmpersandToken) this.#given(other, into);
      if (!left || kind !== ts.SyntaxKind.AmpersandAmpersandToken) this.expression(binary, into);
      return;
    }
    if (EQUALITY.has(kind)) {
      if (!ts.isLiteralExpression(other) || !isGuarded(checker.getTypeAtLocation(node), into))
        this.#compared(other, binary, into);
      return;
    }
    if (kind === ts.SyntaxKind.InstanceOfKeyword) {
      if (left) this.#instance(other, into);
      else into.constructed = true;
      return;
    }
    if (kind === ts.SyntaxKind.InKeyword) {
      if (!left) into.entry ??= noEvidence();
      return;
    }
    if (kind === ts.SyntaxKind.CommaToken) {
      if (!left) this.expression(binary, into);
      return;
    }
    if (ARITHMETIC.has(kind)) {
      into.arithmetic = true;
      return;
    }
    if (ORDER.has(kind)) {
      const type = checker.getTypeAtLocation(other);
      const plus = kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.PlusEqualsToken;
      if ((type.flags & ts.TypeFlags.NumberLike) !== 0) into.arithmetic = true;
      else if ((type.flags & ts.TypeFlags.StringLike) !== 0) {
        if (plus && !(left && kind === ts.SyntaxKind.PlusEqualsToken)) this.#stringified(binary, into);
        else into.wanted.set('string', checker.getStringType());
      }
    }
  }

  #compared(other: ts.Expression, binary: ts.Expression, into: Evidence): void {
    const { checker } = this.#view;
    into.free = true;
    const throws = leadsToThrow(binary);
    if (isNull(other)) {
      if (throws) return;
      into.nullable = true;
      if (
        ts.isBinaryExpression(binary) &&
        !binary.operatorToken.getText().includes('===') &&
        binary.operatorToken.getText() !== '!=='
      )
        into.undefinable = true;
      into.tested = true;
    } else if (isUndefinedNode(other)) {
      into.tested = true;
      if (!throws) into.undefinable = true;
    } else if (
      ts.isLiteralExpression(other) ||
      other.kind === ts.SyntaxKind.TrueKeyword ||
      other.kind === ts.SyntaxKind.FalseKeyword
    ) {
      const text = typeText(checker, widened(checker, checker.getTypeAtLocation(other)), other);
      if (text !== null && ts.isStringLiteralLike(other))
        into.wanted.set(text, checker.getTypeAtLocation(other));
      if (text !== null && !ts.isStringLiteralLike(other)) into.given.set(text, null);
      // A flag that is compared with its value and not tested may be left out.
      if (text === 'boolean' && !throws) into.tested = true;
    }
  }

  #instance(other: ts.Expression, into: Evidence): void {
    const { checker } = this.#view;
    const maker = checker.getTypeAtLocation(other);
    const built = maker.getConstructSignatures()[0]?.getReturnType() ?? checker.getTypeAtLocation(other);
    const text = typeText(checker, built, other);
    if (text !== null && text !== 'Object' && !text.startsWith('typeof ') && !text.startsWith('('))
      into.classes.set(text, built);
  }

  #prefix(parent: ts.PrefixUnaryExpression, into: Evidence): void {
    if (parent.operator === ts.SyntaxKind.ExclamationToken) this.#test(parent, into);
    else if (parent.operator === ts.SyntaxKind.PlusToken) into.free = true;
    else into.arithmetic = true;
  }

  #stringified(node: ts.Node, into: Evidence): void {
    into.free = true;
    for (let at = node; at !== undefined && !ts.isStatement(at); at = at.parent) {
      if (at.parent !== undefined && ts.isThrowStatement(at.parent)) return;
    }
    into.stringified = true;
    const home = node.parent;
    const own =
      ts.isBinaryExpression(home) &&
      home.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      home.right === node;
    if (own && ts.isIdentifier(home.left) && node.getText().split(/\W+/).includes(home.left.text))
      into.coerced = true;
  }

  #test(node: ts.Node, into: Evidence): void {
    into.free = true;
    if (!throwsWhenFalse(node)) into.tested = true;
  }

  #typeOf(node: ts.TypeOfExpression, into: Evidence): void {
    const parent = node.parent;
    if (ts.isBinaryExpression(parent)) {
      this.#guard(parent, parent.left === node ? parent.right : parent.left, into);
      return;
    }
    if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return;
    const symbol = this.#view.checker.getSymbolAtLocation(parent.name);
    if (symbol === undefined) return;
    for (const reference of this.#view.uses.referencesOf(symbol)) {
      const use = reference.parent;
      if (ts.isBinaryExpression(use)) this.#guard(use, use.left === reference ? use.right : use.left, into);
      if (ts.isSwitchStatement(use)) {
        for (const clause of use.caseBlock.clauses)
          if (ts.isCaseClause(clause)) this.#guard(clause, clause.expression, into);
      }
    }
  }

  #guard(test: ts.Node, literal: ts.Expression, into: Evidence): void {
    if (!ts.isStringLiteralLike(literal)) return;
    into.free = true;
    if (literal.text === 'undefined') {
      into.tested = true;
      if (!leadsToThrow(test)) into.undefinable = true;
      return;
    }
    if (
      refusesTheRest(test) ||
      (ts.isBinaryExpression(test) && /^!==?$/.test(test.operatorToken.getText()) && leadsToThrow(test))
    )
      into.required = true;
    into.guards.add(literal.text);
    if (!into.required) into.checked = true;
  }

  #switch(parent: ts.CaseClause | ts.SwitchStatement, into: Evidence): void {
    into.free = true;
    if (!ts.isSwitchStatement(parent)) return;
    for (const clause of parent.caseBlock.clauses) {
      if (ts.isCaseClause(clause)) this.#compared(clause.expression, clause.expression, into);
    }
  }

  #loop(loop: ts.ForOfStatement, into: Evidence): void {
    into.iterated = true;
    into.element ??= noEvidence();
    if (!ts.isVariableDeclarationList(loop.initializer)) return;
    const name = loop.initializer.declarations[0]?.name;
    if (name !== undefined) this.#binding(name, into.element);
  }

  #binding(name: ts.BindingName, into: Evidence): void {
    if (ts.isIdentifier(name)) {
      this.#follow(name, into);
      return;
    }
    for (const [position, element] of name.elements.entries()) {
      if (ts.isOmittedExpression(element)) continue;
      if (ts.isArrayBindingPattern(name)) {
        into.iterated = true;
        into.element ??= noEvidence();
        this.#binding(element.name, into.element);
        continue;
      }
      const key = element.propertyName ?? element.name;
      if (!ts.isIdentifier(key) || position < 0) continue;
      const part = partOf(into, key.text);
      if (element.initializer !== undefined) {
        part.tested = true;
        this.#given(element.initializer, part);
      }
      this.#binding(element.name, part);
    }
  }

  /** The value moves into a variable: what happens to the variable happens to it. */
  #follow(name: ts.Identifier, into: Evidence): void {
    const symbol = this.#view.checker.getSymbolAtLocation(name);
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined) return;
    if (!ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration)) return;
    for (const reference of this.#view.uses.referencesOf(symbol)) {
      const use = reference.parent;
      const overwritten =
        ts.isBinaryExpression(use) &&
        use.left === reference &&
        use.operatorToken.kind === ts.SyntaxKind.EqualsToken;
      if (reference !== name && reference !== declaration.name && !overwritten)
        this.expression(reference, into);
    }
  }

  #given(value: ts.Expression, into: Evidence): void {
    const { checker } = this.#view;
    // `x || false` says that x may be missing, not that it is a boolean.
    const fallback = ts.isBinaryExpression(value.parent) && CHOICE.has(value.parent.operatorToken.kind);
    if (fallback && value.kind === ts.SyntaxKind.FalseKeyword) return;
    if (isUndefinedNode(value)) {
      into.undefinable = true;
      return;
    }
    if (isNull(value)) {
      into.given.set('null', null);
      into.nullable = true;
      return;
    }
    const type = widened(checker, checker.getTypeAtLocation(value));
    for (const text of memberTexts(checker, type, value) ?? []) {
      if (text !== 'unknown') into.given.set(text, type.isUnion() ? null : type);
    }
  }
}
