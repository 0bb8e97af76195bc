/** `iama.delivery/1`: full sources on both sides, so that diffs, hunks and selections follow from it (DEL-01, DEL-02). */
export type DeliveredText = Readonly<{ sha256: string; text: string }>;

/** `to` equals `path` unless the file moved. `before` null: the file is new; `after` null: it goes away. */
export type DeliveryFile = Readonly<{
  path: string;
  to: string;
  before: DeliveredText | null;
  after: DeliveredText | null;
}>;

export type Delivery = Readonly<{ schema: 'iama.delivery/1'; files: readonly DeliveryFile[] }>;

/** Hunk ids come from `diffFile`. A path selects the whole file, by its old or its new name. */
export type Selection = 'ALL' | Readonly<{ files: readonly string[]; hunks: readonly string[] }>;
