import type ts from 'typescript';
import { type Edit, plainEdit } from './edit-book.ts';
import type { Project } from './host.ts';
import { saysAny } from './type-text.ts';
import type { Module } from './view.ts';

/** Fixes of the language service that only add types. */
const ADDS_TYPES = new Set([
  'inferFromUsage',
  'fixMissingTypeAnnotationOnExports',
  'addMissingConst',
  'fixImplicitThis',
  'addConvertToUnknownForNonOverlappingTypes',
  'addOptionalPropertyUndefined',
]);

const ANNOTATION = /^(\??!?: [\s\S]+|!| as [\s\S]+|\(|\)|this: [\s\S]+)$/;

/**
 * What the language service itself would write for an error: only fixes made of insertions that carry a type, and of
 * none that says `any`.
 */
export function codeFix(project: Project, module: Module, diagnostic: ts.Diagnostic): Edit[] | null {
  const start = diagnostic.start ?? 0;
  const { fileName } = module.source;
  const fixes = fixesFor(project, fileName, start, diagnostic);
  for (const fix of fixes) {
    if (!ADDS_TYPES.has(fix.fixName) || fix.changes.length !== 1) continue;
    const changes = fix.changes[0]?.fileName === fileName ? (fix.changes[0]?.textChanges ?? []) : [];
    const erasable = changes.every(
      (one) => one.span.length === 0 && ANNOTATION.test(one.newText) && !saysAny(one.newText),
    );
    if (changes.length === 0 || !erasable) continue;
    return changes.map((one) => {
      const at = module.book.toOriginal(one.span.start);
      return plainEdit(`type:${at}`, at, one.newText, 1);
    });
  }
  return null;
}

/** The service throws on some half-typed programs; it is only asked for advice, so no advice is the answer then. */
function fixesFor(
  project: Project,
  fileName: string,
  start: number,
  diagnostic: ts.Diagnostic,
): readonly ts.CodeFixAction[] {
  try {
    const end = start + (diagnostic.length ?? 0);
    return project.service.getCodeFixesAtPosition(fileName, start, end, [diagnostic.code], {}, {});
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}
