import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { SourceFile } from '../../infra/recipes/recipe.ts';

const ROOT = '/checked';
const packageFolder = (name: string): string =>
  dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));

/** What a consumer asks of the result: `tsc --strict` for Node. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [dirname(packageFolder('@types/node'))],
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
};

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
