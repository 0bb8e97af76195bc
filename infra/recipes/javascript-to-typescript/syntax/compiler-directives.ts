import type { Comment } from 'acorn';
import { applyEdits, type Edit } from './edits.ts';
import { commentsOf, type ParsedModule } from './parse.ts';

/** What TypeScript obeys at the start of a line comment, and in the last line of a block comment, whatever word it begins. */
const IN_LINE = /^\/?\s*@ts-(?:expect-error|ignore|nocheck)[\w-]*:?/i;
const IN_BLOCK = /^(?:\/|\*)*\s*@ts-(?:expect-error|ignore|nocheck)[\w-]*:?/i;

/**
 * The text without the comments that tell TypeScript to overlook errors: they were meant for other types than those
 * that the file gets, and strict checking that leaves out lines proves nothing.
 * @returns also the lines that they stood on, from 1
 */
export function withoutCompilerDirectives(module: ParsedModule): { text: string; lines: readonly number[] } {
  const { text } = module;
  if (!/@ts-/i.test(text)) return { text, lines: [] };
  const lines: number[] = [];
  const edits: Edit[] = [];
  for (const comment of commentsOf(module)) {
    const lastLine = comment.value.lastIndexOf('\n') + 1;
    const [, lead = '', rest = ''] = /^(\s*)(.*)$/s.exec(comment.value.slice(lastLine)) ?? [];
    const marker =
      comment.type === 'Line'
        ? IN_LINE.exec(comment.value)
        : IN_BLOCK.exec(lastLine > 0 ? rest : comment.value);
    if (marker === null) continue;
    lines.push(comment.loc?.end.line ?? 1);
    edits.push(editOf(text, comment, marker[0], lastLine + (lastLine > 0 ? lead.length : 0)));
  }
  return { text: applyEdits(text, edits), lines };
}

/** Takes out the directive, and the comment where nothing else is in it, with its line where that is empty then. */
function editOf(text: string, comment: Comment, marker: string, offset: number): Edit {
  const { start, end, value, type } = comment;
  const said = value.slice(offset + marker.length);
  if (said.trim() !== '' || offset > 0) {
    const from = start + 2 + offset + marker.indexOf('@');
    return {
      start: from,
      end: from + marker.length - marker.indexOf('@') + (/^\s*/.exec(said)?.[0].length ?? 0),
      text: '',
    };
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineBreak = /^[^\S\n]*\n/.exec(text.slice(end));
  if (text.slice(lineStart, start).trim() === '' && lineBreak !== null)
    return { start: lineStart, end: end + lineBreak[0].length, text: '' };
  return { start, end, text: type === 'Block' ? ' ' : '' };
}
