import { printableLine } from '../../domain/kernel/printable.ts';

/** A count with its noun: `1 file`, `2 files`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** As long as a reason in a report may be, and a little less. */
const REASON_LENGTH = 1_900;
const NAMED = 10;

/** The first names and how many more there are: a reason is a sentence, and the server refuses one without end. */
export const someOf = (names: readonly string[]): string => {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).map(printableLine).join(', ')}${more}`;
};

/** What may go into a report: cut to the length that the server takes, never through a character. */
export const asReason = (text: string): string => text.slice(0, REASON_LENGTH).toWellFormed();

/** A reason without the stable code before it, which is for scripts. */
export const withoutCode = (reason: string): string => reason.replace(/^[A-Z]+(?:_[A-Z]+)+: /u, '');
