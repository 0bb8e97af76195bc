import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { Delivery, DeliveryFile } from '../../domain/patching/delivery.ts';
import { diffFile, unifiedDiff } from '../../domain/patching/hunks.ts';
import { type UsageLedgerRow, usageLedger } from '../../projections/billing/usage-ledger.ts';
import { jsonQuery, type ReadTables } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { jobEvents, jobRow } from './job-view.ts';

const text = z.object({ sha256: z.string(), text: z.string() });
const delivery = z.object({
  schema: z.literal('iama.delivery/1'),
  files: z.array(
    z.object({ path: z.string(), to: z.string(), before: text.nullable(), after: text.nullable() }),
  ),
}) satisfies z.ZodType<Delivery>;

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
  };
};

/** Micro-credits of the billable entries in the ledger. */
const chargedFor = async (tables: ReadTables, jobId: string): Promise<number> => {
  const entries = await tables.select<UsageLedgerRow>(usageLedger, {
    where: 'job_id = $1 and billable',
    values: [jobId],
  });
  return Number(entries.reduce((sum, entry) => sum + entry.micro_credits, 0n));
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
    selection: z
      .union([z.literal('ALL'), z.object({ files: z.array(z.string()), hunks: z.array(z.string()) })])
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
      })
      .nullable()
      .describe('null: none was recorded'),
    spend: z.object({ model_calls: z.int(), tokens: z.int(), micro_credits: z.int() }),
  }),
  async run({ param }, { store, artifacts, tables }) {
    const jobId = param('job_id');
    const events = await jobEvents(store, jobId);
    const passed = events.findLast((event) => event.type === 'TestsPassed');
    if (passed === undefined) throw new Rejection('DELIVERY_NOT_READY', 'Nothing was delivered yet.');
    const ref = passed.data.delivery;
    const bytes = await artifacts.get({ jobId, artifactId: ref.artifactId });
    const content = delivery.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const row = jobRow(jobId, events);
    const baseline = events.findLast((event) => event.type === 'BaselinePassed');
    const plan = events.findLast((event) => event.type === 'TestPlanGenerated');
    const accepted = events.findLast((event) => event.type === 'DeliveryAccepted');
    return {
      artifact: snakeKeys(ref),
      phase: row.delivery_phase ?? 'OFFERED',
      selection: accepted?.data.selection ?? null,
      files: content.files.map(fileToWire),
      tests: snakeKeys({ ...passed.data.counts, strictErrors: passed.data.strictErrors }),
      baseline:
        baseline === undefined
          ? null
          : snakeKeys({
              mode: plan?.data.mode ?? null,
              recorded: baseline.data.recorded,
              kept: baseline.data.kept,
              runs: baseline.data.runs,
              quarantined: baseline.data.quarantined,
              coverage: baseline.data.coverage,
            }),
      spend: {
        model_calls: row.model_calls,
        tokens: Number(row.tokens),
        micro_credits: await chargedFor(tables, jobId),
      },
    };
  },
});
