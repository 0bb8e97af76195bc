import ts from 'typescript';
import { type Evidence, noEvidence, partOf } from './evidence.ts';
import {
  isGuarded,
  isItemOf,
  isTakenApart,
  isWalked,
  noteCopied,
  noteGiven,
  noteKey,
  noteWanted,
  walkedBy,
} from './evidence-of-places.ts';
import {
  looksForText,
  noteClass,
  noteComparison,
  noteConstructor,
  notePrefix,
  noteSwitch,
  noteTest,
  noteText,
  noteTypeOf,
  otherThanMissing,
} from './evidence-of-tests.ts';
import { ARITHMETIC, assignedTo, CHOICE, EQUALITY, ORDER } from './operators.ts';
import { asksForObject, leadsToThrow, refusesTheRest } from './refusals.ts';
import { isAny, typeText, widened } from './type-text.ts';
import type { View } from './view.ts';

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
      if (parent.condition === node) noteTest(node, into);
      else this.#choice(node, parent, into);
    } else if (ts.isPrefixUnaryExpression(parent)) notePrefix(parent, into);
    else if (ts.isPostfixUnaryExpression(parent)) into.arithmetic = true;
    else if (ts.isTypeOfExpression(parent)) noteTypeOf(this.#view, parent, into);
    else if (ts.isVariableDeclaration(parent) && parent.initializer === node)
      this.#binding(parent.name, into);
    else if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
      noteTest(node, into);
    else if (ts.isForOfStatement(parent) && parent.expression === node) this.#loop(parent, into);
    else if (ts.isForInStatement(parent) && parent.expression === node) into.entry ??= noEvidence();
    else if (ts.isSpreadElement(parent)) {
      into.iterated = true;
      into.element ??= noEvidence();
      noteWanted(this.#view.checker, parent, into.element);
    } else if (ts.isSpreadAssignment(parent)) noteCopied(into);
    else if (ts.isDeleteExpression(parent)) into.undefinable = true;
    else if (ts.isTemplateSpan(parent)) noteText(parent, into);
    else if (ts.isComputedPropertyName(parent)) noteKey(this.#view.checker, node, into);
    else if (ts.isCaseClause(parent) || ts.isSwitchStatement(parent))
      noteSwitch(this.#view.checker, parent, into);
    else if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent)) {
      into.free = true;
      into.returned = true;
    } else if (ts.isPropertyAssignment(parent) || ts.isArrayLiteralExpression(parent))
      noteWanted(this.#view.checker, node, into);
  }

  /** `x === undefined ? other : x`: nothing is left to be tested after but `null`, where the other is an object. */
  #choice(node: ts.Expression, choice: ts.ConditionalExpression, into: Evidence): void {
    const other = otherThanMissing(choice, node);
    const { tested } = into;
    into.tested = false;
    this.expression(choice, into);
    const instead = other === null ? undefined : this.#view.checker.getTypeAtLocation(other);
    if (into.tested && instead !== undefined && (instead.flags & ts.TypeFlags.Object) !== 0)
      into.nullable = true;
    into.tested ||= tested;
    if (other !== null) noteGiven(this.#view.checker, other, into);
  }

  #property(access: ts.PropertyAccessExpression, into: Evidence): void {
    if (noteConstructor(access, into)) return;
    into.searched ||= looksForText(access);
    this.#elements(access, into);
    this.#part(access, partOf(into, access.name.text));
  }

  #part(access: ts.Expression, part: Evidence): void {
    part.read ||= assignedTo(access) === null;
    this.expression(access, part);
  }

  /** `list.forEach(function (x) { ... })` shows what the list holds. */
  #elements(access: ts.PropertyAccessExpression, into: Evidence): void {
    const walked = walkedBy(this.#view.checker, access);
    if (walked === null) return;
    into.element ??= noEvidence();
    for (const symbol of walked.elements) this.symbol(symbol, into.element);
    const { key } = walked;
    if (key !== undefined && this.#view.uses.referencesOf(key).length > 1)
      into.index = this.symbol(key, into.index ?? noEvidence());
  }

  #element(node: ts.Expression, access: ts.ElementAccessExpression, into: Evidence): void {
    const { checker } = this.#view;
    if (access.argumentExpression === node) {
      const target = checker.getTypeAtLocation(access.expression);
      // What is not known yet can be taken for a list as well.
      if (isAny(target)) return;
      if (checker.isArrayLikeType(target) || (target.flags & ts.TypeFlags.StringLike) !== 0)
        into.arithmetic = true;
      else noteKey(checker, node, into);
      return;
    }
    const argument = access.argumentExpression;
    if (ts.isStringLiteralLike(argument)) {
      this.#part(access, partOf(into, argument.text));
      return;
    }
    const key = checker.getTypeAtLocation(argument);
    const numeric = (key.flags & ts.TypeFlags.NumberLike) !== 0;
    const part = (numeric ? into.element : into.entry) ?? noEvidence();
    if (numeric) into.element = part;
    else into.entry = part;
    into.picked ||= !numeric && !isWalked(checker, argument);
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
    if (call.arguments[0] === node && asksForObject(call)) {
      into.nullable = true;
      into.undefinable = true;
    }
    if (/^(String|Number|Boolean|isNaN|isFinite|JSON\.stringify|console\.\w+)$/.test(callee)) {
      noteText(call, into);
      return;
    }
    if (/^Object\.(keys|values|entries|assign)$/.test(callee)) {
      into.entry ??= noEvidence();
      if (callee === 'Object.assign' && call.arguments?.[0] !== node) into.undefinable = true;
      return;
    }
    noteWanted(this.#view.checker, node, into);
  }

  #binary(node: ts.Expression, binary: ts.BinaryExpression, into: Evidence): void {
    const { checker } = this.#view;
    const kind = binary.operatorToken.kind;
    const left = binary.left === node;
    const other = left ? binary.right : binary.left;
    if (kind === ts.SyntaxKind.EqualsToken) {
      if (left) {
        if (!isItemOf(other, node)) noteGiven(this.#view.checker, other, into);
        into.written = true;
        this.expression(binary, into);
      } else {
        if (ts.isIdentifier(other)) this.#follow(other, into);
        else noteWanted(this.#view.checker, node, into);
        this.expression(binary, into);
      }
      return;
    }
    if (CHOICE.has(kind)) {
      if (left) noteTest(node, into);
      if (left && kind !== ts.SyntaxKind.AmpersandAmpersandToken) noteGiven(this.#view.checker, other, into);
      if (!left || kind !== ts.SyntaxKind.AmpersandAmpersandToken) this.expression(binary, into);
      return;
    }
    if (EQUALITY.has(kind)) {
      if (!ts.isLiteralExpression(other) || !isGuarded(checker.getTypeAtLocation(node), into))
        noteComparison(checker, other, binary, into);
      return;
    }
    if (kind === ts.SyntaxKind.InstanceOfKeyword) {
      if (left) noteClass(checker, other, into);
      else into.constructed = true;
      return;
    }
    if (kind === ts.SyntaxKind.InKeyword) {
      if (!left && ts.isStringLiteralLike(other)) partOf(into, other.text).tested = true;
      else if (!left) into.entry ??= noEvidence();
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
        if (plus && !(left && kind === ts.SyntaxKind.PlusEqualsToken)) noteText(binary, into);
        else into.wanted.set('string', checker.getStringType());
      }
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
        // Of places that are taken apart each in its own way, none tells of the others.
        if (!name.elements.some(isTakenApart)) this.#binding(element.name, into.element);
        continue;
      }
      const key = element.propertyName ?? element.name;
      if (!ts.isIdentifier(key) || position < 0) continue;
      const part = partOf(into, key.text);
      part.read = true;
      if (element.initializer !== undefined) {
        part.tested = true;
        noteGiven(this.#view.checker, element.initializer, part);
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
}
