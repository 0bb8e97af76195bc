import { applyToFile, type FileTools, type TextEdit } from './apply-to-file.ts';
import type { PatchEdit, PatchSet } from './edit.ts';
import type { EditOutcome } from './outcome.ts';
import { outcomeOf } from './outcome.ts';
import { pathProblem } from './paths.ts';

/** What the engine needs from outside: file contents of the base, SHA-256 (lower-case hex), and knowledge of languages. */
export type ApplyTools = FileTools &
  Readonly<{
    /** Bytes of a file of the base; undefined when it does not exist. */
    read(path: string): Uint8Array | undefined;
    sha256(bytes: Uint8Array): string;
  }>;

/** What the workspace becomes: bytes of each changed file, null for a removed one, with the source of each rename. */
export type PatchResult = Readonly<{
  files: ReadonlyMap<string, Uint8Array | null>;
  renames: ReadonlyMap<string, string>;
}>;

export type ApplyReport =
  | (PatchResult & Readonly<{ status: 'APPLIED'; outcomes: readonly EditOutcome[] }>)
  | Readonly<{ status: 'FAILED'; outcomes: readonly EditOutcome[]; reason: string }>;

const sameBytes = (left: Uint8Array | undefined, right: Uint8Array): boolean =>
  left !== undefined && left.length === right.length && left.every((byte, index) => byte === right[index]);

/**
 * Applies all edits or none (EXE-06). Every edit is checked against the base it was written for; what is already so is
 * reported as such and changes nothing. The base is only read.
 */
export const applyPatch = (patch: PatchSet, tools: ApplyTools): ApplyReport => {
  const files = new Map<string, Uint8Array | null>();
  const renames = new Map<string, string>();
  const current = (path: string): Uint8Array | undefined => {
    const changed = files.get(path);
    return changed === undefined ? tools.read(path) : (changed ?? undefined);
  };

  const applyOne = (edit: PatchEdit): EditOutcome => {
    for (const path of edit.op === 'RENAME_FILE' ? [edit.path, edit.to] : [edit.path]) {
      const problem = pathProblem(path);
      if (problem !== null) return outcomeOf(edit, 'REJECTED_PATH', null, `${path}: ${problem}`);
    }
    switch (edit.op) {
      case 'WRITE_FILE':
        return writeFile(edit);
      case 'RENAME_FILE':
        return renameFile(edit);
      case 'DELETE_FILE':
        return deleteFile(edit);
      case 'SEARCH_REPLACE':
      case 'SYMBOL_REPLACE':
        return editText(edit);
    }
  };

  const basesDiffer = (path: string, expected: string | null): boolean => {
    const base = tools.read(path);
    return (base === undefined ? null : tools.sha256(base)) !== expected;
  };

  const wholeFile = (edit: PatchEdit & { content: string }): Uint8Array | null =>
    edit.content.isWellFormed() ? new TextEncoder().encode(edit.content) : null;

  const writeFile = (edit: PatchEdit & { op: 'WRITE_FILE' }): EditOutcome => {
    const content = wholeFile(edit);
    if (content === null)
      return outcomeOf(edit, 'NOT_REPRESENTABLE', null, 'the new text is not valid Unicode');
    if (sameBytes(current(edit.path), content)) return outcomeOf(edit, 'ALREADY_APPLIED', 'WHOLE_FILE');
    if (files.has(edit.path))
      return outcomeOf(edit, 'OVERLAPS', null, 'another edit already changed this file');
    if (basesDiffer(edit.path, edit.baseSha256)) return outcomeOf(edit, 'BASE_CONFLICT');
    if (!keepsParsing(edit.path, edit.path, content)) return outcomeOf(edit, 'RESULT_DOES_NOT_PARSE');
    files.set(edit.path, content);
    return outcomeOf(edit, 'APPLIED', 'WHOLE_FILE');
  };

  const renameFile = (edit: PatchEdit & { op: 'RENAME_FILE' }): EditOutcome => {
    const content = wholeFile(edit);
    if (content === null)
      return outcomeOf(edit, 'NOT_REPRESENTABLE', null, 'the new text is not valid Unicode');
    if (edit.path === edit.to)
      return outcomeOf(edit, 'REJECTED_PATH', null, 'source and target are the same');
    if (current(edit.path) === undefined && sameBytes(current(edit.to), content)) {
      return outcomeOf(edit, 'ALREADY_APPLIED', 'WHOLE_FILE');
    }
    if (files.has(edit.path) || files.has(edit.to)) {
      return outcomeOf(edit, 'OVERLAPS', null, 'another edit already changed the source or the target');
    }
    if (basesDiffer(edit.path, edit.baseSha256)) return outcomeOf(edit, 'BASE_CONFLICT');
    if (tools.read(edit.to) !== undefined) return outcomeOf(edit, 'TARGET_EXISTS', null, `${edit.to} exists`);
    if (!keepsParsing(edit.path, edit.to, content)) return outcomeOf(edit, 'RESULT_DOES_NOT_PARSE');
    files.set(edit.path, null);
    files.set(edit.to, content);
    renames.set(edit.to, edit.path);
    return outcomeOf(edit, 'APPLIED', 'WHOLE_FILE');
  };

  const deleteFile = (edit: PatchEdit & { op: 'DELETE_FILE' }): EditOutcome => {
    if (current(edit.path) === undefined) return outcomeOf(edit, 'ALREADY_APPLIED', 'WHOLE_FILE');
    if (files.has(edit.path))
      return outcomeOf(edit, 'OVERLAPS', null, 'another edit already changed this file');
    if (basesDiffer(edit.path, edit.baseSha256)) return outcomeOf(edit, 'BASE_CONFLICT');
    files.set(edit.path, null);
    return outcomeOf(edit, 'APPLIED', 'WHOLE_FILE');
  };

  const editText = (edit: TextEdit): EditOutcome => {
    const bytes = current(edit.path);
    if (bytes === undefined) return outcomeOf(edit, 'BASE_CONFLICT', null, 'the file does not exist');
    const baseMatches = !basesDiffer(edit.path, edit.baseSha256);
    const { outcome, bytes: after } = applyToFile(edit, bytes, tools, { baseMatches });
    if (after !== null) files.set(edit.path, after);
    return outcome;
  };

  const keepsParsing = (from: string, to: string, after: Uint8Array): boolean => {
    const base = tools.read(from);
    return base === undefined || !tools.parses(from, base) || tools.parses(to, after);
  };

  const outcomes = patch.edits.map(applyOne).map((outcome, index): EditOutcome => {
    const edit = patch.edits[index];
    const after = edit && files.get(edit.path);
    // Text edits build on one another, so only the last state of the file has to parse.
    const isText = edit?.op === 'SEARCH_REPLACE' || edit?.op === 'SYMBOL_REPLACE';
    return edit &&
      after &&
      isText &&
      outcome.outcome === 'APPLIED' &&
      !keepsParsing(edit.path, edit.path, after)
      ? outcomeOf(edit, 'RESULT_DOES_NOT_PARSE', outcome.strategy)
      : outcome;
  });

  const failed = outcomes.filter(({ outcome }) => outcome !== 'APPLIED' && outcome !== 'ALREADY_APPLIED');
  if (failed.length === 0) return { status: 'APPLIED', files, renames, outcomes };
  const reason = failed.map(({ path, outcome, reason }) => `${path}: ${reason ?? outcome}`).join('; ');
  return { status: 'FAILED', outcomes, reason };
};
