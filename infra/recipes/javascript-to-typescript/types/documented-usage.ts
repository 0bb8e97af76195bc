import ts from 'typescript';
import { annotationEdit } from './annotation.ts';
import { countPositions } from './count.ts';
import type { Edit, EditBook } from './edit-book.ts';
import { ROOT } from './host.ts';
import { repairErrors } from './repair/repair.ts';
import { WEIGHT } from './repair/site.ts';
import { memberTexts, typeText, unionText, widened } from './type-text.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import type { View } from './view.ts';
import type { Work } from './work.ts';

/** How a package is used, as its documents show: calls of `subject`, which is what the entry exports. */
export type Usage = Readonly<{ entry: string; calls: readonly string[] }>;

type Call = ts.CallExpression | ts.NewExpression;
type Written = Readonly<{ book: EditBook; edit: Edit }>;

const USAGE = 'documented-usage.ts';
/** Functions that are tried by themselves when all together did not go: each costs a check of the whole package. */
const MOST_ALONE = 12;

/**
 * A call that the documents show has to compile for a reader. Where the body alone gave parameters that refuse one, they
 * are widened by what the call passes or leaves out; taken back where the body would have to give up types for it.
 */
export function acceptDocumentedCalls(work: Work): void {
  const { usage } = work.input;
  if (usage === undefined || usage.calls.length === 0) return;
  const entry = usage.entry.replace(/ts$/, 'js');
  const lines = usage.calls.map((call) => `void ${call};`);
  work.project.write(USAGE, [`import subject = require('./${entry}');`, ...lines, ''].join('\n'));
  const view = work.look();
  const groups = [...refusedCalls(view)].map(([fn, calls]) => widening(view, fn, calls));
  if (!attempt(work, groups.flat()) && groups.length > 1)
    for (const group of groups.slice(0, MOST_ALONE)) attempt(work, group);
  work.project.write(USAGE, 'export {};\n');
}

/** Functions of which the compiler refuses a documented call, each with all its documented calls. */
function refusedCalls(view: View): Map<FunctionNode, Call[]> {
  const source = view.program.getSourceFile(`${ROOT}/${USAGE}`);
  if (source === undefined) return new Map();
  const refused = view.program.getSemanticDiagnostics(source).map(({ start }) => start ?? 0);
  const all = new Map<FunctionNode, Call[]>();
  const wanting = new Set<FunctionNode>();
  for (const statement of source.statements) {
    const call = callIn(statement);
    const fn = call === null ? undefined : view.checker.getResolvedSignature(call)?.declaration;
    if (call === null || fn === undefined || !isFunctionNode(fn)) continue;
    all.set(fn, [...(all.get(fn) ?? []), call]);
    if (refused.some((at) => statement.pos <= at && at < statement.end)) wanting.add(fn);
  }
  return new Map([...all].filter(([fn]) => wanting.has(fn)));
}

const callIn = (statement: ts.Statement): Call | null => {
  if (!ts.isExpressionStatement(statement) || !ts.isVoidExpression(statement.expression)) return null;
  const call = statement.expression.expression;
  return ts.isCallExpression(call) || ts.isNewExpression(call) ? call : null;
};

/** The annotations with which a function takes the calls. */
function widening(view: View, fn: FunctionNode, calls: readonly Call[]): Written[] {
  const module = view.modules.find((one) => one.source === fn.getSourceFile());
  if (module === undefined) return [];
  const named = fn.parameters.filter((one) => one.name.getText() !== 'this');
  const fewest = Math.min(...calls.map((call) => call.arguments?.length ?? 0));
  return named.flatMap((parameter, position) => {
    const values = calls.flatMap((call) => call.arguments?.[position] ?? []);
    const text = parameterText(view, parameter, values, position >= fewest);
    if (text === null) return [];
    return [{ book: module.book, edit: annotationEdit(module, parameter.name, text, WEIGHT.widen) }];
  });
}

/** `?: T` or `: T` where the parameter has to change, else null. */
function parameterText(
  { checker }: View,
  parameter: ts.ParameterDeclaration,
  values: readonly ts.Expression[],
  leftOut: boolean,
): string | null {
  if (parameter.dotDotDotToken !== undefined || !ts.isIdentifier(parameter.name)) return null;
  const own = checker.getTypeAtLocation(parameter);
  const foreign = values
    .map((value) => checker.getTypeAtLocation(value))
    .filter((type) => !checker.isTypeAssignableTo(type, own));
  const omissible = parameter.questionToken !== undefined || parameter.initializer !== undefined;
  if (foreign.length === 0 && (omissible || !leftOut)) return null;
  const held = parameter.type?.getText() ?? typeText(checker, widened(checker, own), parameter) ?? 'unknown';
  const added = foreign.flatMap(
    (type) => memberTexts(checker, checker.getWidenedType(widened(checker, type)), parameter) ?? ['unknown'],
  );
  const mark = parameter.initializer === undefined && (omissible || leftOut) ? '?' : '';
  return `${mark}: ${unionText([held, ...added])}`;
}

/** Writes the edits and repairs what follows; everything is as before when that leaves an error or costs an `any`. */
function attempt(work: Work, written: readonly Written[]): boolean {
  if (written.length === 0) return true;
  const cost = (): number => {
    const view = work.look();
    const sources = view.modules.map((module) => module.source);
    return work.errors(view).length + countPositions(view.checker, sources).any;
  };
  const before = cost();
  const kept = [...work.books.values()].map((book) => ({ book, edits: book.edits }));
  for (const { book, edit } of written) book.put(edit);
  work.flush();
  repairErrors(work);
  if (cost() <= before) return true;
  for (const { book, edits } of kept) book.restore(edits);
  work.flush();
  return false;
}
