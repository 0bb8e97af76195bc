import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ExecutionOutcome } from '../../domain/refactoring/job/execution-outcome.ts';
import type { EditOperation, FileHashes, TestCounts } from '../../domain/refactoring/job/values.ts';
import type { SentOutcome } from './outcome.ts';
import type { UploadedArtifacts } from './services.ts';

type Sent<Kind extends SentOutcome['kind']> = Extract<SentOutcome, { kind: Kind }>;

const mismatch = (reason: string): Rejection =>
  new Rejection('ARTIFACT_MISMATCH', 'The report says something else than the artifact that it names.', {
    reason,
  });

const COUNTS = ['total', 'passed', 'failed', 'timedOut', 'skipped'] as const;

const expectSameCounts = (sent: TestCounts, stored: TestCounts): void => {
  if (COUNTS.some((name) => sent[name] !== stored[name])) throw mismatch('COUNTS');
};

const expectSameHashes = (sent: FileHashes, stored: FileHashes): void => {
  const paths = new Set([...Object.keys(sent), ...Object.keys(stored)]);
  if ([...paths].some((path) => (sent[path] ?? null) !== (stored[path] ?? null))) throw mismatch('HASHES');
};

const baseline = async (
  uploads: UploadedArtifacts,
  jobId: string,
  sent: Sent<'BASELINE'>,
): Promise<ExecutionOutcome> => {
  if (sent.status === 'FAILED' && Object.keys(sent.lockedHashes).length === 0) {
    const { report: named } = sent;
    const report =
      named === null ? null : await uploads.find(jobId, named, ['BASELINE_REPORT', 'TEST_REPORT']);
    return { ...sent, report, tests: 0 };
  }
  if (sent.report === null) throw mismatch('MISSING');
  const { report, tests, lockedHashes } = await uploads.baselineReport(jobId, sent.report);
  expectSameHashes(sent.lockedHashes, lockedHashes);
  return { ...sent, report, tests };
};

const test = async (
  uploads: UploadedArtifacts,
  jobId: string,
  sent: Sent<'TEST'>,
): Promise<ExecutionOutcome> => {
  if (sent.status === 'REJECTED') {
    const { report: named, ...rejected } = sent;
    const edits: readonly EditOperation[] =
      named === null ? [] : (await uploads.testReport(jobId, named)).edits;
    return { ...rejected, edits };
  }
  const { report, counts, edits } = await uploads.testReport(jobId, sent.report);
  expectSameCounts(sent.counts, counts);
  if (sent.status === 'FAILED') return { ...sent, report, edits };
  return { ...sent, report, edits, delivery: await uploads.delivery(jobId, sent.delivery) };
};

/**
 * The outcome as the job may take it: every artifact that it names is one that was uploaded for this job, and its numbers
 * are those of the report itself. Throws `Rejection` ARTIFACT_MISMATCH.
 */
export const verifiedOutcome = async (
  uploads: UploadedArtifacts,
  jobId: string,
  sent: SentOutcome,
): Promise<ExecutionOutcome> => {
  if (sent.kind === 'BASELINE') return baseline(uploads, jobId, sent);
  return sent.kind === 'TEST' ? test(uploads, jobId, sent) : sent;
};
