/** Bytes to text and back without losing one, whatever the encoding (EXE-06). */

export type DecodedText = Readonly<{ text: string; encoding: 'UTF-8' | 'LATIN-1' }>;

/** Valid UTF-8 (a byte order mark stays as U+FEFF) or else one character per byte, so that `encodeText` gives the same bytes. */
export const decodeText = (bytes: Uint8Array): DecodedText => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encoding: 'UTF-8' };
  } catch {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { text, encoding: 'LATIN-1' };
  }
};

/** Null when the text cannot be written in that encoding. */
export const encodeText = ({ text, encoding }: DecodedText): Uint8Array | null => {
  if (encoding === 'UTF-8') return text.isWellFormed() ? new TextEncoder().encode(text) : null;
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return null;
    bytes[index] = code;
  }
  return bytes;
};

const EOL = /\r\n|\n|\r/u;

/** The line ending in force at `start..end`: inside the range, else the last before it, else the first after it, else LF. */
export const lineEndingAt = (text: string, start: number, end: number): string => {
  const inside = EOL.exec(text.slice(start, end));
  if (inside) return inside[0];
  const before = text.slice(0, start).match(/(?:\r\n|\n|\r)(?=[^\r\n]*$)/u);
  if (before) return before[0];
  return EOL.exec(text.slice(end))?.[0] ?? '\n';
};

export const withLineEnding = (text: string, eol: string): string => text.replace(/\r\n|\n|\r/gu, eol);
