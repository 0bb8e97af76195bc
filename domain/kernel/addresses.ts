/** An escape, a word, or an address: each word is walked over once, however long it is. */
const WORD = /\\(?:u[\da-f]{4}|.)|[^\s"\\@<>()[\],:;=/]+(?:@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,})?/giu;

/** A text, or a line of JSON, with `instead` in place of each mail address. */
export const withoutAddresses = (text: string, instead: string): string =>
  text.includes('@')
    ? text.replace(WORD, (word) => (word.includes('@') && !word.startsWith('\\') ? instead : word))
    : text;
