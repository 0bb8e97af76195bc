import type { Delivery, DeliveryFile, Selection } from './delivery.ts';
import { diffFile, type Hunk, splitLines } from './hunks.ts';

/** What one accept does to one path: `before` is the text it must have (null: must not exist), `after` null removes it. */
export type FileWrite = Readonly<{
  path: string;
  before: Readonly<{ sha256: string }> | null;
  after: string | null;
  /** Where the content came from when the file moved: its file mode goes along. */
  movedFrom: string | null;
}>;

export type SelectionResult =
  | Readonly<{ status: 'SELECTED'; writes: readonly FileWrite[]; whole: boolean }>
  /** Names in the selection that the delivery does not have. */
  | Readonly<{ status: 'UNKNOWN'; names: readonly string[] }>;

const withHunks = (before: string, after: string, hunks: readonly Hunk[]): string => {
  const [oldLines, newLines] = [splitLines(before), splitLines(after)];
  let [result, at] = ['', 0];
  for (const change of hunks.flatMap((hunk) => hunk.changes)) {
    result += oldLines.slice(at, change.oldStart).join('');
    result += newLines.slice(change.newStart, change.newEnd).join('');
    at = change.oldEnd;
  }
  return result + oldLines.slice(at).join('');
};

const writesOf = (file: DeliveryFile, after: string | null): FileWrite[] => {
  const before = file.before && { sha256: file.before.sha256 };
  if (file.path === file.to || after === null) return [{ path: file.path, before, after, movedFrom: null }];
  return [
    { path: file.path, before, after: null, movedFrom: null },
    { path: file.to, before: null, after, movedFrom: file.path },
  ];
};

/**
 * The files to write for a selection (DEL-02). A hunk of a moved file takes the move with it; an added or removed file
 * has one hunk and is taken whole.
 */
export const selectFiles = (delivery: Delivery, selection: Selection): SelectionResult => {
  if (selection === 'ALL') {
    const writes = delivery.files.flatMap((file) => writesOf(file, file.after?.text ?? null));
    return { status: 'SELECTED', writes, whole: true };
  }
  const files = new Set(selection.files);
  const hunks = new Set(selection.hunks);
  const unknown = new Set([...files, ...hunks]);
  const writes: FileWrite[] = [];
  let whole = true;
  for (const file of delivery.files) {
    const available = diffFile(file).hunks;
    const chosen = available.filter(({ id }) => hunks.has(id));
    for (const name of [file.path, file.to, ...available.map(({ id }) => id)]) unknown.delete(name);
    if (
      files.has(file.path) ||
      files.has(file.to) ||
      (chosen.length > 0 && chosen.length === available.length)
    ) {
      writes.push(...writesOf(file, file.after?.text ?? null));
    } else if (chosen.length > 0 && file.before && file.after) {
      whole = false;
      writes.push(...writesOf(file, withHunks(file.before.text, file.after.text, chosen)));
    } else {
      whole = false;
    }
  }
  return unknown.size > 0
    ? { status: 'UNKNOWN', names: [...unknown] }
    : { status: 'SELECTED', writes, whole };
};
