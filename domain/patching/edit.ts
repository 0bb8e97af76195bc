/**
 * The patch edit schema (`iama.patch/1`), used by the server (recipes, models) and by the executor (EXE-06, LLM-05).
 * Paths are POSIX, relative to the workspace root. Hashes are lower-case hex SHA-256 of the bytes on disk.
 */
export type PatchEdit =
  | Readonly<{
      op: 'SEARCH_REPLACE';
      path: string;
      baseSha256: string;
      search: string;
      replace: string;
      symbol?: string;
    }>
  | Readonly<{ op: 'SYMBOL_REPLACE'; path: string; baseSha256: string; symbol: string; replace: string }>
  /** Whole-file write; `baseSha256: null` means that the file must not exist. Recipes (L0) and L1 only (LLM-05). */
  | Readonly<{ op: 'WRITE_FILE'; path: string; baseSha256: string | null; content: string }>
  /** Moves a file and gives it new content, for example `index.js` to `index.ts`. `to` must not exist. */
  | Readonly<{ op: 'RENAME_FILE'; path: string; baseSha256: string; to: string; content: string }>
  | Readonly<{ op: 'DELETE_FILE'; path: string; baseSha256: string }>;

export type PatchSet = Readonly<{ schema: 'iama.patch/1'; edits: readonly PatchEdit[] }>;
