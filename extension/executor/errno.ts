/** Whether an error of the system has one of these codes (`ENOENT`, `EACCES`, ...). */
export const hasErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** What a look at the disk finds; null where nothing is there. Any other error stays an error: unreadable is not absent. */
export const ifThere = async <Found>(looked: Promise<Found>): Promise<Found | null> => {
  try {
    return await looked;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
};
