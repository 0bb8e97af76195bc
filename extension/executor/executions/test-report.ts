import type { EditOutcome } from '../../../domain/patching/outcome.ts';
import { countTests, type TestReport } from '../../../domain/patching/test-report.ts';
import type { ArtifactRef, Counts } from '../api/wire.ts';
import type { StrictError } from '../build/compile.ts';
import { redacted, withoutSecrets } from '../workspace/redact.ts';
import { toBytes } from './artifacts.ts';
import type { ExecutionContext } from './execution.ts';

export const noTests: TestReport = { tests: [], counts: countTests([]) };

export const countsOf = ({ counts }: TestReport): Counts => {
  const { total, passed, failed, timedOut: timed_out, skipped } = counts;
  return { total, passed, failed, timed_out, skipped };
};

/** Messages of the type check quote literals. */
const redactedErrors = async (errors: readonly StrictError[]): Promise<readonly StrictError[]> => {
  const reasons = await withoutSecrets(errors.map(({ reason }) => reason));
  return errors.map((error, index) => ({ ...error, reason: reasons[index] ?? '' }));
};

export type Tested = Readonly<{
  report: TestReport;
  strictErrors: readonly StrictError[];
  fingerprint: string | null;
  edits: readonly EditOutcome[];
}>;

/** Uploads what an attempt came to (`iama.test-report/1`), without the secrets that a test or the compiler may quote. */
export const uploadTestReport = async (
  context: ExecutionContext,
  { report, strictErrors, fingerprint, edits }: Tested,
): Promise<ArtifactRef> => {
  const content = {
    counts: countsOf(report),
    tests: await redacted(report.tests),
    type_check: { strict_errors: await redactedErrors(strictErrors) },
    fingerprint,
    edits,
  };
  return context.upload('TEST_REPORT', toBytes({ schema: 'iama.test-report/1', ...content }));
};
