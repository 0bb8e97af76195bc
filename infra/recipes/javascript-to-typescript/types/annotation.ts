import ts from 'typescript';
import { type Edit, plainEdit } from './edit-book.ts';
import type { Module } from './view.ts';

/** Key of the type annotation after a name; `end` is the end of the name in the original text. */
export const typeKey = (end: number): string => `type:${end}`;

/** `: T` or `?: T` after a name, with brackets around the lone parameter of an arrow function that has none. */
export function annotationEdit(module: Module, name: ts.Node, text: string, weight: number): Edit {
  const { book } = module;
  const start = book.toOriginal(name.getStart());
  const end = book.toOriginal(name.end);
  const parameter = name.parent;
  const bare =
    ts.isParameter(parameter) &&
    ts.isArrowFunction(parameter.parent) &&
    parameter.parent.parameters.length === 1 &&
    parameter.dotDotDotToken === undefined &&
    parameter.initializer === undefined &&
    /^\s*=>/.test(book.original.slice(end));
  if (!bare) return plainEdit(typeKey(end), end, text, weight);
  return {
    key: typeKey(end),
    weight,
    insertions: [
      { at: start, text: '(', side: 'open', span: 0 },
      { at: end, text: `${text})`, side: 'close', span: 0 },
    ],
  };
}

/** Whether an annotation on this declaration is ours to rewrite, or there is none yet. */
export const isOurs = (module: Module, name: ts.Node, type: ts.TypeNode | undefined): boolean =>
  type === undefined || module.book.get(typeKey(module.book.toOriginal(name.end))) !== undefined;
