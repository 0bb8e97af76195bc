import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Admin } from '../../domain/operations/roster.ts';
import type { KeyReference } from '../../domain/operations/settings.ts';
import type { TicketContext, TicketJob } from '../../domain/operations/ticket.ts';

/** What an operator signs in with; shown once, when it is made. */
type NewAdminSecrets = Readonly<{ password: string; totp_uri: string }>;

/** Secrets of operators: outside the log, apart from those of users (OPS-01). */
export interface AdminCredentials {
  /** Keyed hash of the case-folded address, hex; another one than that of a user with the same address. */
  emailKeyOf(email: string): string;
  /** An operator who has nothing to sign in with yet. */
  save(admin: Readonly<{ adminId: string; email: string }>): Promise<void>;
  discard(adminId: string): Promise<void>;
  /** From here on nothing signs the operator in, until `renew`. */
  disable(adminId: string): Promise<void>;
  /** Another password and another key of one-time codes, which replace those before. */
  renew(adminId: string): Promise<NewAdminSecrets>;
  /** Does the same work whether or not there is such an operator; a one-time code is good once. */
  verify(adminId: string | null, secrets: Readonly<{ password: string; code: string }>): Promise<boolean>;
}

export interface AdminTokens {
  /** An opaque token of the session, good for 8 hours; there is no refresh. */
  issue(
    session: Readonly<{ adminId: string; sessionId: string; generation: number }>,
  ): Promise<Readonly<{ token: string; expires_in: number }>>;
  /** The operator as the log has it now, and the session; null: no token of ours, over, or ended. */
  verify(token: string): Promise<Readonly<{ admin: Admin; sessionId: string }> | null>;
}

/** The part of the count of attempts that operators share with users (ID-09). */
interface AdminAttempts {
  signInBegins(account: string): Promise<number>;
  signInSucceeded(account: string): Promise<void>;
}

/** What opening a ticket needs to know of other contexts (OPS-07). */
export type TicketServices = Readonly<{
  tierOf: (userId: string) => Promise<string>;
  /** The job as a ticket tells of it; null: the person has no such job. */
  jobOf: (userId: string, jobId: string) => Promise<TicketJob | null>;
  /** Keeps the words of a person outside the log, under the person's key, for two weeks at most. */
  keep: (
    of: Readonly<{ ticketId: string; userId: string }>,
    text: string,
  ) => Promise<Pick<TicketContext, 'artifactId' | 'expiresAt'>>;
}>;

export type OperationsServices = Readonly<{
  store: StreamStore;
  adminCredentials: AdminCredentials;
  adminTokens: AdminTokens;
  attempts: AdminAttempts;
  /** Whether there is, or was, an account of a user with this id. */
  userExists: (userId: string) => Promise<boolean>;
  /** Whether the plan of the person promises that nothing of how clients are used is kept. */
  hasZeroTelemetry: (userId: string) => Promise<boolean>;
}>;

/** Files of keys that operators name (OPS-02). */
export type KeyServices = Readonly<{
  keys: Readonly<{
    /** Why no process could use the key of this name for that; null: it can. Never tells what is in it. */
    problem: (reference: KeyReference, name: string) => Promise<string | null>;
  }>;
}>;

export type SupportServices = Readonly<{ store: StreamStore; tickets: TicketServices }>;
