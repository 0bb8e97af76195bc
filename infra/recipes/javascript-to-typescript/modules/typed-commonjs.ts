import type { Finding } from '../../recipe.ts';
import { appendLines, applyEdits } from '../syntax/edits.ts';
import { emit } from '../syntax/emit.ts';
import { end, start } from '../syntax/nodes.ts';
import { type ParsedModule, reparse } from '../syntax/parse.ts';
import { directExports } from './direct-exports.ts';
import type { ExportContext, ExportPlan } from './export-plan.ts';
import { exportsOf } from './exports.ts';
import { keepExports } from './kept-exports.ts';
import { namedExports } from './named-exports.ts';
import { freshNames, isIdentifierName } from './names.ts';
import { type RequireEdit, typeRequires } from './typed-requires.ts';

export type TypedCommonJsOptions = Readonly<{
  /** The file as it was sent: what ES modules can import from it by name must stay. */
  original: string;
  packageName: string;
  cyclic: boolean;
  isTyped: (specifier: string) => boolean;
  /** Whether a package without types gets declared by the types step when it is imported. */
  isDeclared: (specifier: string) => boolean;
  /** The same file named in full, where TypeScript would otherwise look at the built declarations. */
  inFull: (specifier: string) => string;
  /** Use `import x = require()` and `export =` where provably the same; otherwise only add types to what is there. */
  direct: boolean;
}>;

export type TypedCommonJs =
  | Readonly<{ text: string; applied: number; shape: ExportPlan['shape']; left: readonly Finding[] }>
  | Readonly<{ refused: Finding }>;

/** Gives a CommonJS module the syntax TypeScript needs to see its imports and exports, and changes nothing else. */
export function typeCommonJs(source: ParsedModule, options: TypedCommonJsOptions): TypedCommonJs {
  const module = withoutRedeclaredExports(source);
  const reserved = reservedName(module);
  if (reserved !== null) return { refused: reserved };
  const exports = exportsOf(module);
  const requires = typeRequires(module, {
    isTyped: options.isTyped,
    isDeclared: options.isDeclared,
    inFull: options.inFull,
    imports: options.direct,
  });
  const names = namedExports(options.original);
  const build = (plan: ExportPlan, annotated: boolean): string => {
    const text = applyEdits(module.text, [...nonOverlapping(requires.edits, plan), ...plan.edits]);
    const note = annotated && names !== null ? annotation(module, names.names) : [];
    const tail = [...plan.tail, ...note];
    return tail.length === 0 ? text : appendLines(text, tail);
  };
  const context: ExportContext = {
    module,
    exports,
    packageName: options.packageName,
    cyclic: options.cyclic,
    isTyped: options.isTyped,
    inFull: options.inFull,
    fresh: freshNames(module),
    render: (node) => {
      const inside = requires.edits.filter((edit) => start(node) <= edit.start && edit.end <= end(node));
      const moved = inside.map((edit) => ({
        ...edit,
        start: edit.start - start(node),
        end: edit.end - start(node),
      }));
      return applyEdits(module.text.slice(start(node), end(node)), moved);
    },
  };
  const plans = [options.direct ? directExports(context) : null, keepExports(context)];
  for (const plan of plans) {
    if (plan === null) continue;
    for (const annotated of [false, true]) {
      const text = build(plan, annotated);
      const emitted = emit(module.path.replace(/js$/, 'ts'), text, 'commonjs');
      if (emitted.failure !== null) continue;
      if (JSON.stringify(namedExports(emitted.javaScript)) !== JSON.stringify(names)) continue;
      return {
        text,
        applied: requires.applied + 1,
        shape: plan.shape,
        left: [...requires.left, ...plan.left],
      };
    }
  }
  return {
    refused: {
      code: 'NAMED_EXPORTS_LOST',
      path: module.path,
      line: null,
      reason: 'ES modules could no longer import the same names from this file.',
    },
  };
}

/** A cast of what the export plan writes anew is dropped, also one at the very end of it: the plan took it over. */
const nonOverlapping = (edits: readonly RequireEdit[], plan: ExportPlan): readonly RequireEdit[] =>
  edits.filter(
    ({ of }) =>
      !plan.edits.some((other) => other.start < end(of) && start(of) < other.end && other.end > other.start),
  );

/** Node finds the names by reading the text, never by running it; this line is only read. */
const annotation = (module: ParsedModule, names: readonly string[]): string[] => {
  const bound = (name: string): boolean => module.moduleScope.set.get(name)?.defs.length === 1;
  const members = names.map((name) =>
    bound(name) ? name : `${isIdentifierName(name) ? name : JSON.stringify(name)}: null`,
  );
  return [
    '',
    '// The names that ES modules can import from this CommonJS module.',
    `0 && (module.exports = { ${members.join(', ')} });`,
  ];
};

/** `var exports = module.exports = ...` redeclares a name that TypeScript reserves; without `var` it is the same. */
const withoutRedeclaredExports = (module: ParsedModule): ParsedModule => {
  for (const statement of module.program.body) {
    if (
      statement.type !== 'VariableDeclaration' ||
      statement.kind !== 'var' ||
      statement.declarations.length !== 1
    )
      continue;
    const [declarator] = statement.declarations;
    if (declarator?.id.type !== 'Identifier' || declarator.id.name !== 'exports' || declarator.init == null)
      continue;
    return reparse(
      module,
      applyEdits(module.text, [{ start: start(statement), end: start(declarator), text: '' }]),
    );
  }
  return module;
};

const reservedName = (module: ParsedModule): Finding | null => {
  for (const name of ['exports', 'require', 'module']) {
    const definition = module.moduleScope.set.get(name)?.defs[0];
    if (definition === undefined) continue;
    return {
      code: 'RESERVED_NAME',
      path: module.path,
      line: definition.name.loc?.start.line ?? null,
      reason: `The file declares its own "${name}", a name that TypeScript keeps for the module system.`,
    };
  }
  return null;
};
