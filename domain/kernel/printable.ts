/**
 * What a terminal obeys instead of showing it: control characters (but for tab, line feed, and the carriage return of a line
 * end), and those that turn the direction of writing, behind which code can read otherwise than it runs (CVE-2021-42574).
 */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\r(?!\n|$)/gu;

const asEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text that others wrote (names of files, output of tests, answers of models), safe to show on a terminal: what the terminal would
 * obey is written as in JSON, `\u001b`. Text of JSON stays the same JSON.
 */
export const printable = (text: string): string => text.replaceAll(OBEYED, asEscape);

/** The same for what has to stay on one line, such as the name of a file. */
export const printableLine = (text: string): string =>
  printable(text).replaceAll(/[\r\n\u2028\u2029]/gu, asEscape);
