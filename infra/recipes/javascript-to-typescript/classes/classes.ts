import type { FunctionDeclaration, FunctionExpression, Node } from 'estree';
import type { Finding } from '../../recipe.ts';
import { at } from '../project/project.ts';
import { applyEdits, type Edit, lineBreakOf } from '../syntax/edits.ts';
import { end, start, walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { type Candidate, classCandidates, classHazard, type Method } from './candidate.ts';

export type Classes = Readonly<{ text: string; applied: number; left: readonly Finding[] }>;

/** Turns a constructor function and the methods on its prototype into a class where nobody could tell the difference. */
export function makeClasses(module: ParsedModule, cyclic: boolean): Classes {
  const edits: Edit[] = [];
  const left: Finding[] = [];
  let applied = 0;
  for (const candidate of classCandidates(module)) {
    const reason = classHazard(module, candidate, cyclic);
    if (reason !== null) {
      left.push(at(module, candidate.declaration, 'CLASS_NOT_PROVABLE', reason));
      continue;
    }
    applied += 1;
    edits.push(...classEdits(module, candidate));
  }
  return { text: applyEdits(module.text, edits), applied, left };
}

const classEdits = (module: ParsedModule, candidate: Candidate): Edit[] => {
  const { declaration, methods } = candidate;
  const eol = lineBreakOf(module.text);
  const removed = methods.map((method) => ({ ...rangeWithComment(module, method), text: '' }));
  const members = [
    indented(module, declaration, `constructor${signature(module, declaration)}`),
    ...methods.map((method, index) => {
      const comment = module.text.slice(removed[index]?.start, start(method.statement)).trim();
      const prefix = `${method.value.async ? 'async ' : ''}${method.value.generator ? '*' : ''}`;
      const key = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(method.name)
        ? method.name
        : JSON.stringify(method.name);
      const text = `${prefix}${key}${signature(module, method.value)}`;
      return indented(module, method.value, comment === '' ? text : `${comment}${eol}${text}`);
    }),
  ];
  const text = `class ${declaration.id.name} {${eol}${members.join(eol + eol)}${eol}}`;
  return [{ start: start(declaration), end: end(declaration), text }, ...removed];
};

/** Parameters and body, as written. */
const signature = (module: ParsedModule, node: FunctionDeclaration | FunctionExpression): string => {
  const from = node.id == null ? start(node) : end(node.id);
  const open = module.text.indexOf('(', from);
  return `${module.text.slice(open, start(node.body)).trimEnd()} ${module.text.slice(start(node.body), end(node))}`;
};

/** Each text matches in one way only: where a line had two, a block of 40 lines took for ever. */
const COMMENTS_AT_END = /(?:(?:\/\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\r?\n|\/\/[^\n]*\n)[ \t]*(?:\r?\n[ \t]*)?)+$/;

/** The statement, the comment right above it, and the line break behind it. */
const rangeWithComment = (module: ParsedModule, method: Method): { start: number; end: number } => {
  const before = module.text.slice(0, start(method.statement));
  const comment = COMMENTS_AT_END.exec(before);
  const blank = /(?:\r?\n[ \t]*)*$/.exec(comment === null ? before : before.slice(0, comment.index));
  const lead = (comment?.[0].length ?? 0) + (blank?.[0].length ?? 0);
  const own = commentIsOwn(module, start(method.statement) - lead) ? lead : 0;
  return { start: start(method.statement) - own, end: end(method.statement) };
};

/** A comment at the end of a line of code belongs to that line. */
const commentIsOwn = (module: ParsedModule, position: number): boolean => {
  const line = module.text.slice(module.text.lastIndexOf('\n', position - 1) + 1, position);
  return module.text[position] === '\n' || module.text[position] === '\r' || line.trim() === '';
};

/** One level deeper, unless a template literal would get the spaces too. */
const indented = (module: ParsedModule, node: Node, text: string): string => {
  if (hasMultilineTemplate(node)) return text;
  const indent = /\n(\t| {2,4})\S/.exec(module.text)?.[1] ?? '  ';
  return text.replace(/^(?=[^\r\n])/gm, indent);
};

const hasMultilineTemplate = (node: Node): boolean => {
  let found = false;
  walk(node, (part) => {
    found ||= part.type === 'TemplateElement' && part.value.raw.includes('\n');
    found ||= part.type === 'Literal' && (part.raw ?? '').includes('\n');
    return !found;
  });
  return found;
};
