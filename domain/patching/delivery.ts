/** `iama.delivery/1`: full sources on both sides, so that diffs, hunks and selections follow from it (DEL-01, DEL-02). */
export type DeliveredText = Readonly<{ sha256: string; text: string }>;

/** Lines of a text, half-open and counted from 0. */
export type LineRange = readonly [from: number, to: number];

/** A declaration that the change touches: where it stands on each side, several times for overloads; empty: not there. */
export type DeliveredSymbol = Readonly<{
  name: string;
  before: readonly LineRange[];
  after: readonly LineRange[];
}>;

/** `to` equals `path` unless the file moved. `before` null: the file is new; `after` null: it goes away. */
export type DeliveryFile = Readonly<{
  path: string;
  to: string;
  before: DeliveredText | null;
  after: DeliveredText | null;
  /** Found by who made the delivery, with a parser for the language; absent: none are known. */
  symbols?: readonly DeliveredSymbol[];
}>;

export type Delivery = Readonly<{ schema: 'iama.delivery/1'; files: readonly DeliveryFile[] }>;

/**
 * Hunk ids come from `diffFile`, symbol ids from `symbolId`. A path selects the whole file, by its old or its new name.
 */
export type Selection =
  | 'ALL'
  | Readonly<{ files: readonly string[]; hunks: readonly string[]; symbols?: readonly string[] | undefined }>;
