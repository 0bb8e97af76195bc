/** As in files and on the wire: docs/decisions/0012-tamper-evidence.md. */
export type SignedTreeHead = Readonly<{
  origin: string;
  tree_size: number;
  root_hash: string;
  signed_at: string;
  key_id: string;
  signature: string;
}>;

/** Evidence that the log was not changed (ES-07). Hashes only: it tells nothing about events. */
export interface LogEvidence {
  newestHead(): Promise<SignedTreeHead | null>;
  /** Up to `limit`, newest first, smaller than `below` where that is given. */
  heads(limit: number, below: number | null): Promise<readonly SignedTreeHead[]>;
  keys(): Promise<readonly Readonly<{ key_id: string; public_key: string }>[]>;
  /** Throws `Rejection` POSITION_NOT_FOUND, TREE_EMPTY or TREE_CONTRADICTS_HEAD. */
  prove(positions: readonly number[]): Promise<
    Readonly<{
      schema: string;
      head: SignedTreeHead;
      proofs: readonly Readonly<{ position: number; leaf_hash: string; path: readonly string[] }>[];
    }>
  >;
  /**
   * Events of some streams with the texts that were hashed, in order of position: for those who may see these events.
   * Throws `Rejection` EVENT_NOT_FOUND when one is not there, or has no position yet.
   */
  proveEvents(wanted: Readonly<{ streams: readonly string[]; eventIds: readonly string[] }>): Promise<
    Readonly<{
      schema: string;
      head: SignedTreeHead;
      proofs: readonly Readonly<{
        position: number;
        leaf_hash: string;
        path: readonly string[];
        entry: string;
      }>[];
    }>
  >;
  /** Throws `Rejection` TREE_HEAD_NOT_FOUND or POSITION_NOT_FOUND. */
  proveConsistency(
    from: number,
    to?: number,
  ): Promise<Readonly<{ schema: string; from_size: number; head: SignedTreeHead; path: readonly string[] }>>;
}
