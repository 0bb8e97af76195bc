import type ts from 'typescript';
import type { EditBook } from './edit-book.ts';
import type { Uses } from './uses.ts';

export type Module = Readonly<{ path: string; source: ts.SourceFile; book: EditBook }>;

/** One consistent picture of the project: a program, its checker, its uses, and the edits that led to it. */
export type View = Readonly<{
  program: ts.Program;
  checker: ts.TypeChecker;
  uses: Uses;
  modules: readonly Module[];
}>;

export const moduleOf = (view: View, node: ts.Node): Module | undefined => {
  const source = node.getSourceFile();
  return view.modules.find((module) => module.source === source);
};
