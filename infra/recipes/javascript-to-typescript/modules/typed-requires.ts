import type { Node, VariableDeclaration } from 'estree';
import type { Finding } from '../../recipe.ts';
import { at } from '../project/project.ts';
import { stableBinding } from '../scopes/stable.ts';
import type { Edit } from '../syntax/edits.ts';
import { lineBreakOf } from '../syntax/edits.ts';
import { end, start } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { type RequireUse, requiresOf } from './requires.ts';

/** An edit, and the node that it is part of giving a type to: all edits of one node belong together. */
export type RequireEdit = Edit & Readonly<{ of: Node }>;

export type RequireTyping = Readonly<{
  /** Whether TypeScript will know what the specifier gives. */
  isTyped: (specifier: string) => boolean;
  /** Whether a package without types will be declared if it is imported. */
  isDeclared: (specifier: string) => boolean;
  /** The same file named in full, where TypeScript would otherwise look at the built declarations. */
  inFull: (specifier: string) => string;
  /** Write `import x = require('x')` where that emits the same code; else only cast in place. */
  imports: boolean;
}>;

/** Declarations whose every declarator is `name = require('literal')` and never written again. */
const importable = (
  module: ParsedModule,
  use: RequireUse,
  typing: RequireTyping,
): VariableDeclaration | null => {
  if (!typing.imports || use.form !== 'BINDING' || use.declarator === null) return null;
  const declaration = module.parentOf(use.declarator);
  if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return null;
  const uses = requiresOf(module);
  const all = declaration.declarations.every((declarator) => {
    const own = uses.find((candidate) => candidate.declarator === declarator);
    return (
      own?.specifier != null &&
      (typing.isTyped(own.specifier) || typing.isDeclared(own.specifier)) &&
      declarator.id.type === 'Identifier' &&
      stableBinding(module, declarator.id) !== null
    );
  });
  return all ? declaration : null;
};

/**
 * Gives every `require` the type of what it loads. The emitted JavaScript is the same call at the same place: an
 * `import x = require('x')` becomes `const x = require('x')` where it stands, and a cast disappears.
 */
export function typeRequires(
  module: ParsedModule,
  typing: RequireTyping,
): { edits: RequireEdit[]; applied: number; left: Finding[] } {
  const edits: RequireEdit[] = [];
  const add = (of: Node, added: readonly Edit[]): void => {
    edits.push(...added.map((edit) => ({ ...edit, of })));
  };
  const left: Finding[] = [];
  const converted = new Set<VariableDeclaration>();
  let applied = 0;
  for (const use of requiresOf(module)) {
    if (use.specifier === null) {
      left.push(
        at(
          module,
          use.call,
          'REQUIRE_COMPUTED',
          'The required name is computed at run time; its type is not known.',
        ),
      );
      continue;
    }
    if (use.form === 'STATEMENT') continue;
    const declaration = importable(module, use, typing);
    if (declaration !== null) {
      if (!converted.has(declaration)) {
        converted.add(declaration);
        applied += 1;
        add(declaration, importEdits(module, declaration, typing));
      }
      continue;
    }
    if (!typing.isTyped(use.specifier)) {
      left.push(
        at(
          module,
          use.call,
          'REQUIRE_UNTYPED',
          `No types are known for "${use.specifier}"; what it gives stays untyped.`,
        ),
      );
      continue;
    }
    if (startsStatement(module, use)) continue;
    applied += 1;
    add(use.call, castEdits(module, use, typing));
  }
  return { edits, applied, left };
}

const importEdits = (
  module: ParsedModule,
  declaration: VariableDeclaration,
  typing: RequireTyping,
): Edit[] => {
  const begin = start(declaration);
  const edits: Edit[] = [{ start: begin, end: begin + 'const'.length, text: 'import' }];
  declaration.declarations.slice(1).forEach((declarator, index) => {
    const before = declaration.declarations[index];
    if (before === undefined) return;
    const gap = module.text.slice(end(before), start(declarator));
    const comments = gap.replace(',', '').trim();
    const lead = comments === '' ? '' : ` ${comments}`;
    edits.push({
      start: end(before),
      end: start(declarator),
      text: `;${lead}${lineBreakOf(module.text)}import `,
    });
  });
  for (const use of requiresOf(module)) {
    const [argument] = use.call.arguments;
    const isOwn = declaration.declarations.some((declarator) => declarator === use.declarator);
    if (!isOwn || use.specifier === null || argument === undefined) continue;
    const full = typing.inFull(use.specifier);
    if (full !== use.specifier)
      edits.push({ start: start(argument), end: end(argument), text: quotedLike(module, argument, full) });
  }
  return edits;
};

const quotedLike = (module: ParsedModule, argument: Node, specifier: string): string => {
  const quote = module.text[start(argument)] === '"' ? '"' : "'";
  return `${quote}${specifier}${quote}`;
};

/** The type of what a `require` gives. */
export const importType = (
  module: ParsedModule,
  use: Pick<RequireUse, 'call' | 'specifier'>,
  inFull: RequireTyping['inFull'],
): string =>
  `typeof import(${quotedLike(module, use.call.arguments[0] ?? use.call, inFull(use.specifier ?? ''))})`;

/** A parenthesis at the start of a statement could continue the line above it. */
const startsStatement = (module: ParsedModule, use: RequireUse): boolean => {
  let node: Node | null = use.call;
  while (node !== null && node.type !== 'ExpressionStatement') node = module.parentOf(node);
  return node !== null && start(node) === start(use.call);
};

const castEdits = (module: ParsedModule, use: RequireUse, typing: RequireTyping): Edit[] => {
  const cast = ` as ${importType(module, use, typing.inFull)}`;
  const parent = module.parentOf(use.call);
  const standsAlone =
    (parent?.type === 'VariableDeclarator' && parent.init === use.call) ||
    (parent?.type === 'AssignmentExpression' && parent.right === use.call) ||
    parent?.type === 'ReturnStatement' ||
    (parent?.type === 'Property' && parent.value === use.call);
  if (standsAlone) return [{ start: end(use.call), end: end(use.call), text: cast }];
  return [
    { start: start(use.call), end: start(use.call), text: '(' },
    { start: end(use.call), end: end(use.call), text: `${cast})` },
  ];
};
