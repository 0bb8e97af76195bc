import ts from 'typescript';
import { annotationEdit, isOurs, typeKey } from './annotation.ts';
import { callerTypes, contextualParameter, isPrivate } from './callers.ts';
import { Collector } from './collector.ts';
import { fillKinds, fromDoc, knownTypeNames, widenByGuards } from './documented-types.ts';
import type { Edit } from './edit-book.ts';
import { type Evidence, noEvidence } from './evidence.ts';
import { accumulatorStart } from './infer-accumulators.ts';
import { docParameter } from './jsdoc.ts';
import { takesAnything } from './offered.ts';
import { filledText, isCalledFreely, openEntries, openKeys, orOne, shifts } from './open-parameters.ts';
import { isPropertyOverwritten, overwrittenParameters } from './overwritten.ts';
import { acceptsAll, isOnlyFilled, mayBeMissing, members, withMissing } from './shape.ts';
import { leastArguments } from './signatures.ts';
import { isAny, literalProperties, splitUnion, unionText, withoutNeeded } from './type-text.ts';
import { callSignatureAt, type FunctionNode, isFunctionNode } from './uses.ts';
import { type Module, moduleOf, type View } from './view.ts';

export type ParameterOptions = Readonly<{
  /** Parameters (`path key`) whose JSDoc was found to contradict the body. */
  distrusted: ReadonlySet<string>;
  /** The last round: a position without any evidence becomes `unknown` instead of waiting. */
  final: boolean;
  /** Type even what the place of a function should tell: TypeScript did not understand the place. */
  ignoreContext?: boolean;
  /** Filled with the parameters whose type came from a comment, by `path key`. */
  documented: Map<string, DocumentedParameter>;
}>;

export type DocumentedParameter = Readonly<{
  path: string;
  fileName: string;
  line: number;
  name: string;
  text: string;
}>;

const withoutUnusedWants = (evidence: Evidence): Evidence => ({ ...evidence, wanted: new Map() });

/** A bag of options that may be left out altogether may be left out in part. */
function withOptionalProperties(text: string): string {
  const properties = literalProperties(text.replace(/;\s*}$/, ' }'));
  return properties?.some((one) => one.type.startsWith('(')) === true ? text : withoutNeeded(text);
}

/** An object type written out says nothing beside a class that has all its properties. */
function withoutShadows(texts: readonly string[], types: readonly ts.Type[]): string[] {
  const named = types
    .flatMap((type) => (type.isUnion() ? type.types : [type]))
    .filter((type) => type.isClassOrInterface());
  return texts.filter((text) => {
    const properties = literalProperties(text);
    if (properties === null || properties.length === 0) return true;
    return !named.some((type) =>
      properties.every((one) => type.getProperty(one.name.replace(/^['"]|['"]$/g, '')) !== undefined),
    );
  });
}

/** Properties that the functions read to which a value is handed, and those that it is handed on to. */
function readOnward(view: View, evidence: Evidence): ReadonlyMap<string, Evidence> {
  const found = new Map<string, Evidence>();
  const pending = [...evidence.handedTo];
  const seen = new Set<ts.Symbol>();
  for (let symbol = pending.shift(); symbol !== undefined; symbol = pending.shift()) {
    if (seen.has(symbol)) continue;
    seen.add(symbol);
    const there = new Collector(view).symbol(symbol, noEvidence());
    for (const [name, part] of there.properties) if (!found.has(name)) found.set(name, part);
    pending.push(...there.handedTo);
  }
  return found;
}

/** The type of one parameter, null where nothing is known yet. */
function parameterText(
  view: View,
  module: Module,
  fn: FunctionNode,
  parameter: ts.ParameterDeclaration,
  options: ParameterOptions,
): { text: string; missing: boolean } | null {
  const { checker } = view;
  // A written `this` is no argument of those who call.
  const position = fn.parameters.filter((one) => one.name.getText() !== 'this').indexOf(parameter);
  const collector = new Collector(view);
  const evidence = noEvidence();
  if (ts.isIdentifier(parameter.name)) {
    const symbol = checker.getSymbolAtLocation(parameter.name);
    if (symbol !== undefined) collector.symbol(symbol, evidence);
  } else collector.pattern(parameter.name, evidence);
  for (const [property, part] of evidence.properties)
    part.replaced = part.written && isPropertyOverwritten(fn, parameter.name.getText(), property);
  const key = `${module.path} ${typeKey(module.book.toOriginal(parameter.name.end))}`;
  const known = knownTypeNames(module.source);
  const doc = options.distrusted.has(key) ? null : docParameter(fn, parameter.name.getText(), known);
  const callers = callerTypes(view, fn, position, parameter);
  const isOwn = isPrivate(view, fn);
  if (!isOwn) openKeys(evidence);
  const closed = isOwn && !callers.open && callers.texts.size > 0;
  const documented = fromDoc(doc, evidence, () => readOnward(view, evidence));
  const isBag = parameter.initializer !== undefined && isVagueDefault(parameter.initializer);
  const moved = shifts(fn);
  const name = parameter.name.getText();
  const missing =
    isBag ||
    moved.some(({ to }) => to === name) ||
    (doc?.optional ?? false) ||
    mayBeMissing(evidence) ||
    (evidence.guards.size > 0 && acceptsAll(evidence)) ||
    position >= (leastArguments(fn) ?? Number.POSITIVE_INFINITY) ||
    callers.missing;
  let texts: string[];
  if (documented.texts.length > 0) {
    texts = widenByGuards(
      documented.merged ? documented.texts : fillKinds(documented.texts, evidence, missing),
      evidence,
    );
  } else {
    const own = members(closed ? withoutUnusedWants(evidence) : evidence, undefined, missing, callers.types);
    const copes = evidence.guards.size > 0 && acceptsAll(evidence);
    const loose = (text: string): boolean => /^(unknown$|\{|Record<|ArrayLike<)/.test(text);
    // Callers that only give functions say nothing of the objects that the body takes beside them.
    const isTold = closed && [...callers.texts].some((text) => !/=>|^(?:null|undefined)$/.test(text));
    const asMap =
      closed && evidence.entry !== null && [...callers.texts].every((text) => text.startsWith('{'));
    texts = copes
      ? ['unknown']
      : asMap
        ? ['Record<string, unknown>']
        : [...(isTold ? own.filter((text) => !loose(text)) : own), ...callers.texts];
    if (takesAnything(fn, evidence, missing)) texts = [];
    if (parameter.initializer !== undefined && ts.isObjectLiteralExpression(parameter.initializer))
      texts = texts.map(withoutNeeded);
    else if (missing && !closed) texts = texts.map(withOptionalProperties);
  }
  if (texts.length === 0) {
    if (!options.final) return null;
    texts = ['unknown'];
  }
  if (!closed && evidence.otherThanArray) texts = orOne(texts);
  if (!closed && documented.texts.length === 0) {
    // It may hold what is meant for the parameter after it.
    if (moved.some(({ from }) => from === name)) texts = ['unknown'];
    if (!isOwn) texts = texts.flatMap(splitUnion).map((text) => openEntries(text, evidence.picked));
    const onlyAsked = !evidence.required && evidence.calls.length === 0 && evidence.guards.has('function');
    if (onlyAsked && texts.join() === '(...args: never[]) => unknown') texts = ['unknown'];
  }
  const concrete = [
    ...callers.types,
    ...evidence.classes.values(),
    ...[...evidence.wanted.values()],
    ...[...evidence.given.values()].filter((type) => type !== null),
  ];
  if (documented.texts.length > 0) {
    const line = module.book.original.slice(0, module.book.toOriginal(parameter.pos)).split('\n').length;
    const { fileName } = module.source;
    options.documented.set(key, {
      path: module.path,
      fileName,
      line,
      name: parameter.name.getText(),
      text: unionText(documented.texts),
    });
  }
  const own = withMissing(withoutShadows(texts.flatMap(splitUnion), concrete), evidence, false);
  // An object that has none of the properties of such a type is refused, unless the type says more than them.
  const isFilled = !closed && literalProperties(own) !== null && isOnlyFilled(evidence);
  const text = isFilled ? filledText(own) : own;
  const told = text === '' ? 'unknown' : text;
  // What may be anything may as well not be there.
  const isAnything = told === 'unknown' && !isOwn && isCalledFreely(fn, parameter);
  return { text: told, missing: missing || isAnything || overwrittenParameters(fn).has(name) };
}

/** Annotates every parameter whose type TypeScript cannot tell by itself. Returns how many edits changed. */
export function inferParameters(view: View, options: ParameterOptions): number {
  let changed = 0;
  for (const module of view.modules) {
    const visit = (node: ts.Node): void => {
      if (isFunctionNode(node)) {
        changed += leaveToContext(view, module, node);
        for (const edit of parameterEdits(view, module, node, options)) {
          module.book.put(edit);
          changed += 1;
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return changed;
}

/** Takes back our annotations where the place of the function has come to know the type itself, and not from one of ours. */
function leaveToContext(view: View, module: Module, fn: FunctionNode): number {
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return 0;
  const asked = callSignatureAt(view.checker, fn)?.declaration;
  if (asked === undefined || moduleOf(view, asked) !== undefined) return 0;
  let changed = 0;
  const isGathering = accumulatorStart(fn) !== null;
  for (const [position, parameter] of fn.parameters.entries()) {
    if (isGathering && position === 0) continue;
    const key = typeKey(module.book.toOriginal(parameter.name.end));
    const held = module.book.get(key);
    if (held === undefined || held.weight > 0 || contextualParameter(view.checker, fn, position) === null)
      continue;
    module.book.drop(key);
    changed += 1;
  }
  return changed;
}

/** The annotations that one function's parameters need now; only those that differ from what is written. */
export function parameterEdits(
  view: View,
  module: Module,
  fn: FunctionNode,
  options: ParameterOptions,
): Edit[] {
  const inferred = fn.parameters.map((parameter, position) => {
    if (!isOurs(module, parameter.name, parameter.type)) return null;
    const held = module.book.get(typeKey(module.book.toOriginal(parameter.name.end)));
    if (held !== undefined && held.weight > 0) return null;
    const { initializer } = parameter;
    const isOwnMethod = initializer !== undefined && namesOwnMethod(view, initializer);
    if (initializer !== undefined && !isVagueDefault(initializer) && !isOwnMethod) return null;
    if (tellsItself(parameter)) return null;
    if (held === undefined && parameter.initializer === undefined && !untyped(view.checker, parameter))
      return null;
    if (position === 0 && accumulatorStart(fn) !== null) return null;
    if (options.ignoreContext !== true && isContextual(view, fn, position)) return null;
    if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this') return null;
    return parameterText(view, module, fn, parameter, options);
  });
  const edits: Edit[] = [];
  // What is put in a property is always given.
  let canOmit = !ts.isSetAccessorDeclaration(fn);
  for (let i = fn.parameters.length - 1; i >= 0; i--) {
    const parameter = fn.parameters[i];
    const result = inferred[i] ?? null;
    if (parameter === undefined) continue;
    const omissible = parameter.dotDotDotToken !== undefined || parameter.initializer !== undefined;
    if (result !== null) {
      const edit = annotationEdit(module, parameter.name, declaredText(result, parameter, canOmit), 0);
      if (!sameText(module.book.get(edit.key), edit)) edits.push(edit);
    }
    if (!omissible && (result === null ? parameter.questionToken === undefined : !result.missing))
      canOmit = false;
  }
  return edits;
}

const isContextual = (view: View, fn: FunctionNode, position: number): boolean =>
  (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) &&
  contextualParameter(view.checker, fn, position) !== null;

const sameText = (a: Edit | undefined, b: Edit): boolean =>
  a !== undefined &&
  a.insertions.map((one) => one.text).join() === b.insertions.map((one) => one.text).join();

const untyped = (checker: ts.TypeChecker, parameter: ts.ParameterDeclaration): boolean => {
  const type = checker.getTypeAtLocation(parameter);
  if (isAny(type)) return true;
  // `(function next(err) { ... })()`: the call where it stands hands on nothing, others do.
  if (parameter.type === undefined && (type.flags & ts.TypeFlags.Undefined) !== 0) return true;
  // What is taken apart is an object of parts, each of which may be untyped.
  if (ts.isObjectBindingPattern(parameter.name))
    return parameter.name.elements.some((one) => isAny(checker.getTypeAtLocation(one)));
  return parameter.dotDotDotToken !== undefined && checker.typeToString(type) === 'any[]';
};

/** `({ a = 1, b = '' } = {})`: TypeScript reads the type from the defaults. */
const tellsItself = ({ initializer, name }: ts.ParameterDeclaration): boolean =>
  initializer !== undefined &&
  ts.isObjectBindingPattern(name) &&
  name.elements.every((one) => one.initializer !== undefined && !isVagueDefault(one.initializer));

/** `fn = this.at`: any function does where one of the object's own is put in, not only one with its signature. */
const namesOwnMethod = ({ checker }: View, node: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(node) &&
  node.expression.kind === ts.SyntaxKind.ThisKeyword &&
  checker.getTypeAtLocation(node).getCallSignatures().length > 0;

const isVagueDefault = (node: ts.Expression): boolean =>
  (ts.isObjectLiteralExpression(node) && node.properties.length === 0) ||
  (ts.isArrayLiteralExpression(node) && node.elements.length === 0) ||
  node.kind === ts.SyntaxKind.NullKeyword;

const declaredText = (
  result: { text: string; missing: boolean },
  parameter: ts.ParameterDeclaration,
  canOmit: boolean,
): string => {
  if (parameter.dotDotDotToken !== undefined)
    return /\[\]$|^Array</.test(result.text) ? `: ${result.text}` : ': unknown[]';
  if (parameter.initializer !== undefined || !result.missing) return `: ${result.text}`;
  if (canOmit) return `?: ${result.text}`;
  return `: ${unionText([result.text, 'undefined'])}`;
};
