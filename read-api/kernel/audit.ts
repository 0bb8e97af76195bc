import type { LookedAt } from '../../domain/kernel/looked-at.ts';
import type { Json } from '../../domain/kernel/message.ts';
import type { SignedTreeHead } from './evidence.ts';

/** An event as auditors see it; JSON, field names as on the wire. */
export type AuditedEvent = Readonly<{
  /** null: not sequenced yet. */
  position: number | null;
  stream: string;
  version: number;
  type: string;
  recorded_at: string;
  actor: Readonly<{ type: string; id: string }>;
  event_id: string;
  command_id: string;
  correlation_id: string;
  causation_id: string;
  /** The version in which it is stored; `data` is always read as today's. */
  schema_version: number;
  data: Json;
  /** The JSON text in the log, byte for byte, where it is of another form than `data`; else null. */
  stored: string | null;
}>;

/** An event with the state of its stream after it; null where the events of the stream have none together. */
export type AuditedStep = AuditedEvent & Readonly<{ state: Json }>;

/** A position of the log, or an instant (RFC 3339). */
export type Moment = Readonly<{ position: bigint }> | Readonly<{ time: string }>;

/** What an event must have; all of what is given. `actor`: an id, a kind (`admin`), or both (`admin:<id>`). */
export type EventFilter = Readonly<{ actor?: string; type?: string; correlation?: string; stream?: string }>;

/** A search as the record of looks tells it. */
export const searchedFor = (filter: EventFilter): string =>
  Object.entries(filter)
    .map((each) => each.join('='))
    .join(' ');

export type ReplayAnswer = Readonly<{
  projection: string;
  revision: number;
  position: number;
  rows_live: number;
  rows_rebuilt: number;
  differing_rows: number;
  examples: readonly Readonly<{ key: string; live: string | null; rebuilt: string | null }>[];
}>;

export type VerifyAnswer = Readonly<{
  intact: boolean;
  /** Events read; of these so many lie under a signed head. */
  events: number;
  covered: number;
  heads_checked: number;
  /** The newest that is signed. */
  head: SignedTreeHead | null;
  finding: Readonly<{ code: string; position: number | null; up_to: number | null; what: string }> | null;
}>;

/** JSON texts, cut where they are long; null: the field is not there. `field`: names and places, joined by dots. */
export type FieldDifference = Readonly<{ field: string; recorded: string | null; decided: string | null }>;

/** A decision of which today's decider makes something else, at its first event. */
export type DecisionDifference = Readonly<{
  version: number;
  position: number | null;
  recorded_at: string;
  /** `NOT_DECIDED`: no command writes such an event there any more. `NOT_FOLDED`: it is not understood any more. */
  kind: 'DECIDED_OTHERWISE' | 'REFUSED' | 'NOT_DECIDED' | 'NOT_FOLDED';
  /** As its events tell of it; null: they do not. */
  command: string | null;
  /** Of the refusal. */
  code: string | null;
  reason: string | null;
  /** Types of events. */
  recorded: readonly string[];
  decided: readonly string[];
  /** Of the events, by their place in the decision. */
  fields: readonly FieldDifference[];
  /** Of the state after it. */
  state: readonly FieldDifference[];
}>;

export type WhatIfAnswer = Readonly<{
  stream: string;
  events: number;
  decisions: number;
  /** Decisions that come out as they are recorded. */
  same: number;
  /** Decisions whose command the log does not tell. */
  not_decidable: readonly Readonly<{ type: string; decisions: number; why: string }>[];
  /** What was taken for true, and for how many decisions. */
  assumed: readonly Readonly<{ what: string; decisions: number }>[];
  different: number;
  /** The first of them. */
  differences: readonly DecisionDifference[];
}>;

/** Looking into the log (OPS-06). */
export interface AuditTrail {
  /** Keeps for ever who looked at what. */
  record(read: Readonly<{ by: string; what: LookedAt; subject: string }>): Promise<void>;
  /** Events after a version, oldest first. Throws `Rejection` STREAM_NOT_FOUND. */
  stream(
    name: string,
    page: Readonly<{ after: bigint; limit: number }>,
  ): Promise<Readonly<{ steps: readonly AuditedStep[]; next_after: number | null }>>;
  /** The newest event of a moment, with the state then; null: there was none yet. Throws `Rejection` STREAM_NOT_FOUND. */
  at(name: string, moment: Moment): Promise<AuditedStep | null>;
  /** Every decision of a stream again, by today's rules. Throws `Rejection` STREAM_NOT_FOUND, STREAM_NOT_DECIDED. */
  whatIf(name: string): Promise<WhatIfAnswer>;
  /** Newest first. A page may be short of `limit`: it ends after a number of events that were looked at. */
  search(
    filter: EventFilter,
    page: Readonly<{ before: bigint | null; limit: number }>,
  ): Promise<Readonly<{ events: readonly AuditedEvent[]; next_before: number | null }>>;
  /** Throws `Rejection` JOB_NOT_FOUND. */
  job(jobId: string, options: Readonly<{ withLines: boolean }>): Promise<JobStory>;
  /** Throws `Rejection` PROJECTION_UNKNOWN, PROJECTION_NOT_LIVE, AUDIT_RUNNING. */
  replay(projection: string): Promise<readonly ReplayAnswer[]>;
  /** Throws `Rejection` AUDIT_RUNNING. */
  verify(): Promise<VerifyAnswer>;
}

export type StoryEntry = Readonly<{
  position: string | null;
  recorded_at: string;
  stream: string;
  version: number;
  type: string;
  actor: string;
  /** Status of the job after the event; null where it is not an event of the job itself. */
  status: string | null;
  schema_version: number;
  data: Json;
  /** As of `AuditedEvent`. */
  stored: string | null;
}>;

export type JobStory = Readonly<{
  job: Json;
  entries: readonly StoryEntry[];
  /** Log lines and heartbeats beyond the first 8 MiB of each. */
  lines_left_out: number;
  charges: Readonly<{ entries: number; micro_credits: number; billable: number }>;
}>;
