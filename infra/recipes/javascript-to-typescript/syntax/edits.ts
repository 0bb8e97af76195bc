/** Replaces the characters from `start` up to `end` of the untouched text. */
export type Edit = Readonly<{ start: number; end: number; text: string }>;

/**
 * Applies edits given against the untouched text; every character outside of them stays as it is.
 * Insertions at one place keep their order. Throws when two edits overlap: that is a defect of the caller.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index);
  let out = '';
  let last = 0;
  for (const { edit } of ordered) {
    if (edit.start < last) throw new RangeError(`Edits overlap at ${edit.start}`);
    out += text.slice(last, edit.start) + edit.text;
    last = edit.end;
  }
  return out + text.slice(last);
}

/** The line break a text uses; files that use none get `\n`. */
export const lineBreakOf = (text: string): '\r\n' | '\n' => (/\r\n/.test(text) ? '\r\n' : '\n');

/** Adds lines at the end in the file's own line breaks and leaves its final newline, or its absence, as it was. */
export function appendLines(text: string, lines: readonly string[]): string {
  const eol = lineBreakOf(text);
  const endsWithBreak = /\n$/.test(text);
  const block = lines.join(eol);
  if (text === '') return block;
  return endsWithBreak ? `${text}${block}${eol}` : `${text}${eol}${block}`;
}
