import { z } from 'zod';
import type { Json, Recorded } from '../../domain/kernel/message.ts';
import type { DeliveryFile } from '../../domain/patching/delivery.ts';
import { diffFile, unifiedDiff } from '../../domain/patching/hunks.ts';
import { symbolId } from '../../domain/patching/symbols.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import {
  type ArtifactRef,
  CONDITIONS,
  type Condition,
  type TestMode,
  toAcknowledge,
  uncoveredBehaviours,
} from '../../domain/refactoring/job/values.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { deliveredContent } from './delivered-content.ts';
import { spend, withSpend } from './job-spend.ts';
import { jobEvents, jobRow } from './job-view.ts';

const ratio = z.object({ covered: z.int(), total: z.int() });

const fileToWire = (file: DeliveryFile): Json => {
  const { status, hunks } = diffFile(file);
  return {
    path: file.path,
    to: file.to,
    status,
    before_sha256: file.before?.sha256 ?? null,
    after_sha256: file.after?.sha256 ?? null,
    diff: unifiedDiff(file),
    hunks: hunks.map(({ id, oldStart, oldLines, newStart, newLines }) => ({
      hunk_id: id,
      old_start: oldStart,
      old_lines: oldLines,
      new_start: newStart,
      new_lines: newLines,
    })),
    symbols: (file.symbols ?? []).map((symbol) => ({ symbol_id: symbolId(file, symbol), name: symbol.name })),
  };
};

const artifactToWire = ({ artifactId, kind, sha256, size, expiresAt }: ArtifactRef): Json => ({
  artifact_id: artifactId,
  kind,
  sha256,
  size,
  expires_at: expiresAt,
});

type Events = readonly Recorded<JobEvent>[];

/** What settled the baseline that the delivered work was tested against. */
const settled = (events: Events) =>
  events.findLast((event) => event.type === 'BaselinePassed' || event.type === 'BaselineOverridden');

const modeOf = (events: Events): TestMode | null =>
  events.findLast((event) => event.type === 'TestPlanGenerated')?.data.mode ?? null;

const acceptedConditions = (events: Events): readonly Condition[] =>
  events.findLast((event) => event.type === 'ProposalSelected')?.data.accepted ?? [];

const baselineToWire = (events: Events): Json => {
  const baseline = settled(events);
  if (baseline?.type !== 'BaselinePassed') return null;
  const { recorded, kept, runs, quarantined, coverage } = baseline.data;
  const mode = modeOf(events);
  const uncovered = uncoveredBehaviours(coverage);
  return snakeKeys({
    mode,
    recorded,
    kept,
    runs,
    quarantined,
    coverage,
    uncovered,
    toAcknowledge: mode === null ? 0 : toAcknowledge(mode, coverage),
  });
};

const overrideToWire = (events: Events): Json => {
  const override = settled(events);
  if (override?.type !== 'BaselineOverridden') return null;
  const failed = events.findLast((event) => event.type === 'BaselineFailed');
  const { by, at, why, quarantined, mocks, kept } = override.data;
  return {
    by,
    at,
    why,
    quarantined,
    mocks,
    mode: modeOf(events),
    reason: failed?.data.reason ?? '',
    failing_tests: failed?.data.failingTests ?? [],
    report_artifact_id: (kept.report ?? failed?.data.report)?.artifactId ?? null,
    locked_files: Object.keys(kept.lockedHashes ?? {}).length,
    tests: kept.tests,
  };
};

/** DEL-01: what was made, as unified diffs with the hunk ids that `accept` takes, and the proof of it. */
export const getDelivery = jsonQuery({
  name: 'GetDelivery',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id/delivery',
  summary: 'The delivered change, its proof and its cost',
  query: z.object({}),
  answer: z.looseObject({
    artifact: z.object({
      artifact_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
      kind: z.literal('DELIVERY'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      size: z.int(),
      expires_at: z.string(),
    }),
    phase: z.enum(['OFFERED', 'ACCEPTED', 'APPLIED', 'REVERTED']),
    accepted_conditions: z
      .array(z.enum(CONDITIONS))
      .describe(
        'Conditions of the proposal that the person accepted: differences that the tests need not show',
      ),
    selection: z
      .union([
        z.literal('ALL'),
        z.object({
          files: z.array(z.string()),
          hunks: z.array(z.string()),
          symbols: z.array(z.string()).exactOptional(),
        }),
      ])
      .nullable()
      .describe('What was accepted'),
    files: z.array(
      z.object({
        path: z.string(),
        to: z.string(),
        status: z.enum(['ADDED', 'DELETED', 'MODIFIED', 'RENAMED']),
        before_sha256: z.string().nullable(),
        after_sha256: z.string().nullable(),
        diff: z.string(),
        hunks: z.array(
          z.object({
            hunk_id: z.string(),
            old_start: z.int(),
            old_lines: z.int(),
            new_start: z.int(),
            new_lines: z.int(),
          }),
        ),
        symbols: z
          .array(z.object({ symbol_id: z.string(), name: z.string() }))
          .describe('Declarations that the change touches, where they are known'),
      }),
    ),
    tests: z.object({
      total: z.int(),
      passed: z.int(),
      failed: z.int(),
      timed_out: z.int(),
      skipped: z.int(),
      strict_errors: z.int(),
    }),
    baseline: z
      .object({
        mode: z.string().nullable(),
        recorded: z.int(),
        kept: z.int(),
        runs: z.int(),
        quarantined: z.array(z.object({ name: z.string(), why: z.string() })),
        coverage: z.object({ branches: ratio, functions: ratio, lines: ratio }),
        uncovered: z.int().describe('Branches and functions that no recorded run reached'),
        to_acknowledge: z
          .int()
          .describe(
            'What `accept` has to name as acknowledged; 0 where the tests are recorded calls of exports',
          ),
      })
      .nullable()
      .describe('null: none was recorded'),
    override: z
      .object({
        by: z.string(),
        at: z.string(),
        why: z.string(),
        quarantined: z.array(z.string()),
        mocks: z.array(z.string()),
        mode: z.string().nullable().describe('How the tests were to be made'),
        reason: z.string().describe('Why the baseline failed'),
        failing_tests: z.array(z.string()),
        report_artifact_id: z.string().nullable().describe('What was recorded before the override'),
        locked_files: z.int().describe('Recorded test files that still guarded the work'),
        tests: z.int().describe('Recorded tests that still had to pass'),
      })
      .nullable()
      .describe('The baseline failed and the person went on; null: it passed'),
    spend,
  }),
  async run({ param }, { store, artifacts, tables }) {
    const jobId = param('job_id');
    const events = await jobEvents(store, jobId);
    const { passed, content } = await deliveredContent(artifacts, jobId, events);
    const row = jobRow(jobId, events);
    const accepted = events.findLast((event) => event.type === 'DeliveryAccepted');
    const [job] = await withSpend(tables, [row]);
    return {
      artifact: artifactToWire(passed.delivery),
      phase: row.delivery_phase ?? 'OFFERED',
      accepted_conditions: [...acceptedConditions(events)],
      selection: accepted?.data.selection ?? null,
      files: content.files.map(fileToWire),
      tests: snakeKeys({ ...passed.counts, strictErrors: passed.strictErrors }),
      baseline: baselineToWire(events),
      override: overrideToWire(events),
      spend: job?.spend ?? null,
    };
  },
});
