import { type ApplyTools, applyPatch } from './apply.ts';
import type { SymbolRange } from './apply-to-file.ts';
import type { PatchEdit } from './edit.ts';

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
const fakeHash = (bytes: Uint8Array): string => [...bytes].join('.');

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const toolsFor = (base: Readonly<Record<string, string | Uint8Array>>): ApplyTools => ({
  read: (path) => {
    const content = Object.hasOwn(base, path) ? base[path] : undefined;
    return typeof content === 'string' ? bytesOf(content) : content;
  },
  sha256: fakeHash,
  parses: (path, bytes) => !path.endsWith('.x') || balanced(new TextDecoder().decode(bytes)),
  symbols: (_path, text, name) => declarations(text, name),
});

type Base = Readonly<Record<string, string | Uint8Array>>;
export const run = (base: Base, edits: readonly PatchEdit[]) =>
  applyPatch({ schema: 'iama.patch/1', edits }, toolsFor(base));
export const hashOf = (content: string | Uint8Array): string =>
  fakeHash(typeof content === 'string' ? bytesOf(content) : content);
export const searchIn = (
  content: string | Uint8Array,
  search: string,
  replace: string,
  symbol?: string,
): PatchEdit => ({
  op: 'SEARCH_REPLACE',
  path: 'a.x',
  baseSha256: hashOf(content),
  search,
  replace,
  ...(symbol === undefined ? {} : { symbol }),
});
export const single = (content: string, search: string, replace: string, symbol?: string) => {
  const report = run({ 'a.x': content }, [searchIn(content, search, replace, symbol)]);
  const [outcome] = report.outcomes;
  const bytes = report.status === 'APPLIED' ? report.files.get('a.x') : null;
  return { outcome, text: bytes ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : null };
};
