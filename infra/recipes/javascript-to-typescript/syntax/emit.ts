import ts from 'typescript';
import type { ModuleGoal } from './parse.ts';
import { parseModule } from './parse.ts';

export type Emitted = Readonly<{ javaScript: string; failure: string | null }>;

/** What `tsc` writes for one TypeScript file with the options that the recipe puts into tsconfig.json. */
export function emit(path: string, text: string, goal: ModuleGoal): Emitted {
  const output = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      module: goal === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ESNext,
      verbatimModuleSyntax: true,
      // Classes of the source keep their fields as they are; see the project files step.
      useDefineForClassFields: true,
    },
  });
  const failure = output.diagnostics?.find(
    (diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error,
  );
  return {
    javaScript: output.outputText,
    failure: failure === undefined ? null : ts.flattenDiagnosticMessageText(failure.messageText, ' '),
  };
}

const IGNORED_KEYS = new Set(['start', 'end', 'range', 'loc', 'raw', 'sourceType']);

/** The tree without positions, so that two programs that differ only in layout are equal as text. */
const shapeOf = (program: object): string =>
  JSON.stringify(program, (key, value: unknown) => {
    if (IGNORED_KEYS.has(key)) return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof RegExp) return undefined;
    if (key !== 'body' || !Array.isArray(value)) return value;
    const statements: unknown[] = value;
    return statements.filter((statement) => !isStrictDirective(statement) && !isEmpty(statement));
  });

const isStrictDirective = (statement: unknown): boolean =>
  typeof statement === 'object' &&
  statement !== null &&
  'directive' in statement &&
  statement.directive === 'use strict';

const isEmpty = (statement: unknown): boolean =>
  typeof statement === 'object' &&
  statement !== null &&
  'type' in statement &&
  statement.type === 'EmptyStatement';

/**
 * Why TypeScript would read the JavaScript text as another program than Node does (generics for comparisons, and the
 * like); null where both agree.
 */
export function readDifferently(path: string, text: string, goal: ModuleGoal): string | null {
  // Under a plain name a script stays a script; `.cts` would make it a module before it has exports.
  const emitted = emit('module.ts', text, goal);
  if (emitted.failure !== null) return emitted.failure;
  const before = parseModule(path, text, goal);
  const after = parseModule(path, emitted.javaScript, goal);
  if ('message' in before || 'message' in after) return 'TypeScript emits something that is not JavaScript.';
  return shapeOf(before.program) === shapeOf(after.program)
    ? null
    : 'TypeScript reads the syntax in another way.';
}
