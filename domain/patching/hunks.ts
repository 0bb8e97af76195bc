import type { DeliveryFile } from './delivery.ts';
import { type Change, diffLines } from './line-diff.ts';

/** Lines carry their terminator; `kind` is that of a unified diff. */
export type HunkLine = Readonly<{ kind: ' ' | '-' | '+'; text: string }>;

/** Line numbers are 1-based, as in a unified diff; an empty side starts at the line before. */
export type Hunk = Readonly<{
  id: string;
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: readonly HunkLine[];
  changes: readonly Change[];
}>;

export type FileDiff = Readonly<{
  path: string;
  to: string;
  status: 'ADDED' | 'DELETED' | 'MODIFIED' | 'RENAMED';
  hunks: readonly Hunk[];
}>;

const CONTEXT_LINES = 3;

/** Lines with their terminators; only LF ends a line, so that CR stays part of it and joining gives the text back. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];

/** FNV-1a, 64 bits, hex: an id that stays the same for the same delivery and differs between deliveries. */
const fingerprint = (text: string): string => {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
};

const groups = (changes: readonly Change[]): Change[][] => {
  const grouped: Change[][] = [];
  for (const change of changes) {
    const last = grouped.at(-1)?.at(-1);
    if (last && change.oldStart - last.oldEnd <= 2 * CONTEXT_LINES) grouped.at(-1)?.push(change);
    else grouped.push([change]);
  }
  return grouped;
};

const hunkOf = (
  file: DeliveryFile,
  before: readonly string[],
  after: readonly string[],
  changes: readonly Change[],
): Hunk => {
  const [first, last] = [changes[0], changes.at(-1)];
  if (!first || !last) throw new RangeError('a hunk has at least one change');
  const lead = Math.min(CONTEXT_LINES, first.oldStart);
  const trail = Math.min(CONTEXT_LINES, before.length - last.oldEnd);
  const [oldFrom, oldTo] = [first.oldStart - lead, last.oldEnd + trail];
  const [newFrom, newTo] = [first.newStart - lead, last.newEnd + trail];

  const lines: HunkLine[] = [];
  const add = (kind: HunkLine['kind'], texts: readonly string[]) => {
    lines.push(...texts.map((text) => ({ kind, text })));
  };
  let oldAt = oldFrom;
  for (const change of changes) {
    add(' ', before.slice(oldAt, change.oldStart));
    add('-', before.slice(change.oldStart, change.oldEnd));
    add('+', after.slice(change.newStart, change.newEnd));
    oldAt = change.oldEnd;
  }
  add(' ', before.slice(oldAt, oldTo));

  const identity = [
    file.path,
    file.to,
    file.before?.sha256,
    file.after?.sha256,
    first.oldStart,
    first.newStart,
  ];
  return {
    id: `h-${fingerprint(identity.join('\n'))}`,
    oldStart: oldTo > oldFrom ? oldFrom + 1 : oldFrom,
    oldLines: oldTo - oldFrom,
    newStart: newTo > newFrom ? newFrom + 1 : newFrom,
    newLines: newTo - newFrom,
    lines,
    changes,
  };
};

const statusOf = (file: DeliveryFile): FileDiff['status'] => {
  if (file.before === null) return 'ADDED';
  if (file.after === null) return 'DELETED';
  return file.path === file.to ? 'MODIFIED' : 'RENAMED';
};

/** Hunks of one delivered file, from its full sources. */
export const diffFile = (file: DeliveryFile): FileDiff => {
  const before = splitLines(file.before?.text ?? '');
  const after = splitLines(file.after?.text ?? '');
  const hunks = groups(diffLines(before, after)).map((changes) => hunkOf(file, before, after, changes));
  return { path: file.path, to: file.to, status: statusOf(file), hunks };
};

const range = (start: number, count: number): string => (count === 1 ? `${start}` : `${start},${count}`);

const hunkText = (hunk: Hunk): string => {
  const header = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@\n`;
  const body = hunk.lines.map(({ kind, text }) =>
    text.endsWith('\n') ? kind + text : `${kind}${text}\n\\ No newline at end of file\n`,
  );
  return header + body.join('');
};

/** Names with unusual characters are quoted as git does it. */
const quoted = (prefix: string, path: string): string => {
  const name = `${prefix}${path}`;
  if (/^[ !#-[\]-~]*$/u.test(name)) return name;
  const bytes = [...new TextEncoder().encode(name)].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
  });
  return `"${bytes.join('')}"`;
};

/** A unified diff that `git apply` takes; empty when nothing changes. */
export const unifiedDiff = (file: DeliveryFile): string => {
  const { status, hunks } = diffFile(file);
  if (status === 'MODIFIED' && hunks.length === 0) return '';
  const [from, to] = [quoted('a/', file.path), quoted('b/', file.to)];
  const header = [`diff --git ${from} ${to}`];
  if (status === 'ADDED') header.push('new file mode 100644');
  if (status === 'DELETED') header.push('deleted file mode 100644');
  if (status === 'RENAMED')
    header.push(`rename from ${quoted('', file.path)}`, `rename to ${quoted('', file.to)}`);
  if (hunks.length > 0) {
    header.push(
      `--- ${status === 'ADDED' ? '/dev/null' : from}`,
      `+++ ${status === 'DELETED' ? '/dev/null' : to}`,
    );
  }
  return `${header.join('\n')}\n${hunks.map(hunkText).join('')}`;
};
