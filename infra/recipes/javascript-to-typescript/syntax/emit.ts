import type { Node } from 'estree';
import ts from 'typescript';
import { childrenOf, lineOf } from './nodes.ts';
import type { ModuleGoal } from './parse.ts';
import { parseModule } from './parse.ts';

/** The line of a failure starts at 1; null where the compiler names none. */
export type Emitted = Readonly<{
  javaScript: string;
  failure: Readonly<{ reason: string; line: number | null }> | null;
}>;

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
    failure:
      failure === undefined
        ? null
        : {
            reason: ts.flattenDiagnosticMessageText(failure.messageText, ' '),
            line:
              failure.start === undefined || failure.file === undefined
                ? null
                : failure.file.getLineAndCharacterOfPosition(failure.start).line + 1,
          },
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

/** The line where two programs begin to differ: of the innermost part of the first one that the other does not have. */
const differsAt = (before: Node, after: Node): number => {
  const [ours, theirs] = [before, after].map((node) =>
    childrenOf(node).filter((child) => !isStrictDirective(child) && !isEmpty(child)),
  ) as [Node[], Node[]];
  const inner =
    before.type === after.type && ours.length === theirs.length
      ? ours.findIndex((child, at) => shapeOf(child) !== shapeOf(theirs[at] ?? child))
      : -1;
  const [left, right] = [ours[inner], theirs[inner]];
  return left === undefined || right === undefined ? lineOf(before) : differsAt(left, right);
};

/**
 * Why TypeScript would read the JavaScript text as another program than Node does (generics for comparisons, and the
 * like), and on which line; null where both agree.
 */
export function readDifferently(path: string, text: string, goal: ModuleGoal): Emitted['failure'] {
  // Under a plain name a script stays a script; `.cts` would make it a module before it has exports.
  const emitted = emit('module.ts', text, goal);
  if (emitted.failure !== null) return emitted.failure;
  const before = parseModule(path, text, goal);
  const after = parseModule(path, emitted.javaScript, goal);
  if ('message' in before || 'message' in after)
    return { reason: 'TypeScript emits something that is not JavaScript.', line: null };
  if (shapeOf(before.program) === shapeOf(after.program)) return null;
  return {
    reason:
      'TypeScript reads this line as another program than JavaScript does, as it reads "f(a < b, c > (d))" as a call with types.',
    line: differsAt(before.program, after.program),
  };
}
