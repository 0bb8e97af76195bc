import ts from 'typescript';
import { annotationEdit } from './annotation.ts';
import { Collector } from './collector.ts';
import type { Call } from './documented-complaints.ts';
import type { Edit, EditBook } from './edit-book.ts';
import { noEvidence } from './evidence.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { WEIGHT } from './repair/site.ts';
import { memberTexts, splitUnion, typeText, unionText, widened } from './type-text.ts';
import type { FunctionNode } from './uses.ts';
import { moduleOf, type View } from './view.ts';

export type Written = Readonly<{ book: EditBook; edit: Edit }>;

/** How the documents call one function, and which callbacks they give it that got no types for their parameters. */
export type Shown = Readonly<{ fn: FunctionNode; calls: readonly Call[]; callbacks: ReadonlySet<ts.Node> }>;

/** Any function: what its parameters are is left to whoever writes it. */
const CALLBACK = '(...args: any[]) => unknown';

/**
 * The annotations with which a function takes the calls; with `open`, those that refuse one say nothing more of their
 * parameters, but for what the body throws out.
 */
export function widening(view: View, { fn, calls, callbacks }: Shown, open: boolean): Written[] {
  const module = moduleOf(view, fn);
  if (module === undefined) return [];
  const named = fn.parameters.filter((one) => one.name.getText() !== 'this');
  const fewest = Math.min(...calls.map((call) => call.arguments?.length ?? 0));
  return named.flatMap((parameter, position) => {
    const values = calls.flatMap((call) => call.arguments?.[position] ?? []);
    const leftOut = position >= fewest;
    const text = open
      ? openText(view, parameter, values, leftOut)
      : parameterText(view, parameter, values, leftOut, callbacks);
    if (text === null) return [];
    return [{ book: module.book, edit: annotationEdit(module, parameter.name, text, WEIGHT.widen) }];
  });
}

/** The annotation with which what a function gives back may be used in any way. */
export function looseResult(view: View, fn: FunctionNode): Written[] {
  const module = moduleOf(view, fn);
  if (module === undefined || ts.isConstructorDeclaration(fn) || ts.isSetAccessorDeclaration(fn)) return [];
  if ('asteriskToken' in fn && fn.asteriskToken !== undefined) return [];
  const result = view.checker.getSignatureFromDeclaration(fn)?.getReturnType();
  const promised = result?.symbol?.name === 'Promise';
  const edit = returnEdit({ module }, fn, promised ? 'Promise<any>' : 'any', WEIGHT.any);
  return edit === null ? [] : [{ book: module.book, edit }];
}

type Misfit = Readonly<{ foreign: readonly ts.Type[]; omissible: boolean }>;

/** What does not fit a parameter as it is typed; null where all fits. */
function misfit(
  { checker }: View,
  parameter: ts.ParameterDeclaration,
  values: readonly ts.Expression[],
  leftOut: boolean,
): Misfit | null {
  if (parameter.dotDotDotToken !== undefined || !ts.isIdentifier(parameter.name)) return null;
  const own = checker.getTypeAtLocation(parameter);
  const foreign = values
    .map((value) => checker.getTypeAtLocation(value))
    .filter((type) => !checker.isTypeAssignableTo(type, own));
  const omissible = parameter.questionToken !== undefined || parameter.initializer !== undefined;
  return foreign.length === 0 && (omissible || !leftOut) ? null : { foreign, omissible };
}

/** `?: T` or `: T` where the parameter has to change, else null. */
function parameterText(
  view: View,
  parameter: ts.ParameterDeclaration,
  values: readonly ts.Expression[],
  leftOut: boolean,
  callbacks: ReadonlySet<ts.Node>,
): string | null {
  const { checker } = view;
  const called = values.some((value) => callbacks.has(value));
  const found = misfit(view, parameter, values, leftOut);
  if (found === null && !called) return null;
  const own = checker.getTypeAtLocation(parameter);
  const omissible = parameter.questionToken !== undefined || parameter.initializer !== undefined;
  const mark = parameter.initializer === undefined && (omissible || leftOut) ? '?' : '';
  const held = parameter.type?.getText() ?? typeText(checker, widened(checker, own), parameter) ?? 'unknown';
  const kept = called ? besideCallback(held) : [held];
  const added = (found?.foreign ?? []).flatMap((type) => textsOf(checker, type, parameter));
  return `${mark}: ${unionText([...kept, ...added, ...(called ? [CALLBACK] : [])])}`;
}

/** What a parameter takes beside a callback; `unknown` would keep the callback from being typed by it. */
const besideCallback = (held: string): string[] =>
  splitUnion(held)
    .filter((text) => text !== 'Function' && !text.includes('=>'))
    .flatMap((text) => (text === 'unknown' ? ['{}', 'null'] : [text]));

/** The kinds of a value that a call shows. What else such a value may hold is not known from one of them. */
function textsOf(checker: ts.TypeChecker, type: ts.Type, at: ts.Node): string[] {
  if (type.getCallSignatures().length > 0) return ['Function'];
  const texts = memberTexts(checker, checker.getWidenedType(widened(checker, type)), at) ?? ['unknown'];
  return texts.map((text) => (text.startsWith('{') ? 'object' : /\[\]$/.test(text) ? 'unknown[]' : text));
}

function openText(
  view: View,
  parameter: ts.ParameterDeclaration,
  values: readonly ts.Expression[],
  leftOut: boolean,
): string | null {
  const found = misfit(view, parameter, values, leftOut);
  if (found === null || isThrownOut(view, parameter)) return null;
  return `${parameter.initializer === undefined && (found.omissible || leftOut) ? '?' : ''}: any`;
}

/** Whether the body itself refuses other kinds of value, so that a call that shows one shows the error. */
export function isThrownOut(view: View, parameter: ts.ParameterDeclaration): boolean {
  const symbol = view.checker.getSymbolAtLocation(parameter.name);
  return symbol !== undefined && new Collector(view).symbol(symbol, noEvidence()).required;
}
