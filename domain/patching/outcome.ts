import type { PatchEdit } from './edit.ts';
import type { MatchStrategy } from './match.ts';

/** How the place of an edit was found; a row of `patch_edit_operations` (EXE-06). */
export type EditStrategy = MatchStrategy | 'SCOPED_SYMBOL' | 'WHOLE_SYMBOL' | 'WHOLE_FILE';

export type EditOutcomeCode =
  | 'APPLIED'
  | 'ALREADY_APPLIED'
  | 'REJECTED_PATH'
  | 'BASE_CONFLICT'
  | 'TARGET_EXISTS'
  | 'OVERLAPS'
  | 'NOT_FOUND'
  | 'NOT_UNIQUE'
  | 'SYMBOL_NOT_FOUND'
  | 'SYMBOL_NOT_UNIQUE'
  | 'NOT_REPRESENTABLE'
  | 'RESULT_DOES_NOT_PARSE';

/** `targetSha256` is the fingerprint of the file that the edit was written for; `reason` is a plain sentence. */
export type EditOutcome = Readonly<{
  path: string;
  targetSha256: string | null;
  anchor: string;
  operation: PatchEdit['op'];
  strategy: EditStrategy | null;
  outcome: EditOutcomeCode;
  reason: string | null;
}>;

const SENTENCES: Readonly<Record<EditOutcomeCode, string | null>> = {
  APPLIED: null,
  ALREADY_APPLIED: null,
  REJECTED_PATH: 'the path is not allowed',
  BASE_CONFLICT: 'the file is not the one that the edit was written for',
  TARGET_EXISTS: 'the target exists',
  OVERLAPS: 'another edit already changed the file',
  NOT_FOUND: 'the text to replace is not in the file',
  NOT_UNIQUE: 'the text to replace is in the file more than once',
  SYMBOL_NOT_FOUND: 'the named symbol is not in the file',
  SYMBOL_NOT_UNIQUE: 'the named symbol is in the file more than once',
  NOT_REPRESENTABLE: 'the new text cannot be written in the encoding of the file',
  RESULT_DOES_NOT_PARSE: 'the result is not valid source code, and the file was before',
};

/** What the edit holds on to: the symbol, the first line of the searched text, or the whole file. */
const anchorOf = (edit: PatchEdit): string => {
  if (edit.op === 'SYMBOL_REPLACE') return `symbol ${edit.symbol}`;
  if (edit.op !== 'SEARCH_REPLACE') return edit.op === 'RENAME_FILE' ? `file, to ${edit.to}` : 'file';
  const line = edit.search.split(/[\r\n]/u).find((part) => part.trim() !== '') ?? '';
  const text = `text ${JSON.stringify(line.trim().slice(0, 80))}`;
  return edit.symbol === undefined ? text : `${text} in symbol ${edit.symbol}`;
};

export const outcomeOf = (
  edit: PatchEdit,
  outcome: EditOutcomeCode,
  strategy: EditStrategy | null = null,
  reason: string | null = SENTENCES[outcome],
): EditOutcome => ({
  path: edit.path,
  targetSha256: edit.baseSha256,
  anchor: anchorOf(edit),
  operation: edit.op,
  strategy,
  outcome,
  reason,
});
