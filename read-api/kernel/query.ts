import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Event, Json, Positioned, Recorded } from '../../domain/kernel/message.ts';
import type { Permission } from '../../domain/kernel/permission.ts';
import type { Column, Row } from '../../domain/kernel/projection.ts';
import type { Tiers } from '../../domain/kernel/tiers.ts';
import type { AuditTrail } from './audit.ts';
import type { LogEvidence } from './evidence.ts';
import type { ProcessFigures, SystemHealth } from './health.ts';
import type { KeptMails } from './mails.ts';
import type { Reconciler } from './reconciliation.ts';

/**
 * Who may ask. `JOB_OWNER`: for everybody else the job in the path does not exist (JOB-03). A permission: operators who have
 * it, and no user (OPS-02).
 */
export type QueryAccess = 'PUBLIC' | 'USER' | 'JOB_OWNER' | Permission;

export type QueryRequest<Query> = Readonly<{
  query: Query;
  param: (name: string) => string;
  /** Or that of the operator, where the route is one of theirs. Empty on `PUBLIC` routes. */
  userId: string;
  /** The session of the access token; empty on `PUBLIC` routes. */
  sessionId: string;
}>;

/** Rows of one read table. `where` and `order` are SQL of the caller with `$1`, `$2` for `values`. */
export interface ReadTables {
  select<R extends Row>(
    table: Readonly<{ table: string; columns: { readonly [Name in keyof R]: Column } }>,
    query: Readonly<{ where: string; values: readonly unknown[]; order?: string; limit?: number }>,
  ): Promise<R[]>;
}

export interface ArtifactReader {
  /** Throws `Rejection` ARTIFACT_NOT_FOUND, ARTIFACT_EXPIRED or ARTIFACT_CORRUPT. */
  get(ref: Readonly<{ jobId: string; artifactId: string }>): Promise<Uint8Array>;
}

export type ListedToken = Readonly<{
  ref: Readonly<{ sessionId: string; generation: number }>;
  label: string;
  scopes: readonly string[];
  createdAt: string;
  expiresAt: string;
}>;

export type ReadServices = Readonly<{
  store: Pick<StreamStore, 'read'>;
  tree: LogEvidence;
  tables: ReadTables;
  artifacts: ArtifactReader;
  /** The address of a user, from outside the log; null: none. */
  emailOf: (userId: string) => Promise<string | null>;
  /** The address of an operator; null: none. */
  adminEmailOf: (adminId: string) => Promise<string | null>;
  /** Tokens for machines of a user that have not expired, from outside the log. */
  personalTokensOf: (userId: string) => Promise<readonly ListedToken[]>;
  health: () => Promise<SystemHealth>;
  figures: () => ProcessFigures;
  /** Whether an operator halted the spending of the person, or of everybody. */
  isHalted: (userId: string) => Promise<boolean>;
  /** What each tier may use, as the next job gets it. */
  tiers: () => Promise<Tiers>;
  audit: AuditTrail;
  exportFiles: ExportFiles;
  reconcile: Reconciler;
  /** null: a mail server takes them. */
  mails: KeptMails | null;
}>;

/** Those that a process has before it answers anybody. */
export type SharedReadServices = Omit<ReadServices, 'figures'>;

/** Bytes are sent as they are, with their hash (RFC 9530 `Repr-Digest` and the older `Digest`). */
export type BytesAnswer = Readonly<{
  bytes: Uint8Array;
  sha256: string;
  fileName?: string;
}>;

/** First and last byte, from 0. */
export type ByteRange = Readonly<{ start: number; end: number }>;

/** A file that is too large to be held: sent as it is read, whole or a range of it. */
export type FileAnswer = Readonly<{
  name: string;
  size: number;
  sha256: string;
  open(range: ByteRange): Promise<Readable>;
}>;

/** Exports of the books, where a worker has written them. */
export interface ExportFiles {
  /**
   * A file of an export, if it is one that the manifest of this hash names, or the manifest itself.
   * Throws `Rejection` EXPORT_FILE_NOT_FOUND or EXPORT_FILES_MISSING.
   */
  find(of: Readonly<{ exportId: string; manifestSha256: string }>, name: string): Promise<FileAnswer>;
}

type QueryBase = Readonly<{
  /** Names the operation in the OpenAPI document and in generated clients. */
  name: string;
  access: QueryAccess;
  /** Below `/api/v1`, parameters as `:name`. */
  path: string;
  summary: string;
  query: z.ZodType;
}>;

export type JsonQuery = QueryBase &
  Readonly<{
    kind: 'JSON';
    answer: z.ZodType;
    /** Throws `z.ZodError` when the query string breaks the schema. */
    run(request: QueryRequest<unknown>, services: ReadServices): Promise<Json>;
  }>;

export type BytesQuery = QueryBase &
  Readonly<{
    kind: 'BYTES';
    contentType: string;
    run(request: QueryRequest<unknown>, services: ReadServices): Promise<BytesAnswer>;
  }>;

export type FileQuery = QueryBase &
  Readonly<{
    kind: 'FILE';
    run(request: QueryRequest<unknown>, services: ReadServices): Promise<FileAnswer>;
  }>;

export type AnyQuery = JsonQuery | BytesQuery | FileQuery;

/** A query whose `run` gets the query string as its schema types it. */
export const jsonQuery = <Query extends z.ZodType>(
  shape: Omit<JsonQuery, 'kind' | 'query' | 'run'> &
    Readonly<{
      query: Query;
      run: (request: QueryRequest<z.output<Query>>, services: ReadServices) => Promise<Json>;
    }>,
): JsonQuery => ({
  ...shape,
  kind: 'JSON',
  run: async (request, services) =>
    shape.run({ ...request, query: shape.query.parse(request.query) }, services),
});

const NO_QUERY = z.object({});

/** A download: what it is, its path says alone. */
export const bytesQuery = (shape: Omit<BytesQuery, 'kind' | 'query'>): BytesQuery => ({
  ...shape,
  kind: 'BYTES',
  query: NO_QUERY,
});
export const fileQuery = (shape: Omit<FileQuery, 'kind' | 'query'>): FileQuery => ({
  ...shape,
  kind: 'FILE',
  query: NO_QUERY,
});

/**
 * Events of a stream as a projection takes them. One that has no position yet gets 0: the rows of a projection never
 * depend on it.
 */
export const asPositioned = <E extends Event>(events: readonly Recorded<E>[]): readonly Positioned<E>[] =>
  events.map((event) => ({
    ...event,
    metadata: { ...event.metadata, globalPosition: event.metadata.globalPosition ?? 0n },
  }));
