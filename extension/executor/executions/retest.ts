import type { FileWrite } from '../../../domain/patching/select.ts';
import type { Counts } from '../api/wire.ts';
import { TestsWeakened } from '../test-run/test-files.ts';
import { asReason, plural } from '../words.ts';
import { readBaselineReport } from './baseline-report.ts';
import type { ExecutionContext } from './execution.ts';
import { findOwnTests } from './own-tests.ts';
import { isProven, type Proof, placeLocked, prove } from './prove.ts';
import { inShadow, writeSelection } from './shadow-base.ts';
import { countsOf } from './test-report.ts';

export type Retested =
  | Readonly<{ status: 'PASSED'; counts: Counts }>
  | Readonly<{ status: 'FAILED'; reason: string }>;

const whyNot = ({ report: { counts }, strictErrors, timedOut }: Proof): string => {
  if (timedOut) return 'The build did not end in time.';
  const [first] = strictErrors;
  if (first !== undefined)
    return `The type check finds ${plural(strictErrors.length, 'error')}, the first is ${first.code} in ${first.path ?? 'the project'}.`;
  if (counts.failed === 0 && counts.timedOut > 0) return 'The tests did not end in time.';
  return counts.total === 0
    ? 'There was no test to run.'
    : `${plural(counts.failed + counts.timedOut, 'test')} of ${counts.total} did not pass.`;
};

/** Proves a part of the delivery in a fresh shadow, as the whole was proven: it may need what was left out (DEL-03). */
export const retest = (context: ExecutionContext, writes: readonly FileWrite[]): Promise<Retested> =>
  inShadow(context, async (shadow) => {
    context.tell('Testing what you chose on its own, in a private copy.');
    const { tests: own } = await findOwnTests(shadow);
    await writeSelection(shadow, writes);
    const recorded = await context.artifact('BASELINE_REPORT');
    try {
      const guard =
        recorded === null ? null : await placeLocked(context, shadow, readBaselineReport(recorded));
      const written = writes.flatMap(({ path, after }) => (after === null ? [] : [path]));
      const proof = await prove(context, shadow, written, own, guard);
      return isProven(proof, guard)
        ? { status: 'PASSED', counts: countsOf(proof.report) }
        : { status: 'FAILED', reason: asReason(whyNot(proof)) };
    } catch (error) {
      if (error instanceof TestsWeakened) return { status: 'FAILED', reason: asReason(error.message) };
      throw error;
    }
  });
