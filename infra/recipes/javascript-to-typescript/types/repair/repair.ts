import ts from 'typescript';
import { codeFix } from '../code-fixes.ts';
import type { Edit } from '../edit-book.ts';
import type { View } from '../view.ts';
import type { Work } from '../work.ts';
import { RULES } from './rules.ts';
import { giveUp } from './rules-values.ts';
import { expressionAt, nodeAt, type Site } from './site.ts';

/** How often each place was repaired, by path, place and code. */
type Attempts = Map<string, number>;

/** What is asked when no rule answers: the language service's own fixes. */
type Fallback = (site: Site, diagnostic: ts.Diagnostic) => readonly Edit[] | null;

/** Tries before an expression becomes `any`. */
const PATIENCE = 3;

/** Errors about declarations come first: what follows from them need not be repaired. */
const DECLARATIONS = new Set([
  7005, 7006, 7008, 7009, 7019, 7022, 7023, 7024, 7031, 7034, 2683, 2403, 7016, 2307,
]);

const siteOf = (
  view: View,
  diagnostic: ts.Diagnostic,
  attempts: Attempts,
  pending: ReadonlySet<string>,
): { site: Site; key: string } | null => {
  const module = view.modules.find((one) => one.source === diagnostic.file);
  if (module === undefined || diagnostic.start === undefined) return null;
  const end = diagnostic.start + (diagnostic.length ?? 0);
  const node = nodeAt(module.source, diagnostic.start, end);
  // A comment, say: there is nothing in the code that another type could mend.
  if (ts.isSourceFile(node)) return null;
  const key = `${module.path}:${module.book.toOriginal(diagnostic.start)}:${diagnostic.code}`;
  return {
    key,
    site: {
      view,
      module,
      code: diagnostic.code,
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
      node,
      expression: expressionAt(node),
      tries: attempts.get(key) ?? 0,
      pending,
    },
  };
};

function answer(site: Site, fallback: Fallback, diagnostic: ts.Diagnostic): readonly Edit[] | null {
  if (site.tries < PATIENCE) {
    for (const rule of RULES.get(site.code) ?? []) {
      const edits = rule(site);
      if (edits !== null) return edits;
    }
  }
  const fixed = site.tries < PATIENCE ? fallback(site, diagnostic) : null;
  if (fixed !== null) return fixed;
  return site.tries < PATIENCE + 2 ? giveUp(site) : null;
}

/**
 * One pass over the errors: at most one repair per place, no two that touch the same edit. Returns how many were made.
 */
function repairOnce(
  view: View,
  diagnostics: readonly ts.Diagnostic[],
  attempts: Attempts,
  fallback: Fallback,
): number {
  const first = diagnostics.filter((one) => DECLARATIONS.has(one.code));
  const made = first.length > 0 ? repairAll(view, first, attempts, fallback) : 0;
  return made > 0 ? made : repairAll(view, diagnostics, attempts, fallback);
}

function repairAll(
  view: View,
  diagnostics: readonly ts.Diagnostic[],
  attempts: Attempts,
  fallback: Fallback,
): number {
  const pending = new Map<string, Set<string>>();
  let made = 0;
  for (const diagnostic of diagnostics) {
    const path = diagnostic.file?.fileName ?? '';
    const touched = pending.get(path) ?? new Set<string>();
    pending.set(path, touched);
    const found = siteOf(view, diagnostic, attempts, touched);
    if (found === null) continue;
    const writer = found.site.module.book.writerAt(diagnostic.start ?? 0);
    if (writer?.startsWith('assert:') === true) {
      found.site.module.book.refuse(writer);
      made += 1;
      continue;
    }
    const edits = answer(found.site, fallback, diagnostic);
    attempts.set(found.key, found.site.tries + 1);
    for (const edit of edits ?? []) {
      if (touched.has(edit.key)) continue;
      touched.add(edit.key);
      found.site.module.book.put(edit);
      made += 1;
    }
  }
  return made;
}

/** Most passes over the errors; each place gives up sooner. */
const PASSES = 14;

/** Repairs strict errors until none is left or nothing helps. */
export function repairErrors(work: Work): void {
  const attempts: Attempts = new Map();
  const fallback: Fallback = (site, diagnostic) => codeFix(work.project, site.module, diagnostic);
  for (let pass = 0; pass < PASSES; pass++) {
    const view = work.look();
    const errors = work.errors(view);
    if (errors.length === 0 || repairOnce(view, errors, attempts, fallback) === 0) return;
    work.flush();
  }
}
