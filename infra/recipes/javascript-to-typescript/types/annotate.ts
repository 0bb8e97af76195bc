import type { Finding, SourceFile } from '../../recipe.ts';
import { reportAdded } from './added-members.ts';
import { openAssertedResults } from './asserted-results.ts';
import { dropContradictedComments } from './comments.ts';
import { countPositions } from './count.ts';
import type { Complaint } from './documented-complaints.ts';
import { acceptDocumentedUsage, refusedUsage } from './documented-usage.ts';
import { rollBackRuntimeEdits } from './erasure.ts';
import { inferTypes } from './infer.ts';
import { UNTYPED_MODULES } from './infer-modules.ts';
import { writeReturns } from './infer-returns.ts';
import { inlineUntyped } from './inline-modules.ts';
import { loosenSignatures } from './loose-signatures.ts';
import { openCallbacks } from './open-callbacks.ts';
import { refreshHelpers } from './refresh-helpers.ts';
import { repairErrors } from './repair/repair.ts';
import { settleResults } from './settle-results.ts';
import { asFinding, openWork, type Work, type WorkInput } from './work.ts';

export type AnnotateInput = WorkInput;

export type AnnotateResult = Readonly<{
  files: readonly SourceFile[];
  annotatedPositions: number;
  anyPositions: number;
  strictErrors: readonly Finding[];
  left: readonly Finding[];
}>;

/**
 * Adds types to modules that have few or none, without touching what they do. Pure: reads nothing but its input, the
 * compiler's libraries and the Node types. The result may hold one file more, `untyped-modules.d.ts`, which declares
 * the packages that bring no types and that ES modules import.
 */
export function annotate(input: AnnotateInput): AnnotateResult {
  const work = openWork(input);
  try {
    dropContradictedComments(work, inferTypes(work));
    repairErrors(work);
    openAssertedResults(work);
    writeReturns(work);
    refreshHelpers(work);
    openCallbacks(work);
    acceptDocumentedUsage(work);
    settleResults(work);
    loosenSignatures(work);
    rollBackRuntimeEdits(work);
    reportAdded(work);
    return resultOf(work);
  } finally {
    work.project.dispose();
  }
}

function resultOf(work: Work): AnnotateResult {
  const { texts, untyped } = inlineUntyped(work);
  const view = work.look();
  const sources = view.modules.map((module) => module.source);
  const { annotated, any } = countPositions(view.checker, sources);
  const refused = refusedUsage(work);
  return {
    files: [
      ...work.input.files.map((file) => ({
        path: file.path,
        text: texts.get(file.path) ?? work.books.get(file.path)?.text ?? file.text,
      })),
      ...(untyped === null ? [] : [{ path: UNTYPED_MODULES, text: untyped }]),
    ],
    annotatedPositions: annotated,
    anyPositions: any,
    strictErrors: [...work.errors(view).map(asFinding), ...refused.map(ofUsage)],
    left: work.left,
  };
}

const ofUsage = ({ code, reason }: Complaint): Finding => ({
  code: 'DOCUMENTED_USE_REFUSED',
  path: null,
  line: null,
  reason: `The documents show \`${code}\`, and the types refuse it: ${reason}`,
});
