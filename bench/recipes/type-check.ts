import { join } from 'node:path';
import ts from 'typescript';
import { COMPILER_OPTIONS } from '../../infra/recipes/javascript-to-typescript/types/host.ts';
import type { SourceFile } from '../../infra/recipes/recipe.ts';

const ROOT = '/checked';
/** What a consumer asks of the result, without the declarations that only the conversion reads. */
const OPTIONS: ts.CompilerOptions = { ...COMPILER_OPTIONS, declaration: false };

/** Parsed libraries, kept: the floor is not charged for what both sides do once. */
const libraries = new Map<string, ts.SourceFile | undefined>();

/** Errors of one strict check of these files, by the compiler alone. */
export const typeCheck = (files: readonly SourceFile[]): number => {
  const texts = new Map(files.map(({ path, text }) => [join(ROOT, path), text]));
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile, directoryExists } = host;
  const own = (path: string): boolean => path.startsWith(`${ROOT}/`);
  host.getCurrentDirectory = () => ROOT;
  host.fileExists = (path) => (own(path) ? texts.has(path) : fileExists(path));
  host.readFile = (path) => (own(path) ? texts.get(path) : readFile(path));
  host.directoryExists = (path) => own(path) || path === ROOT || directoryExists?.(path) === true;
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, languageVersion, true);
    if (!libraries.has(path)) libraries.set(path, getSourceFile.call(host, path, languageVersion, ...rest));
    return libraries.get(path);
  };
  const roots = [...texts.keys()].filter((path) => /\.[cm]?ts$/.test(path));
  return ts.getPreEmitDiagnostics(ts.createProgram(roots, OPTIONS, host)).length;
};
