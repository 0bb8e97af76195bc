import ts from 'typescript';

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

/** The JavaScript that remains when the types are erased; the yardstick for "only types were added". */
export const erasedJavaScript = (text: string, moduleSystem: 'ESM' | 'COMMONJS'): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      ...OPTIONS,
      module: moduleSystem === 'ESM' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
    },
    fileName: 'module.ts',
    transformers: { after: [bracketArrows] },
  }).outputText;
