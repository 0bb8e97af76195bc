/** `undefined_table` and `undefined_column` of PostgreSQL. */
const UNBUILT: ReadonlySet<unknown> = new Set(['42P01', '42703']);

/** The read table is not there yet, or not built again yet since it has all its columns: a worker of this release is at it, or will be. */
export const isUnbuilt = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNBUILT.has(error.code);
