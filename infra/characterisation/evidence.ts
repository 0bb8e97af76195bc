/** Notes evidence on whatever an expression stands for: kinds, literals, and where a value flows. */
import ts from 'typescript';
import { constantNumber, stringLiteral } from './constants.ts';
import { createDenotation, type Denotation } from './denote.ts';
import type { ExportReader } from './exports.ts';
import type { Kind, Profile } from './profile.ts';
import { bare, isFunctionNode, type Program } from './program.ts';

export type Evidence = Denotation &
  Readonly<{
    program: Program;
    reader: ExportReader;
    /** What is known of `into` goes for the values of `from`. */
    flow: (from: ts.Expression, into: Profile) => void;
    mark: (expression: ts.Expression, kind: Kind) => void;
    bindPattern: (pattern: ts.BindingName, sources: readonly Profile[]) => void;
    noteDefault: (initializer: ts.Expression, targets: readonly Profile[]) => void;
    addLiteral: (profile: Profile, expression: ts.Expression) => void;
  }>;

export function createEvidence(program: Program, reader: ExportReader): Evidence {
  const denotation = createDenotation(program, reader);
  const { denote, symbolProfile, codeOwners } = denotation;

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
    if (ts.isArrayBindingPattern(pattern)) {
      for (const one of sources) one.tuple = Math.max(one.tuple, pattern.elements.length);
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

  return { ...denotation, program, reader, flow, mark, bindPattern, noteDefault, addLiteral };
}
