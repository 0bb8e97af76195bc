/** Whether an error of the system or of the database has one of these codes (`ENOENT`, `42501`, ...). */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
