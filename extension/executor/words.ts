/** A count with its noun: `1 file`, `2 files`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A reason without the stable code before it, which is for scripts. */
export const withoutCode = (reason: string): string => reason.replace(/^[A-Z]+(?:_[A-Z]+)+: /u, '');
