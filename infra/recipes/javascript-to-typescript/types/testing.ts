import { type AnnotateResult, annotate } from './annotate.ts';
import { openProject, ROOT } from './host.ts';

/** Annotates one CommonJS module, or ES module where `system` says so. Returns its text beside the whole result. */
export function annotateText(
  text: string,
  system: 'ESM' | 'COMMONJS' = 'COMMONJS',
): AnnotateResult & Readonly<{ text: string }> {
  const result = annotate({ files: [{ path: 'index.ts', text }], dependencies: [], moduleSystem: system });
  return { ...result, text: result.files.find((file) => file.path === 'index.ts')?.text ?? '' };
}

/** What a strict consumer is told who imports the annotated module as `f` and makes the given calls. */
export const told = (source: string, calls: readonly string[]): { errors: string[]; any: number } => {
  const { files, strictErrors, anyPositions } = annotate({
    files: [{ path: 'index.ts', text: source }],
    dependencies: [],
    moduleSystem: 'COMMONJS',
  });
  const text = ["import f = require('./index')", ...calls.map((call) => `void ${call}`), 'export {}'].join(
    '\n',
  );
  const project = openProject([...files, { path: 'consumer.ts', text }], 'commonjs');
  const consumer = project.program().getSourceFile(`${ROOT}/consumer.ts`);
  const found = project.program().getSemanticDiagnostics(consumer);
  const lines = text.split('\n');
  const errors = found.map(({ file, start, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
    return `${lines[line]}: ${typeof messageText === 'string' ? messageText : messageText.messageText}`;
  });
  project.dispose();
  return { errors: [...strictErrors.map(({ reason }) => `own: ${reason}`), ...errors], any: anyPositions };
};
