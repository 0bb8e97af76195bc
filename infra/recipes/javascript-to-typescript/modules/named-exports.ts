import { initSync, parse } from 'cjs-module-lexer';

let ready = false;

/** Names Node lets an ES module import from a CommonJS file, and the files whose names it takes over. */
export function namedExports(
  javaScript: string,
): { names: readonly string[]; reexports: readonly string[] } | null {
  if (!ready) {
    initSync();
    ready = true;
  }
  try {
    const found = parse(javaScript.replace(/^\uFEFF/, ''));
    return { names: [...found.exports].sort(), reexports: [...found.reexports].sort() };
  } catch (error) {
    // The lexer gives up on some valid sources; Node then offers no names either.
    if (error instanceof Error) return null;
    throw error;
  }
}
