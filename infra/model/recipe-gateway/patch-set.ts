import { createHash } from 'node:crypto';
import { never } from '../../../domain/kernel/never.ts';
import type { PatchEdit, PatchSet } from '../../../domain/patching/edit.ts';
import type { FileChange, SourceFile } from '../../recipes/recipe.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Changes of a recipe as `iama.patch/1`: each edit carries the hash of the file that it was made for. */
export const patchSetOf = (changes: readonly FileChange[], base: readonly SourceFile[]): PatchSet => {
  const hashes = new Map(base.map(({ path, text }) => [path, sha256(text)]));
  const required = (path: string): string => {
    const hash = hashes.get(path);
    if (hash === undefined) throw new Error(`the recipe changes ${path}, which it was not given`);
    return hash;
  };
  const edit = (change: FileChange): PatchEdit => {
    switch (change.kind) {
      case 'WRITE': {
        const baseSha256 = hashes.get(change.path) ?? null;
        return { op: 'WRITE_FILE', path: change.path, baseSha256, content: change.text };
      }
      case 'RENAME':
        return {
          op: 'RENAME_FILE',
          path: change.path,
          baseSha256: required(change.path),
          to: change.to,
          content: change.text,
        };
      case 'DELETE':
        return { op: 'DELETE_FILE', path: change.path, baseSha256: required(change.path) };
      default:
        return never(change);
    }
  };
  return { schema: 'iama.patch/1', edits: changes.map(edit) };
};
