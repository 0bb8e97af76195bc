import * as acorn from 'acorn';
import { analyze, type Reference, type Scope, type ScopeManager, type Variable } from 'eslint-scope';
import type { Identifier, Node, Program } from 'estree';
import { childrenOf } from './nodes.ts';

export type ModuleGoal = 'commonjs' | 'module';

/** One use of a name. */
export type Use = Readonly<{
  identifier: Identifier;
  writes: boolean;
  reads: boolean;
  /** The write is the initialiser of the declaration. */
  initialises: boolean;
  /** The value written, where it is written down as one expression. */
  value: Node | null;
}>;

export type ParsedModule = Readonly<{
  path: string;
  text: string;
  goal: ModuleGoal;
  program: Program;
  parentOf: (node: Node) => Node | null;
  scopes: ScopeManager;
  /** Scope of the module's own top level. */
  moduleScope: Scope;
  /** The variable an identifier refers to or declares; null for globals and the wrapper's own names. */
  variableOf: (identifier: Identifier) => Variable | null;
  /** References to names that the module itself does not declare (`require`, `module`, `process`, ...). */
  globals: ReadonlyMap<string, readonly Use[]>;
  usesOf: (variable: Variable) => readonly Use[];
  /** True where the file, or everything in it, is strict mode code. */
  strict: boolean;
}>;

export type SyntaxFailure = Readonly<{ line: number; message: string }>;

const hasUseStrict = (program: Program): boolean =>
  program.body.some((statement) => 'directive' in statement && statement.directive === 'use strict');

/** What is skipped before the first token, a byte order mark with or without a `#!` line behind it, moves no position. */
const readable = (text: string): string => {
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  return source.startsWith(' #!') ? `//${source.slice(2)}` : source;
};

const parseProgram = (text: string, goal: ModuleGoal): Program | SyntaxFailure => {
  try {
    const program = acorn.parse(readable(text), {
      ecmaVersion: 'latest',
      sourceType: goal,
      allowHashBang: true,
      ranges: true,
      locations: true,
    });
    // acorn describes ESTree with its own names; the trees are the same, ranges included.
    return program as unknown as Program;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = 'loc' in error && typeof error.loc === 'object' && error.loc !== null && 'line' in error.loc;
    return { line: line ? Number((error as { loc: { line: number } }).loc.line) : 1, message: error.message };
  }
};

const parentsOf = (program: Program): ((node: Node) => Node | null) => {
  const parents = new Map<Node, Node>();
  const visit = (node: Node): void => {
    for (const child of childrenOf(node)) {
      parents.set(child, node);
      visit(child);
    }
  };
  visit(program);
  return (node) => parents.get(node) ?? null;
};

const useOf = (reference: Reference): Use | null =>
  reference.identifier.type !== 'Identifier'
    ? null
    : {
        identifier: reference.identifier,
        writes: reference.isWrite(),
        reads: reference.isRead(),
        initialises: reference.init === true,
        value: reference.writeExpr ?? null,
      };

/** Parses one JavaScript file and resolves its names. Never throws for bad source: that is a `SyntaxFailure`. */
export function parseModule(path: string, text: string, goal: ModuleGoal): ParsedModule | SyntaxFailure {
  const program = parseProgram(text, goal);
  if ('message' in program) return program;
  const scopes = analyze(program, { ecmaVersion: 2022, sourceType: goal });
  const [globalScope] = scopes.scopes;
  const moduleScope = globalScope?.childScopes[0];
  if (globalScope === undefined || moduleScope === undefined) throw new TypeError('A module without a scope');
  const variables = new Map<Identifier, Variable>();
  const uses = new Map<Variable, Use[]>();
  const globals = new Map<string, Use[]>();
  for (const scope of scopes.scopes) {
    for (const variable of scope.variables) {
      for (const definition of variable.defs) {
        if (definition.name.type === 'Identifier') variables.set(definition.name, variable);
      }
    }
    for (const reference of scope.references) {
      const use = useOf(reference);
      if (use === null) continue;
      const variable = reference.resolved;
      if (variable !== null && variable.defs.length > 0) {
        variables.set(use.identifier, variable);
        uses.set(variable, [...(uses.get(variable) ?? []), use]);
      } else {
        const name = use.identifier.name;
        globals.set(name, [...(globals.get(name) ?? []), use]);
      }
    }
  }
  return {
    path,
    text,
    goal,
    program,
    parentOf: parentsOf(program),
    scopes,
    moduleScope,
    variableOf: (identifier) => variables.get(identifier) ?? null,
    globals,
    usesOf: (variable) => uses.get(variable) ?? [],
    strict: goal === 'module' || hasUseStrict(program),
  };
}

/** The comments of a module, in their order. */
export function commentsOf({ text, goal }: ParsedModule): readonly acorn.Comment[] {
  const found: acorn.Comment[] = [];
  acorn.parse(readable(text), {
    ecmaVersion: 'latest',
    sourceType: goal,
    allowHashBang: true,
    locations: true,
    onComment: found,
  });
  return found;
}

export const isSyntaxFailure = (parsed: ParsedModule | SyntaxFailure): parsed is SyntaxFailure =>
  'message' in parsed;

/** Parses text that an earlier step wrote from valid source; a failure there is a defect of that step. */
export function reparse(module: ParsedModule, text: string): ParsedModule {
  const parsed = parseModule(module.path, text, module.goal);
  if (isSyntaxFailure(parsed)) {
    throw new SyntaxError(`A step wrote invalid source for ${module.path}: ${parsed.message}`);
  }
  return parsed;
}
