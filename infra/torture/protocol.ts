import type { Plant } from './options.ts';

/** How a client asks: the four modes, and an exact version that is wrong on purpose. */
export type Mode = 'none' | 'exists' | 'any' | 'exact' | 'wrong';

export type RequestedAppend = Readonly<{
  stream: string;
  mode: Mode;
  /** For `exact` and `wrong`. */
  version: string | null;
  /** One event each; unique over the whole run. */
  markers: readonly string[];
}>;

export type Request = Readonly<{
  id: string;
  /** Null: no idempotency key, so a lost answer stays unknown. */
  key: string | null;
  appends: readonly RequestedAppend[];
  /** Milliseconds slept before and after the append inside one open transaction; null: a plain append. */
  hold: Readonly<{ before: number; after: number }> | null;
  type: 'Marked' | 'Pinged';
}>;

export type Acknowledged = Readonly<{ stream: string; version: string }>;

/** What a client wrote down about its requests. */
export type ClientEntry =
  | Readonly<{ kind: 'sent'; request: Request }>
  | Readonly<{ kind: 'acked'; id: string; streams: readonly Acknowledged[]; replayed: boolean }>
  /** `again`: asked after an earlier send of the same request had been answered. */
  | Readonly<{ kind: 'refused'; id: string; again: boolean }>
  | Readonly<{ kind: 'unknown'; id: string }>
  | Readonly<{ kind: 'violation'; id: string; what: string }>;

/** What a tail reader saw, in order. */
export type TailEntry = Readonly<{ position: string; id: string; stream: string; version: string }>;

export type ApiSettings = Readonly<{
  name: string;
  url: string;
  seed: number;
  clients: number;
  streams: number;
  journal: string;
}>;

export type TailSettings = Readonly<{ name: string; url: string; journal: string; plant: Plant | null }>;
export type SequencerSettings = Readonly<{ name: string; url: string }>;

/** A job asked for over HTTP; its id is also its title. */
export type JobRequest = Readonly<{ id: string; key: string }>;

/** What a client of the HTTP API wrote down. */
export type HttpEntry =
  | Readonly<{ kind: 'sent'; request: JobRequest }>
  | Readonly<{ kind: 'acked'; id: string; jobId: string; replayed: boolean }>
  | Readonly<{ kind: 'violation'; id: string; what: string }>;

export type HttpSettings = Readonly<{
  name: string;
  url: string;
  port: number;
  folder: string;
  portFile: string;
}>;
export type HttpClientSettings = Readonly<{
  name: string;
  /** Written once it is signed in. */
  readyFile: string;
  ports: readonly number[];
  seed: number;
  clients: number;
  journal: string;
}>;
