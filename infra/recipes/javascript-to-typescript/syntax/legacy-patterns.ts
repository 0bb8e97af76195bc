import type { Literal, RegExpLiteral } from 'estree';
import { applyEdits, type Edit } from './edits.ts';
import { end, start, walk } from './nodes.ts';
import type { ParsedModule } from './parse.ts';

/** An escape, a class, the start of a group that captures, or anything else, one at a time. */
const TOKEN = /\\(?:(?<digits>[1-9]\d*)|.)|\[(?:\\.|[^\]\\])*\]|(?<group>\((?!\?)|\(\?<(?![=!]))|./gsu;

/**
 * Whether the pattern asks for a group that it does not have. Outside of Unicode mode that is a character by its octal number
 * (ECMA-262, annex B.1.2), and TypeScript takes it for a mistake.
 */
const isLegacy = (pattern: string): boolean => {
  let groups = 0;
  let highest = 0;
  for (const { groups: found } of pattern.matchAll(TOKEN)) {
    if (found?.['group'] !== undefined) groups += 1;
    if (found?.['digits'] !== undefined) highest = Math.max(highest, Number(found['digits']));
  }
  return highest > groups;
};

const isPattern = (node: Literal): node is RegExpLiteral => 'regex' in node;

/** The text with patterns that TypeScript does not take written as what they are: the same source for the same constructor. */
export function withoutLegacyPatterns(module: ParsedModule): string {
  const { text } = module;
  const isShadowed = module.scopes.scopes.some((scope) => scope.set.has('RegExp'));
  if (isShadowed || module.globals.get('RegExp')?.some(({ writes }) => writes)) return text;
  const edits: Edit[] = [];
  walk(module.program, (node) => {
    if (node.type !== 'Literal' || !isPattern(node)) return undefined;
    const { pattern, flags } = node.regex;
    if (/[uv]/.test(flags) || !isLegacy(pattern)) return undefined;
    const flagText = flags === '' ? '' : `, '${flags}'`;
    // A literal may stand at a word, as in `return/\1/.test(text)`.
    const gap = /[\w$]/.test(text.charAt(start(node) - 1)) ? ' ' : '';
    edits.push({
      start: start(node),
      end: end(node),
      text: `${gap}new RegExp(${quoted(pattern)}${flagText})`,
    });
    return undefined;
  });
  return edits.length === 0 ? text : applyEdits(text, edits);
}

const quoted = (pattern: string): string => `'${pattern.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
