import { readFile, stat } from 'node:fs/promises';
import { MAX_FILE_BYTES } from './classify.ts';
import { type SecretFinding, secretByName, secretsIn } from './secrets.ts';

/** What was found before, by absolute path: a job copies the same files several times, and a look costs milliseconds. */
const seen = new Map<string, Readonly<{ stamp: string; found: readonly SecretFinding[] }>>();
const MAX_SEEN = 50_000;

/**
 * Secrets of one file of the project, by its name and in its text; `path` is POSIX and relative to the project. Binary
 * files, and files larger than what is ever sent, are judged by their name alone.
 */
export const secretsOfFile = async (absolute: string, path: string): Promise<readonly SecretFinding[]> => {
  const byName = secretByName(path);
  if (byName !== null) return [byName];
  const { size, mtimeMs, ctimeMs, ino } = await stat(absolute);
  if (size > MAX_FILE_BYTES) return [];
  const stamp = [path, size, mtimeMs, ctimeMs, ino].join(':');
  const known = seen.get(absolute);
  if (known?.stamp === stamp) return known.found;
  const bytes = await readFile(absolute);
  const found = bytes.includes(0) ? [] : await secretsIn(path, bytes.toString('utf8'));
  if (seen.size >= MAX_SEEN) seen.clear();
  seen.set(absolute, { stamp, found });
  return found;
};
