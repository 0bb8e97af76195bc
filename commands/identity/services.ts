import type { OAuthProvider } from '../../domain/identity/provider-claim.ts';
import type { Scope } from './scopes.ts';

/** Secrets of people: outside the log, behind this port (ID-02, ID-03; decision 0040). */
export interface Credentials {
  /** Keyed hash of the case-folded address, hex. */
  emailKeyOf(email: string): string;
  /** `password` null: nobody signs in with one, until it is set by mail. */
  save(input: Readonly<{ userId: string; email: string; password: string | null }>): Promise<void>;
  /** Forgets what `save` stored for a registration that was refused. */
  discard(userId: string): Promise<void>;
  /** Does the same work whether or not there is such a user. */
  verify(userId: string | null, password: string): Promise<boolean>;
  changePassword(userId: string, password: string): Promise<void>;
  /** From here on no password signs the user in, until another one is set by mail. */
  dropPassword(userId: string): Promise<void>;
  /** Keyed hash of who somebody is at a provider, hex. */
  providerKeyOf(issuer: string, subject: string): string;
  emailOf(userId: string): Promise<string | null>;
}

/** The session that a token belongs to, and the generation of the user's sessions when it was opened. */
export type SessionRef = Readonly<{ userId: string; sessionId: string; generation: number }>;

export interface AccessTokens {
  /** RS256, 15 minutes. */
  issue(session: SessionRef): Promise<Readonly<{ access_token: string; expires_in: number }>>;
}

export type IssuedRefreshToken = Readonly<{ refresh_token: string; refresh_expires_in: number }>;

/** `successor` null: the token had been spent, so that two people hold it. */
export type Rotation = SessionRef & Readonly<{ successor: IssuedRefreshToken | null }>;

export interface RefreshTokens {
  /** Whose token it is, spent or not; null: no such token, or its 30 days are over. */
  holderOf(token: string): Promise<string | null>;
  /** The first token of a session. */
  issue(session: SessionRef): Promise<IssuedRefreshToken>;
  /**
   * Spends a token for its successor. The immediately preceding token gets the same successor for 10 seconds, because two
   * tabs refresh at once (ID-03). null: no such token, or its 30 days are over.
   */
  rotate(token: string): Promise<Rotation | null>;
}

/** What a token of a mail is good for. */
export type MailPurpose = 'VERIFY_EMAIL' | 'RESET_PASSWORD';

/** One-time tokens that travel by mail, and the mails that carry them. */
export interface MailTokens {
  /** Does the same work for nobody (`null`), to whom no mail goes (ID-01). The mail is sent later, by whoever runs `deliver`. */
  request(userId: string | null, purpose: MailPurpose): Promise<void>;
  /** Whose token it is; null: not a token, of another purpose, spent, or expired. */
  holderOf(token: string, purpose: MailPurpose): Promise<string | null>;
  spend(token: string): Promise<void>;
  /** Tells the person of a sign-in after many wrong passwords. */
  warn(userId: string): Promise<void>;
}

/** What people try, counted for all instances together (ID-09). Every method throws when it cannot count. */
export interface Attempts {
  /** Counts one of `perMinute`; 0: no limit. Throws `Rejection` RATE_LIMITED with the seconds to wait. */
  take(what: 'ADDRESS' | 'FORGOT' | 'REFRESH' | 'DEVICE', who: string, perMinute: number): Promise<void>;
  /**
   * Before the password is looked at. Answers how many attempts in a row failed before this one; throws `Rejection`
   * RATE_LIMITED while the account waits, which is twice as long after each further failure. It does not matter whether
   * there is such an account.
   */
  signInBegins(emailKey: string): Promise<number>;
  signInSucceeded(emailKey: string): Promise<void>;
}

export type Poll =
  | Readonly<{ status: 'PENDING' | 'DENIED' | 'UNKNOWN' }>
  | Readonly<{ status: 'TOO_SOON'; retryAfterSeconds: number }>
  | Readonly<{ status: 'APPROVED'; userId: string; generation: number }>;

/** Devices that ask to be signed in (ID-07). */
export interface DeviceCodes {
  start(): Promise<
    Readonly<{ device_code: string; user_code: string; expires_in: number; interval: number }>
  >;
  /** Once per code. false: no such code, or it is decided or too old. */
  decide(
    userCode: string,
    decision: Readonly<{ userId: string; generation: number; approved: boolean }>,
  ): Promise<boolean>;
  /** A decision is told once. */
  poll(deviceCode: string): Promise<Poll>;
}

export type VerifiedPersonalToken = SessionRef & Readonly<{ expiresAtMs: number; scopes: readonly Scope[] }>;

/** Tokens for machines (ID-07). */
export interface PersonalTokens {
  issue(
    token: Readonly<{ ref: SessionRef; label: string; scopes: readonly Scope[]; expiresAt: string }>,
  ): Promise<string>;
  /** null: no token of ours, or expired. Whether its session is over is asked elsewhere. */
  verify(token: string): Promise<VerifiedPersonalToken | null>;
  listOf(userId: string): Promise<
    readonly Readonly<{
      ref: SessionRef;
      label: string;
      scopes: readonly Scope[];
      createdAt: string;
      expiresAt: string;
    }>[]
  >;
}

/** Where a program on the person's machine waits for the end of a sign-in, and what it proves itself with (RFC 7636). */
export type OAuthReturn = Readonly<{ to: string; challenge: string; state: string }>;

/**
 * What a sign-in at a provider was begun with. `linking`: by whom, where the person was signed in already. `returns`: absent
 * where the callback answers itself.
 */
export type OAuthAttempt = Readonly<{
  provider: OAuthProvider;
  verifier: string;
  nonce: string;
  linking: Omit<SessionRef, 'sessionId'> | null;
  returns: OAuthReturn | null;
}>;

/** Whom a provider vouched for, and who is not signed in yet. */
export type OAuthArrival = Readonly<{
  provider: OAuthProvider;
  person: Readonly<{ issuer: string; subject: string; email: string | null }>;
}>;

/** Codes that a program on the person's machine changes for a session (ID-07). */
export interface OAuthCodes {
  issue(arrival: OAuthArrival, challenge: string): Promise<string>;
  /** Once; null: no such code, too old, or asked for with another challenge than that of the verifier. */
  redeem(code: string, verifier: string): Promise<OAuthArrival | null>;
}

/** Sign-ins at providers that are under way, each bound to the browser that began it (ID-05). */
export interface OAuthAttempts {
  /** The `state` to send along. */
  begin(attempt: OAuthAttempt, browser: string): Promise<string>;
  /** Once; null: no such state, too old, or begun in another browser. */
  take(state: string, browser: string): Promise<OAuthAttempt | null>;
}

export type IdentityServices = Readonly<{
  credentials: Credentials;
  tokens: AccessTokens;
  refreshTokens: RefreshTokens;
  mailTokens: MailTokens;
  attempts: Attempts;
  deviceCodes: DeviceCodes;
  personalTokens: PersonalTokens;
  oauthAttempts: OAuthAttempts;
  oauthCodes: OAuthCodes;
}>;

/** Everything outside the log that tells who a person is or what they wrote (ES-13). */
export interface Erasure {
  /** For ever; repeating it does nothing. */
  erase(userId: string): Promise<void>;
}

export type ErasureServices = Readonly<{ erasure: Erasure }>;

/** What a person is charged for; told by billing, which identity does not know. */
export interface Charges {
  /** When the cycle ends that a plan is charged for, RFC 3339; null: no plan is. */
  cycleEndOf(userId: string): Promise<string | null>;
}

export type ChargeServices = Readonly<{ charges: Charges }>;
