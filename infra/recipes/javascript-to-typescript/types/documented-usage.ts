import ts from 'typescript';
import { attempt } from './attempt.ts';
import { exportConstructors } from './constructors.ts';
import { type Call, type Complaint, calledFunction, complaintsIn } from './documented-complaints.ts';
import { isThrownOut, looseResult, type Shown, type Written, widening } from './documented-widening.ts';
import { textOf } from './edit-book.ts';
import { ROOT } from './host.ts';
import { inferInstances } from './instances.ts';
import { saysAny } from './type-text.ts';
import type { FunctionNode } from './uses.ts';
import type { View } from './view.ts';
import type { Usage, Work } from './work.ts';

/** Functions that are tried by themselves when all together did not go: each costs a check of the whole package. */
const MOST_ALONE = 12;

/** What one shown use may cost in `any` beyond the types it opens itself: a few positions, or a share of all of them. */
const MOST_GROWTH = { positions: 3, share: 0.15 };

/**
 * Code that the documents show has to compile for a reader. Where the body alone gave types that refuse it, parameters
 * are widened by what a call passes or leaves out; where the body would have to give up types for it, or a result is used
 * for what its type does not know, that one type becomes `any`. What is refused even then is left for `refusedUsage`.
 */
export function acceptDocumentedUsage(work: Work): void {
  const { usage } = work.input;
  if (usage === undefined || usage.programs.length === 0) return;
  const files = openUsage(work, usage);
  const isShownWell = (): boolean => complaintsOf(work, files).length === 0;
  if (!isShownWell()) widenAll(work, files);
  if (!isShownWell()) openAll(work, files);
  closeUsage(work, files);
}

/** What the documents show and the types still refuse, though the body does not. */
export function refusedUsage(work: Work): Complaint[] {
  const { usage } = work.input;
  if (usage === undefined || usage.programs.length === 0) return [];
  const files = openUsage(work, usage);
  const view = work.look();
  const left = complaintsOf(work, files).filter(
    (one) =>
      one.kind === 'EXPORT' ||
      // A reader can give the parameters of a callback their types.
      (one.kind === 'ARGUMENTS' &&
        one.callback === null &&
        !one.fn.parameters.some((parameter) => isThrownOut(view, parameter))),
  );
  closeUsage(work, files);
  return left;
}

function openUsage(work: Work, usage: Usage): string[] {
  const entry = usage.entry.replace(/ts$/, 'js');
  const source = work.look().program.getSourceFile(`${ROOT}/${usage.entry}`);
  const lead =
    source?.impliedNodeFormat === ts.ModuleKind.ESNext
      ? `import * as subject from './${entry}';`
      : `import subject = require('./${entry}');`;
  return usage.programs.map((text, index) => {
    const path = `documented-usage-${index}.ts`;
    work.project.write(path, `${lead}\n${text}\nexport {};\n`);
    return path;
  });
}

const closeUsage = (work: Work, files: readonly string[]): void => {
  for (const path of files) work.project.write(path, 'export {};\n');
};

const sourcesIn = (view: View, files: readonly string[]): ts.SourceFile[] =>
  files.flatMap((path) => view.program.getSourceFile(`${ROOT}/${path}`) ?? []);

const complaintsOf = (work: Work, files: readonly string[]): Complaint[] => {
  const view = work.look();
  return sourcesIn(view, files).flatMap((source) => complaintsIn(view, source));
};

/** Functions of which a documented call is refused, each with all its documented calls. */
function shownCalls(work: Work, files: readonly string[]): Shown[] {
  const view = work.look();
  const calls = new Map<FunctionNode, Call[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const fn = calledFunction(view, node);
      if (fn !== null) calls.set(fn, [...(calls.get(fn) ?? []), node]);
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sourcesIn(view, files)) visit(source);
  const complaints = complaintsOf(work, files).filter((one) => one.kind === 'ARGUMENTS');
  return [...new Set(complaints.map(({ fn }) => fn))].map((fn) => ({
    fn,
    calls: calls.get(fn) ?? [],
    callbacks: new Set(complaints.flatMap((one) => (one.fn === fn ? (one.callback ?? []) : []))),
  }));
}

/** Parameters take what the calls pass or leave out; the body keeps its types. */
function widenAll(work: Work, files: readonly string[]): void {
  const view = work.look();
  const groups = shownCalls(work, files).map((shown) => widening(view, shown, false));
  if (!attemptAll(work, groups.flat(), 'AS_BEFORE') && groups.length > 1)
    for (const group of groups.slice(0, MOST_ALONE)) attemptAll(work, group, 'AS_BEFORE');
}

/** Whatever is refused still becomes `any`: results that are used otherwise, parameters that are given otherwise. */
function openAll(work: Work, files: readonly string[]): void {
  const view = work.look();
  const made = new Set(complaintsOf(work, files).flatMap((one) => (one.kind === 'RESULT' ? [one.fn] : [])));
  const groups = [
    ...shownCalls(work, files).map((shown) => widening(view, shown, true)),
    ...[...made].map((fn) => looseResult(view, fn)),
  ];
  for (const group of groups.slice(0, MOST_ALONE)) attemptAll(work, group, 'MAY_GROW');
}

/** Writes the edits, which may cost the `any` that they say themselves, and far more only where it may grow. */
function attemptAll(work: Work, written: readonly Written[], any: 'AS_BEFORE' | 'MAY_GROW'): boolean {
  if (written.length === 0) return true;
  const said = written.filter(({ edit }) => saysAny(textOf(edit))).length;
  const write = (): void => {
    for (const { book, edit } of written) book.put(edit);
    work.flush();
    // The interfaces of instances and constructors repeat the signatures of the functions behind them.
    const view = work.look();
    inferInstances(view);
    exportConstructors(view);
  };
  return attempt(work, write, ({ annotated }) =>
    any === 'MAY_GROW' ? said + Math.max(MOST_GROWTH.positions, annotated * MOST_GROWTH.share) : said,
  );
}
