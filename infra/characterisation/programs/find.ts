/** The programs that a package installs (`bin`), and the files of the package that each of them runs. */
import ts from 'typescript';
import { isRoleByPlace, roleOf } from '../../recipes/javascript-to-typescript/project/classify.ts';
import type { Finding, ProjectSources } from '../../recipes/recipe.ts';
import { CODE, manifestOf, resolveFile } from '../package-layout.ts';
import { type Program, requireRequest, walk } from '../program.ts';

export type InstalledProgram = Readonly<{
  /** What a person types. */
  name: string;
  /** Its script, relative to the package root. */
  script: string;
}>;

/** Programs whose script is here, and a finding for each whose script is not. */
export function findPrograms(sources: ProjectSources): Readonly<{
  programs: readonly InstalledProgram[];
  missing: readonly Finding[];
}> {
  const known = new Set(sources.files.map(({ path }) => path));
  const { bin, name } = manifestOf(sources);
  const own = typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : 'program';
  const entries: readonly (readonly [string, unknown])[] =
    typeof bin === 'string'
      ? [[own, bin]]
      : typeof bin === 'object' && bin !== null
        ? Object.entries(bin)
        : [];
  const programs: InstalledProgram[] = [];
  const missing: Finding[] = [];
  for (const [program, path] of entries) {
    const script = typeof path === 'string' ? resolveFile(path, known) : null;
    if (script === null) {
      const reason = `The program ${program} names a file that is not among the sources, so it is not run.`;
      missing.push({ code: 'PROGRAM_NOT_FOUND', path: 'package.json', line: null, reason });
    } else if (!programs.some((one) => one.script === script)) programs.push({ name: program, script });
  }
  return { programs, missing };
}

/** Whether the recipe makes a TypeScript file of a program's script: coverage is to be measured of it then. */
export function isConverted(sources: ProjectSources, script: string): boolean {
  const file = sources.files.find(({ path }) => path === script);
  if (file === undefined || !CODE.test(script)) return false;
  const role = roleOf(file);
  return role === 'SOURCE' || isRoleByPlace(role);
}

/** What a node loads by a fixed name, if anything: `require('x')`, `import 'x'`, `export … from 'x'`. */
export const loadedBy = (node: ts.Node): string | null =>
  requireRequest(node) ??
  ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
  node.moduleSpecifier !== undefined &&
  ts.isStringLiteralLike(node.moduleSpecifier)
    ? node.moduleSpecifier.text
    : null);

/** The script and every file of the package that it loads by a fixed path, data included, itself first. */
export function pathsOfProgram(script: string, program: Program): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [script];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const from = path;
    if (found.has(from)) continue;
    found.add(from);
    const source = program.file(from);
    if (source === undefined) continue;
    walk(source, (node) => {
      const request = loadedBy(node);
      const next = request === null ? null : program.resolve(from, request);
      if (next !== null) queue.push(next);
    });
  }
  return found;
}

/** The code among them. */
export const filesOfProgram = (script: string, program: Program): readonly ts.SourceFile[] =>
  [...pathsOfProgram(script, program)].map((path) => program.file(path)).filter((file) => file !== undefined);

/** All files of the package that one of these scripts leads to, themselves among them. */
export const pathsOfPrograms = (scripts: readonly string[], program: Program): ReadonlySet<string> =>
  new Set(scripts.flatMap((script) => [...pathsOfProgram(script, program)]));
