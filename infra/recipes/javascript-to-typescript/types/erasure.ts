import ts from 'typescript';
import { EditBook } from './edit-book.ts';
import type { Work } from './work.ts';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  removeComments: true,
};

/** Writes `(x) => y` for `x => y` too: an annotation needs the brackets, and they mean nothing. */
const bracketArrows: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const visit = (node: ts.Node): ts.Node => {
    const inner = ts.visitEachChild(node, visit, context);
    if (!ts.isArrowFunction(inner)) return inner;
    const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = inner;
    return ts.factory.createArrowFunction(
      modifiers,
      typeParameters,
      parameters,
      type,
      equalsGreaterThanToken,
      body,
    );
  };
  return (source) => ts.visitEachChild(source, visit, context);
};

/**
 * The JavaScript that remains when the types are erased, token by token; the yardstick for "only types were added". Where
 * the compiler breaks lines follows from what it erased, so it is no part of it: every statement that it writes has its end.
 */
export const erasedJavaScript = (text: string, moduleSystem: 'ESM' | 'COMMONJS'): string => {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      ...OPTIONS,
      module: moduleSystem === 'ESM' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
    },
    fileName: 'module.ts',
    transformers: { after: [bracketArrows] },
  });
  return tokensOf(ts.createSourceFile('module.js', outputText, ts.ScriptTarget.ESNext, true)).join(' ');
};

const tokensOf = (node: ts.Node): string[] => {
  const parts = node.getChildren();
  return parts.length === 0 ? [node.getText()].filter((text) => text !== '') : parts.flatMap(tokensOf);
};

/** Takes back every edit that would change what runs, and says so; afterwards only types were added. */
export function rollBackRuntimeEdits(work: Work): void {
  let changed = false;
  for (const [path, book] of work.books) {
    const moduleSystem = path.endsWith('.cts') ? 'COMMONJS' : work.input.moduleSystem;
    const wanted = erasedJavaScript(book.original, moduleSystem);
    if (erasedJavaScript(book.text, moduleSystem) === wanted) continue;
    changed = true;
    const guilty = book.edits.filter((edit) => {
      const alone = new EditBook(book.original);
      alone.put(edit);
      alone.render();
      return erasedJavaScript(alone.text, moduleSystem) !== wanted;
    });
    for (const edit of guilty) book.drop(edit.key);
    book.render();
    const clean = erasedJavaScript(book.text, moduleSystem) === wanted;
    if (!clean) for (const edit of book.edits) book.drop(edit.key);
    work.left.push({
      code: 'NOT_ERASABLE',
      path,
      line: null,
      reason: clean
        ? `${guilty.length} edit(s) that would have changed the emitted JavaScript were taken back.`
        : 'The edits to this file together would have changed the emitted JavaScript; all were taken back.',
    });
  }
  if (changed) {
    for (const [path, book] of work.books) {
      book.render();
      work.project.write(path, book.text);
    }
  }
}
