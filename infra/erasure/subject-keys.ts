import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../error-code.ts';

/** AES-256. `DESTROYED`: for ever. `UNKNOWN`: there is none here. */
export type HeldKey = KeyObject | 'DESTROYED' | 'UNKNOWN';

/** One key a person, outside of the database and of its dumps (ES-13). All of `subject` are ids that we made. */
export interface SubjectKeys {
  /** The key of the person, made where there is none yet; null: it was destroyed, and is never made again. */
  keyOf(subject: string): Promise<KeyObject | null>;
  /** The same, without making one, and at once. */
  existing(subject: string): HeldKey;
  /** For ever. Repeating it does nothing. */
  destroy(subject: string): Promise<void>;
}

const KEY_BYTES = 32;
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,80}$/;

/** At once: it is asked for with nearly every request, and four trips to the thread pool cost ten times the reading. */
const readIfThere = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/** Written whole beside, synced, then linked: false where the name is taken. */
const createOnce = async (folder: string, name: string, bytes: Uint8Array): Promise<boolean> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${randomUUID()}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, join(folder, name));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
};

/**
 * As files, `<folder>/<subject>.key`, read anew each time: no process still has a key that another one destroyed. What is
 * left of a destroyed one is `<subject>.erased`.
 */
export const folderSubjectKeys = (folder: string): SubjectKeys => {
  const fileOf = (subject: string, kind: 'key' | 'erased'): string => {
    if (!SAFE_NAME.test(subject)) throw new Error('a key is asked for whom there cannot be');
    return `${subject}.${kind}`;
  };
  const pathOf = (subject: string, kind: 'key' | 'erased'): string => join(folder, fileOf(subject, kind));
  const isDestroyed = (subject: string): boolean => readIfThere(pathOf(subject, 'erased')) !== null;
  const existing = (subject: string): HeldKey => {
    const key = readIfThere(pathOf(subject, 'key'));
    if (key === null) return isDestroyed(subject) ? 'DESTROYED' : 'UNKNOWN';
    if (key.byteLength !== KEY_BYTES)
      throw new Error(`the key of subject ${subject} does not have ${KEY_BYTES} bytes`);
    return createSecretKey(key);
  };
  return {
    existing,
    async keyOf(subject) {
      const known = existing(subject);
      if (typeof known !== 'string') return known;
      if (known === 'DESTROYED') return null;
      await createOnce(folder, fileOf(subject, 'key'), randomBytes(KEY_BYTES));
      // Destroyed meanwhile: the mark is written before the key goes, so that either sees the other.
      if (isDestroyed(subject)) await rm(pathOf(subject, 'key'), { force: true });
      const made = existing(subject);
      return typeof made === 'string' ? null : made;
    },
    async destroy(subject) {
      await createOnce(folder, fileOf(subject, 'erased'), new Uint8Array());
      await rm(pathOf(subject, 'key'), { force: true });
    },
  };
};
