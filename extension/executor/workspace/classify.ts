import { basename, extname } from 'node:path/posix';

/**
 * Why a file is not sent to the server (CTX-01); null means that it may be. NAME: no patch may write to such a path.
 * REPOSITORY: a folder whose changes would belong to another repository, as a submodule.
 */
export type FileVerdict =
  | 'TYPE_NOT_SENT'
  | 'TOO_LARGE'
  | 'BINARY'
  | 'NOT_UTF8'
  | 'MINIFIED'
  | 'GENERATED'
  | 'NAME'
  | 'REPOSITORY';

export const MAX_FILE_BYTES = 512 * 1024;

const SENT_EXTENSIONS = new Set(
  [
    ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx', '.py', '.pyi', '.java'],
    ['.json', '.jsonc', '.yml', '.yaml', '.toml', '.cfg', '.ini', '.gradle', '.kts', '.properties', '.xml'],
    ['.md', '.markdown', '.txt', '.rst', '.html', '.css'],
  ].flat(),
);
const SENT_NAMES = new Set(
  [
    ['LICENSE', 'README', 'CHANGELOG', 'Makefile', 'Dockerfile'],
    ['.gitignore', '.npmignore', '.editorconfig', '.eslintrc', '.babelrc', '.iamaignore'],
  ].flat(),
);
/** Written by tools, long, and of no use to read. */
const LOCK_FILES = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'poetry.lock',
]);

const CODE = /\.(?:[cm]?[jt]sx?|pyi?|java)$/u;
export const isCode = (path: string): boolean => CODE.test(path);

export const isSentType = (path: string): boolean => {
  const name = basename(path);
  if (LOCK_FILES.has(name)) return false;
  return SENT_NAMES.has(name) || SENT_EXTENSIONS.has(extname(name).toLowerCase());
};

const GENERATED_MARK = /@generated\b|\bDO NOT EDIT\b|\b(?:auto-?generated) (?:by|from|file)\b/iu;
const BUNDLE_MARK = /__webpack_require__|^\(function\(f\)\{if\(typeof exports==="object"/u;

/** A person does not write lines this long on average; a minifier does. */
const MINIFIED_MEAN_LINE = 400;
/** Bits per character. Source code has 4.2 to 5; base64 and packed code have 5.5 and more. */
const PACKED_ENTROPY = 5.4;

const entropy = (text: string): number => {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
};

const looksMinified = (path: string, text: string): boolean => {
  if (/\.min\.[cm]?js$/u.test(path)) return true;
  if (text.length < 2_000) return false;
  const mean = text.length / text.split('\n').length;
  return mean > MINIFIED_MEAN_LINE || (mean > MINIFIED_MEAN_LINE / 2 && entropy(text) > PACKED_ENTROPY);
};

/** Judges a file by its bytes. A file that the person named is sent even when it looks minified or generated. */
export const judgeFile = (
  path: string,
  bytes: Uint8Array,
  { named }: Readonly<{ named: boolean }>,
): Readonly<{ verdict: FileVerdict } | { verdict: null; text: string }> => {
  if (!isSentType(path)) return { verdict: 'TYPE_NOT_SENT' };
  if (bytes.length > MAX_FILE_BYTES) return { verdict: 'TOO_LARGE' };
  if (bytes.includes(0)) return { verdict: 'BINARY' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { verdict: 'NOT_UTF8' };
  }
  if (!named && isCode(path)) {
    if (looksMinified(path, text)) return { verdict: 'MINIFIED' };
    if (BUNDLE_MARK.test(text) || GENERATED_MARK.test(text.slice(0, 1_000))) return { verdict: 'GENERATED' };
  }
  return { verdict: null, text };
};
