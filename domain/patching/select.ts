import type { Delivery, DeliveryFile, Selection } from './delivery.ts';
import { diffFile, splitLines } from './hunks.ts';
import type { Change } from './line-diff.ts';
import { symbolId, touches } from './symbols.ts';

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

const withChanges = (before: string, after: string, changes: readonly Change[]): string => {
  const [oldLines, newLines] = [splitLines(before), splitLines(after)];
  let [result, at] = ['', 0];
  for (const change of changes) {
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
 * The files to write for a selection (DEL-02). A hunk or symbol of a moved file takes the move with it; an added or
 * removed file has one hunk and is taken whole. A symbol is taken with every change of lines that touches it.
 */
export const selectFiles = (delivery: Delivery, selection: Selection): SelectionResult => {
  if (selection === 'ALL') {
    const writes = delivery.files.flatMap((file) => writesOf(file, file.after?.text ?? null));
    return { status: 'SELECTED', writes, whole: true };
  }
  const files = new Set(selection.files);
  const hunks = new Set(selection.hunks);
  const symbols = new Set(selection.symbols);
  const unknown = new Set([...files, ...hunks, ...symbols]);
  const writes: FileWrite[] = [];
  let whole = true;
  for (const file of delivery.files) {
    const available = diffFile(file).hunks;
    const wanted = (file.symbols ?? []).filter((symbol) => symbols.has(symbolId(file, symbol)));
    for (const name of [file.path, file.to, ...available.map(({ id }) => id)]) unknown.delete(name);
    for (const symbol of wanted) unknown.delete(symbolId(file, symbol));
    const changes = available.flatMap((hunk) => hunk.changes);
    const chosen = available.flatMap((hunk) =>
      hunks.has(hunk.id)
        ? hunk.changes
        : hunk.changes.filter((change) => wanted.some((symbol) => touches(change, symbol))),
    );
    if (
      files.has(file.path) ||
      files.has(file.to) ||
      (chosen.length > 0 && chosen.length === changes.length)
    ) {
      writes.push(...writesOf(file, file.after?.text ?? null));
    } else if (chosen.length > 0 && file.before && file.after) {
      whole = false;
      writes.push(...writesOf(file, withChanges(file.before.text, file.after.text, chosen)));
    } else {
      whole = false;
    }
  }
  return unknown.size > 0
    ? { status: 'UNKNOWN', names: [...unknown] }
    : { status: 'SELECTED', writes, whole };
};
