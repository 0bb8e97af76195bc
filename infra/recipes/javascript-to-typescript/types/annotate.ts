import ts from 'typescript';
import type { Finding, SourceFile } from '../../recipe.ts';
import { countPositions } from './count.ts';
import { EditBook } from './edit-book.ts';
import { erasedJavaScript } from './erasure.ts';
import { openProject, type Project, ROOT } from './host.ts';
import { inferFields } from './infer-fields.ts';
import { inferParameters } from './infer-parameters.ts';
import { inferVariables } from './infer-variables.ts';
import { inferInstances } from './instances.ts';
import { type Attempts, repairOnce } from './repair/repair.ts';
import { indexUses } from './uses.ts';
import type { Module, View } from './view.ts';

export type AnnotateInput = Readonly<{
  files: readonly SourceFile[];
  dependencies: readonly SourceFile[];
  moduleSystem: 'ESM' | 'COMMONJS';
}>;

export type AnnotateResult = Readonly<{
  files: readonly SourceFile[];
  annotatedPositions: number;
  anyPositions: number;
  strictErrors: readonly Finding[];
  left: readonly Finding[];
}>;

const ROUNDS = 5;
const REPAIRS = 14;

const lookAt = (project: Project, books: ReadonlyMap<string, EditBook>): View => {
  const program = project.program();
  const checker = program.getTypeChecker();
  const modules: Module[] = [];
  for (const [path, book] of books) {
    const source = program.getSourceFile(`${ROOT}/${path}`);
    if (source !== undefined) modules.push({ path, source, book });
  }
  return {
    program,
    checker,
    modules,
    uses: indexUses(
      checker,
      modules.map((module) => module.source),
    ),
  };
};

const flush = (project: Project, books: ReadonlyMap<string, EditBook>): void => {
  for (const [path, book] of books) if (book.render()) project.write(path, book.text);
};

const diagnosticsOf = (view: View): ts.Diagnostic[] =>
  view.modules.flatMap((module) => [
    ...view.program.getSyntacticDiagnostics(module.source),
    ...view.program.getSemanticDiagnostics(module.source),
  ]);

export function annotate(input: AnnotateInput): AnnotateResult {
  const project = openProject(
    [...input.files, ...input.dependencies],
    input.moduleSystem === 'ESM' ? 'module' : 'commonjs',
  );
  try {
    const books = new Map(
      input.files
        .filter((file) => /\.[cm]?ts$/.test(file.path))
        .map((file) => [file.path, new EditBook(file.text)]),
    );
    const left: Finding[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const view = lookAt(project, books);
      const final = round >= ROUNDS - 2;
      const changed =
        inferParameters(view, { distrusted: new Set(), final }) +
        inferFields(view, final) +
        inferInstances(view) +
        inferVariables(view, final);
      flush(project, books);
      if (changed === 0 && final) break;
    }
    const attempts: Attempts = new Map();
    for (let round = 0; round < REPAIRS; round++) {
      const now = lookAt(project, books);
      const diagnostics = diagnosticsOf(now);
      if (diagnostics.length === 0 || repairOnce(now, diagnostics, attempts) === 0) break;
      flush(project, books);
    }
    const view = lookAt(project, books);
    const { annotated, any } = countPositions(
      view.checker,
      view.modules.map((module) => module.source),
    );
    for (const [path, book] of books) {
      if (
        erasedJavaScript(book.original, input.moduleSystem) !==
        erasedJavaScript(book.text, input.moduleSystem)
      )
        left.push({ code: 'ERASE', path, line: null, reason: 'differs' });
    }
    const strictErrors = diagnosticsOf(view).map((one): Finding => {
      const line =
        one.file === undefined || one.start === undefined
          ? null
          : one.file.getLineAndCharacterOfPosition(one.start).line + 1;
      return {
        code: `TS${one.code}`,
        path: one.file?.fileName.slice(ROOT.length + 1) ?? null,
        line,
        reason: ts.flattenDiagnosticMessageText(one.messageText, ' '),
      };
    });
    return {
      files: input.files.map((file) => ({ path: file.path, text: books.get(file.path)?.text ?? file.text })),
      annotatedPositions: annotated,
      anyPositions: any,
      strictErrors,
      left,
    };
  } finally {
    project.dispose();
  }
}
