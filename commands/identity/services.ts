/** Secrets of people: outside the log, behind this port (ID-02, ID-03; decision 0040). */
export interface Credentials {
  /** Keyed hash of the case-folded address, hex. */
  emailKeyOf(email: string): string;
  save(input: Readonly<{ userId: string; email: string; password: string }>): Promise<void>;
  /** Forgets what `save` stored for a registration that was refused. */
  discard(userId: string): Promise<void>;
  /** Does the same work whether or not there is such a user. */
  verify(userId: string | null, password: string): Promise<boolean>;
  emailOf(userId: string): Promise<string | null>;
}

export interface AccessTokens {
  /** RS256, 15 minutes. */
  issue(userId: string): Promise<Readonly<{ access_token: string; expires_in: number }>>;
}

export type IdentityServices = Readonly<{ credentials: Credentials; tokens: AccessTokens }>;
