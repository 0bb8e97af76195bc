import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { searchedFor } from '../kernel/audit.ts';
import { jsonQuery } from '../kernel/query.ts';
import { headAnswer } from '../kernel/tree-answers.ts';

/** Looking into the log (OPS-06). Each look is an event by who looked, before anything is told (OPS-02). */

const asStored = {
  schema_version: z.int().describe('In which it is stored; data is always as of today'),
  stored: z.string().nullable().describe('The JSON text in the log where it is of another form than data'),
};

const event = z.object({
  position: z.int().nullable().describe('null: not sequenced yet'),
  stream: z.string(),
  version: z.int(),
  type: z.string(),
  recorded_at: z.string(),
  actor: z.object({ type: z.string(), id: z.string() }),
  event_id: z.string(),
  command_id: z.string(),
  correlation_id: z.string(),
  causation_id: z.string(),
  data: z.unknown(),
  ...asStored,
});
const step = event.extend({ state: z.unknown().describe('Of the stream after the event') });

const digits = z.string().regex(/^\d{1,15}$/, 'a number is expected');
const place = digits.transform(BigInt);
const limit = z.coerce.number().int().min(1).max(500).default(100);
const text = z.string().min(1).max(200);

export const auditStream = jsonQuery({
  name: 'AuditStream',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/streams/:stream',
  summary: 'The events of a stream with its state after each',
  query: z.object({ after: digits.default('0').transform(BigInt), limit }),
  answer: z.object({ steps: z.array(step), next_after: z.int().nullable() }),
  async run({ userId: by, param, query }, { audit }) {
    const subject = param('stream');
    await audit.record({ by, what: 'STREAM', subject });
    return audit.stream(subject, query);
  },
});

export const auditMoment = jsonQuery({
  name: 'AuditMoment',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/streams/:stream/at',
  summary: 'A stream as it was at a position of the log or at an instant',
  query: z.object({ position: place.optional(), time: z.iso.datetime({ offset: true }).optional() }),
  answer: z.object({ step: step.nullable().describe('null: there was no event yet') }),
  async run({ userId: by, param, query: { position, time } }, { audit }) {
    const subject = param('stream');
    await audit.record({ by, what: 'MOMENT', subject });
    if (position !== undefined && time === undefined) return { step: await audit.at(subject, { position }) };
    if (time !== undefined && position === undefined) return { step: await audit.at(subject, { time }) };
    throw new Rejection('MOMENT_REQUIRED', 'Name a position of the log or a time, one of them.');
  },
});

const fieldDifference = z.object({
  field: z.string(),
  recorded: z.string().nullable().describe('JSON; null: the field is not there'),
  decided: z.string().nullable(),
});

export const auditWhatIf = jsonQuery({
  name: 'AuditWhatIf',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/streams/:stream/what-if',
  summary: 'Decide every decision of a stream again by the rules of today, and show where they differ',
  query: z.object({}),
  answer: z.object({
    stream: z.string(),
    events: z.int(),
    decisions: z.int(),
    same: z.int(),
    not_decidable: z.array(z.object({ type: z.string(), decisions: z.int(), why: z.string() })),
    assumed: z.array(z.object({ what: z.string(), decisions: z.int() })),
    different: z.int(),
    differences: z
      .array(
        z.object({
          version: z.int(),
          position: z.int().nullable(),
          recorded_at: z.string(),
          kind: z.enum(['DECIDED_OTHERWISE', 'REFUSED', 'NOT_DECIDED', 'NOT_FOLDED']),
          command: z.string().nullable().describe('As its events tell of it; null: they do not'),
          code: z.string().nullable(),
          reason: z.string().nullable(),
          recorded: z.array(z.string()),
          decided: z.array(z.string()),
          fields: z.array(fieldDifference),
          state: z.array(fieldDifference),
        }),
      )
      .describe('The first 100'),
  }),
  async run({ userId: by, param }, { audit }) {
    const subject = param('stream');
    await audit.record({ by, what: 'WHAT_IF', subject });
    return audit.whatIf(subject);
  },
});

export const auditEvents = jsonQuery({
  name: 'AuditEvents',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/events',
  summary: 'Events by actor, type, correlation and stream, newest first',
  query: z.object({
    actor: text.optional(),
    type: text.optional(),
    correlation: text.optional(),
    stream: text.optional(),
    before: place.nullable().default(null),
    limit,
  }),
  answer: z.object({ events: z.array(event), next_before: z.int().nullable() }),
  async run({ userId: by, query: { before, limit, ...filter } }, { audit }) {
    const given = Object.fromEntries(
      Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    await audit.record({ by, what: 'SEARCH', subject: searchedFor(given) });
    return audit.search(given, { before, limit });
  },
});

export const auditJob = jsonQuery({
  name: 'AuditJob',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/jobs/:job_id',
  summary: 'The whole story of a job: its events, what it used, and what was charged',
  query: z.object({ lines: z.enum(['true', 'false']).default('false') }),
  answer: z.object({
    job: z.unknown(),
    entries: z.array(
      z.object({
        position: z.string().nullable(),
        recorded_at: z.string(),
        stream: z.string(),
        version: z.int(),
        type: z.string(),
        actor: z.string(),
        status: z.string().nullable(),
        data: z.unknown(),
        ...asStored,
      }),
    ),
    lines_left_out: z.int().describe('Log lines and heartbeats beyond the first 8 MiB of each'),
    charges: z.object({ entries: z.int(), micro_credits: z.int(), billable: z.int() }),
  }),
  async run({ userId: by, param, query }, { audit }) {
    const subject = param('job_id');
    await audit.record({ by, what: 'JOB', subject });
    return audit.job(subject, { withLines: query.lines === 'true' });
  },
});

export const replayProjection = jsonQuery({
  name: 'ReplayProjection',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/replay/:projection',
  summary: 'Build a read table anew beside the live one and compare every row; `all` for every table',
  query: z.object({}),
  answer: z.object({
    replays: z.array(
      z.object({
        projection: z.string(),
        revision: z.int(),
        position: z.int(),
        rows_live: z.int(),
        rows_rebuilt: z.int(),
        differing_rows: z.int(),
        examples: z.array(
          z.object({ key: z.string(), live: z.string().nullable(), rebuilt: z.string().nullable() }),
        ),
      }),
    ),
  }),
  async run({ userId: by, param }, { audit }) {
    const subject = param('projection');
    await audit.record({ by, what: 'REPLAY', subject });
    return { replays: await audit.replay(subject) };
  },
});

export const verifyLog = jsonQuery({
  name: 'VerifyLog',
  access: 'ADMIN_AUDIT',
  path: '/admin/audit/verify',
  summary: 'Hold the whole log against the signed heads that the database keeps',
  query: z.object({}),
  answer: z.object({
    intact: z.boolean(),
    events: z.int(),
    covered: z.int(),
    heads_checked: z.int(),
    head: headAnswer.nullable(),
    finding: z
      .object({
        code: z.string(),
        position: z.int().nullable(),
        up_to: z.int().nullable(),
        what: z.string(),
      })
      .nullable(),
  }),
  async run({ userId: by }, { audit }) {
    await audit.record({ by, what: 'VERIFY', subject: 'log' });
    return audit.verify();
  },
});
