/**
 * Which paths a patch may name (EXE-06): POSIX, relative, inside the workspace, none of the reserved folders. Symbolic
 * links need the disk, so the executor checks them.
 */

export type PathProblem =
  | 'EMPTY'
  | 'NUL_OR_CONTROL'
  | 'BACKSLASH'
  | 'ABSOLUTE'
  | 'NOT_NORMAL'
  | 'ESCAPES'
  | 'TOO_LONG'
  | 'RESERVED';

const RESERVED = new Set(['.git', '.iama', 'node_modules']);

/** Bytes that a name may have on common file systems, and characters of a path on the wire. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_LENGTH = 1_024;

const isTooLong = (segment: string): boolean => new TextEncoder().encode(segment).length > MAX_NAME_BYTES;

/** Code points that some file systems drop when they compare names, so that `.g<ZWNJ>it` would open `.git`. */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** C0, DEL and C1, NUL among them. */
const isControl = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
};

/** The name that a case-insensitive, trailing-dot-dropping, stream-opening file system would really open. */
const nameOnDisk = (segment: string): string =>
  (segment.normalize('NFKC').replace(IGNORABLE, '').split(':')[0] ?? '').replace(/[. ]+$/u, '').toLowerCase();

const isReserved = (segment: string): boolean => {
  const name = nameOnDisk(segment);
  return RESERVED.has(name) || name === 'git~1';
};

/** Null when the path may be read and written by a patch, otherwise what is wrong with it. */
export const pathProblem = (path: string): PathProblem | null => {
  if (path === '') return 'EMPTY';
  if ([...path].some(isControl) || !path.isWellFormed()) return 'NUL_OR_CONTROL';
  if (path.includes('\\')) return 'BACKSLASH';
  if (path.startsWith('/') || /^[a-z]:/iu.test(path)) return 'ABSOLUTE';
  const segments = path.split('/');
  if (segments.includes('..')) return 'ESCAPES';
  if (segments.some((segment) => segment === '' || segment === '.' || nameOnDisk(segment) === '')) {
    return 'NOT_NORMAL';
  }
  if (path.length > MAX_PATH_LENGTH || segments.some(isTooLong)) return 'TOO_LONG';
  return segments.some(isReserved) ? 'RESERVED' : null;
};
