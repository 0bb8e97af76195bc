import type { ApplyTools } from './apply.ts';
import type { SymbolRange } from './apply-to-file.ts';

/**
 * Tools for tests of the engine over a small language: `fn name { ... }` declares a symbol, text parses when its braces
 * balance. Real languages are the executor's and the server's business.
 */
const balanced = (text: string): boolean => {
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
};

const declarations = (text: string, name: string): SymbolRange[] =>
  [...text.matchAll(new RegExp(`fn ${name} \\{[^}]*\\}`, 'gu'))].map(({ index, 0: { length } }) => ({
    documented: index,
    start: index,
    end: index + length,
  }));

/** Not SHA-256, but as good as one for a test: equal exactly when the bytes are. */
export const fakeHash = (bytes: Uint8Array): string => [...bytes].join('.');

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const toolsFor = (base: Readonly<Record<string, string | Uint8Array>>): ApplyTools => ({
  read: (path) => {
    const content = Object.hasOwn(base, path) ? base[path] : undefined;
    return typeof content === 'string' ? bytesOf(content) : content;
  },
  sha256: fakeHash,
  parses: (path, bytes) => !path.endsWith('.x') || balanced(new TextDecoder().decode(bytes)),
  symbols: (_path, text, name) => declarations(text, name),
});
