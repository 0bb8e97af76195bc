import ts from 'typescript';
import type { Finding, SourceFile } from '../../recipe.ts';
import { EditBook } from './edit-book.ts';
import { noteHelpers } from './helper-names.ts';
import { openProject, type Project, ROOT, relativePath } from './host.ts';
import { UNTYPED_MODULES } from './infer-modules.ts';
import { indexUses } from './uses.ts';
import type { Module, View } from './view.ts';

/** How a package is used, as its documents show: programs in which `subject` is what the entry exports. */
export type Usage = Readonly<{ entry: string; programs: readonly string[] }>;

export type WorkInput = Readonly<{
  files: readonly SourceFile[];
  dependencies: readonly SourceFile[];
  moduleSystem: 'ESM' | 'COMMONJS';
  /** Whether the compiler writes declarations of the result; false where the package keeps its own. */
  declarations?: boolean;
  /** What the documents show of a CommonJS package; absent where the package keeps its own declarations. */
  usage?: Usage;
}>;

/** One call's project with the edits made so far and what was left alone on the way. */
export type Work = Readonly<{
  input: WorkInput;
  project: Project;
  books: ReadonlyMap<string, EditBook>;
  left: Finding[];
  /** A fresh picture of the project as edited. */
  look: () => View;
  /** Renders the edits into the project. */
  flush: () => void;
  errors: (view: View) => readonly ts.Diagnostic[];
  /** Text of the declarations for packages without types, null while none is needed. */
  untyped: () => string | null;
  declareUntyped: (text: string) => boolean;
}>;

export function openWork(input: WorkInput): Work {
  const project = openProject(
    [...input.files, ...input.dependencies],
    input.moduleSystem === 'ESM' ? 'module' : 'commonjs',
  );
  const scripts = input.files.filter(
    (file) => /\.[cm]?ts$/.test(file.path) && !/\.d\.[cm]?ts$/.test(file.path),
  );
  const books = new Map(scripts.map((file) => [file.path, new EditBook(file.text)]));
  let untyped: string | null = null;
  let last: View | null = null;
  return {
    input,
    project,
    books,
    left: [],
    look: () => {
      const program = project.program();
      if (last?.program === program) return last;
      const checker = program.getTypeChecker();
      const modules = [...books].flatMap(([path, book]): Module[] => {
        const source = program.getSourceFile(`${ROOT}/${path}`);
        return source === undefined ? [] : [{ path, source, book }];
      });
      const sources = modules.map((module) => module.source);
      noteHelpers(checker, sources);
      last = { program, checker, modules, uses: indexUses(checker, sources) };
      return last;
    },
    flush: () => {
      for (const [path, book] of books) if (book.render()) project.write(path, book.text);
    },
    errors: (view) =>
      view.modules.flatMap((module) => [
        ...view.program.getSyntacticDiagnostics(module.source),
        ...view.program.getSemanticDiagnostics(module.source),
        ...(input.declarations === false ? [] : view.program.getDeclarationDiagnostics(module.source)),
      ]),
    untyped: () => untyped,
    declareUntyped: (text) => {
      if (text === untyped) return false;
      untyped = text;
      project.write(UNTYPED_MODULES, text);
      return true;
    },
  };
}

/** A diagnostic of the compiler as a finding: code `TS2345`, path from the project root, line from 1. */
export function asFinding(diagnostic: ts.Diagnostic): Finding {
  const { file, start } = diagnostic;
  return {
    code: `TS${diagnostic.code}`,
    path: file === undefined ? null : relativePath(file.fileName),
    line:
      file === undefined || start === undefined ? null : file.getLineAndCharacterOfPosition(start).line + 1,
    reason: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
  };
}
