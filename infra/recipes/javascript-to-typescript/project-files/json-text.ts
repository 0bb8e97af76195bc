import type { JsonObject, JsonValue } from '../project/manifest.ts';
import { applyEdits, lineBreakOf } from '../syntax/edits.ts';

/** A member of an object in JSON text; offsets of the key's quote and of the end of the value. */
type Member = Readonly<{ key: string; start: number; valueStart: number; end: number }>;

/** Offset behind the JSON value that begins at `from`. The text is known to be valid JSON. */
const skipValue = (text: string, from: number): number => {
  if (text[from] === '"') {
    for (let at = from + 1; ; at += 1) {
      if (text[at] === '\\') at += 1;
      else if (text[at] === '"') return at + 1;
    }
  }
  if (text[from] !== '{' && text[from] !== '[') {
    const tail = /[,\]}\s]/.exec(text.slice(from));
    return tail === null ? text.length : from + tail.index;
  }
  let depth = 0;
  for (let at = from; ; at += 1) {
    const char = text[at];
    if (char === '"') at = skipValue(text, at) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
};

const skipBlank = (text: string, from: number): number => {
  let at = from;
  while (/[\s,:]/.test(text[at] ?? '')) at += 1;
  return at;
};

const membersAt = (text: string, open: number): Member[] => {
  const members: Member[] = [];
  for (let at = skipBlank(text, open + 1); text[at] === '"'; ) {
    const keyEnd = skipValue(text, at);
    const valueStart = skipBlank(text, keyEnd);
    const end = skipValue(text, valueStart);
    members.push({ key: JSON.parse(text.slice(at, keyEnd)) as string, start: at, valueStart, end });
    at = skipBlank(text, end);
  }
  return members;
};

/** The indentation of one level that the text uses; two spaces where it cannot be seen. */
const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';

const written = (value: JsonValue, indent: string, depth: number, eol: string, inline = false): string =>
  inline && Array.isArray(value)
    ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    : JSON.stringify(value, null, indent).replace(/\n/g, `${eol}${indent.repeat(depth)}`);

/**
 * Sets the value at a path of keys and leaves every other character of the text as it is. Missing objects on the way are
 * made; a new key goes behind the last of the keys in `after` that exist, first where none of them does, and last where
 * `after` is left out.
 */
export function setJson(
  text: string,
  path: readonly string[],
  value: JsonValue,
  after?: readonly string[],
): string {
  const eol = lineBreakOf(text);
  const indent = indentOf(text);
  let open = text.indexOf('{');
  for (const [depth, key] of path.entries()) {
    const members = membersAt(text, open);
    const member = members.find((candidate) => candidate.key === key);
    const isLast = depth === path.length - 1;
    if (member === undefined) {
      const rest = path
        .slice(depth + 1)
        .reduceRight<JsonValue>((inner, name) => ({ [name]: inner }) as JsonObject, value);
      const entry = `${JSON.stringify(key)}: ${written(rest, indent, depth + 1, eol)}`;
      const lead = `${eol}${indent.repeat(depth + 1)}`;
      const behind = isLast ? after : undefined;
      const anchor =
        behind === undefined
          ? members.at(-1)
          : members.filter(({ key: name }) => behind.includes(name)).at(-1);
      if (members.length === 0) {
        const close = skipBlank(text, open + 1);
        return applyEdits(text, [
          { start: open + 1, end: close, text: `${lead}${entry}${eol}${indent.repeat(depth)}` },
        ]);
      }
      if (anchor === undefined)
        return applyEdits(text, [{ start: open + 1, end: open + 1, text: `${lead}${entry},` }]);
      return applyEdits(text, [{ start: anchor.end, end: anchor.end, text: `,${lead}${entry}` }]);
    }
    if (isLast) {
      const inline = !text.slice(member.valueStart, member.end).includes('\n');
      const next = written(value, indent, depth + 1, eol, inline);
      return applyEdits(text, [{ start: member.valueStart, end: member.end, text: next }]);
    }
    open = member.valueStart;
  }
  return text;
}
