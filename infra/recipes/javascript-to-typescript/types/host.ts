import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { SourceFile } from '../../recipe.ts';

/** Where the project under conversion appears to live; no real folder. */
export const ROOT = '/project';

const packageFolder = (name: string): string =>
  dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));
const LIB_FOLDER = join(packageFolder('typescript'), 'lib');
const NODE_TYPES = packageFolder('@types/node');
const MODULES_FOLDER = dirname(dirname(NODE_TYPES));

/** The options under which a consumer checks the result: `tsc --strict` for Node, nodenext. */
export const COMPILER_OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [dirname(NODE_TYPES)],
  resolveJsonModule: true,
  esModuleInterop: true,
  skipLibCheck: true,
  declaration: true,
  noEmit: true,
};

/** Only the compiler's own libraries and the Node types are read from disk; nothing else is reachable. */
const readable = (path: string): boolean =>
  path.startsWith(`${LIB_FOLDER}/`) ||
  path.startsWith(`${NODE_TYPES}/`) ||
  path.startsWith(`${MODULES_FOLDER}/undici-types/`);

const diskText = new Map<string, string | undefined>();
const fromDisk = (path: string): string | undefined => {
  if (!readable(path)) return undefined;
  if (!diskText.has(path)) diskText.set(path, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  return diskText.get(path);
};

/** Parsed libraries are shared by every call in this process; the registry tells texts apart by version alone. */
const registry = ts.createDocumentRegistry(true, ROOT);
let lastVersion = 0;
let keeper: ts.LanguageService | undefined;

export type Project = Readonly<{
  service: ts.LanguageService;
  program: () => ts.Program;
  /** Adds or replaces one file; path relative to the project root. */
  write: (path: string, text: string) => void;
  dispose: () => void;
}>;

/** A language service over files in memory; versions rise per file, so that an edit re-parses that file only. */
export function openProject(files: readonly SourceFile[], moduleType: 'module' | 'commonjs'): Project {
  const held = new Map<string, { text: string; version: string }>();
  const write = (path: string, text: string): void => {
    const full = `${ROOT}/${path}`;
    const before = held.get(full);
    if (before?.text === text) return;
    lastVersion += 1;
    held.set(full, { text, version: `edit-${lastVersion}` });
  };
  for (const file of files) write(file.path, file.text);
  if (!held.has(`${ROOT}/package.json`)) write('package.json', JSON.stringify({ type: moduleType }));
  const folders = (): Set<string> => {
    const all = new Set<string>();
    for (const path of held.keys()) {
      for (let at = dirname(path); !all.has(at) && at !== '/'; at = dirname(at)) all.add(at);
    }
    return all;
  };
  const knownFolders = folders();
  const read = (path: string): string | undefined => held.get(path)?.text ?? fromDisk(path);
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => COMPILER_OPTIONS,
    getScriptFileNames: () =>
      [...held.keys()].filter((path) => /\.[cm]?ts$/.test(path) && !path.includes('/node_modules/')).sort(),
    getScriptVersion: (path) => held.get(path)?.version ?? 'library',
    getScriptSnapshot: (path) => {
      const text = read(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: (options) => join(LIB_FOLDER, ts.getDefaultLibFileName(options)),
    fileExists: (path) => read(path) !== undefined,
    readFile: read,
    directoryExists: (path) =>
      knownFolders.has(path.replace(/\/$/, '')) || NODE_TYPES.startsWith(path) || readable(`${path}/`),
    getDirectories: () => [],
    useCaseSensitiveFileNames: () => true,
  };
  if (keeper === undefined) {
    // A service that is never disposed keeps the parsed libraries in the registry between projects. It needs a file of
    // its own: a program of none loads no libraries.
    const own = `${ROOT}/keeper.ts`;
    keeper = ts.createLanguageService(
      {
        ...host,
        getScriptFileNames: () => [own],
        getScriptSnapshot: (path) =>
          path === own ? ts.ScriptSnapshot.fromString('export {};') : host.getScriptSnapshot(path),
      },
      registry,
    );
    keeper.getProgram();
  }
  const service = ts.createLanguageService(host, registry);
  return {
    service,
    write,
    dispose: () => service.dispose(),
    program: () => {
      const program = service.getProgram();
      if (program === undefined) throw new TypeError('The language service holds no program');
      return program;
    },
  };
}

/** Path relative to the project root of a file of the program. */
export const relativePath = (fileName: string): string =>
  fileName.startsWith(`${ROOT}/`) ? fileName.slice(ROOT.length + 1) : fileName;
