import { posix } from 'node:path';
import type { Identifier } from 'estree';
import type { Finding } from '../../recipe.ts';
import { at } from '../project/project.ts';
import { isUnshadowed, stableBinding } from '../scopes/stable.ts';
import { applyEdits, type Edit, lineBreakOf } from '../syntax/edits.ts';
import { end, start } from '../syntax/nodes.ts';
import { isSyntaxFailure, type ParsedModule, parseModule } from '../syntax/parse.ts';
import { directExports } from './direct-exports.ts';
import { terminatorOf } from './export-plan.ts';
import { exportsOf } from './exports.ts';
import { isRelative } from './graph.ts';
import { namedExports } from './named-exports.ts';
import { freshNames, isIdentifierName, moduleName } from './names.ts';
import { requiresOf } from './requires.ts';

export type EsmOptions = Readonly<{
  /** The file as it was sent: the names ES modules import from it today must stay importable. */
  original: string;
  packageName: string;
  resolve: (specifier: string) => string | null;
}>;

export type EsmModule = Readonly<{ text: string; applied: number }> | Readonly<{ blocked: Finding }>;

const PLACEHOLDER = '__exported_value__';

/**
 * Writes a CommonJS module as an ES module. `export { value as 'module.exports' }` makes `require()` of it give the very
 * same value on Node 20.19, 22.12 and newer. The caller has made sure that there are no blockers.
 */
export function toEsModule(module: ParsedModule, options: EsmOptions): EsmModule {
  const blocked = (reason: string): EsmModule => ({
    blocked: at(module, module.program, 'ESM_EXPORTS', reason),
  });
  const fresh = freshNames(module);
  const imports = importEdits(module, options, fresh);
  if (imports === null) return blocked('A required name has a shape that no import has.');
  const exports = exportsOf(module);
  const named = namedExports(options.original);
  if (exports.writes.length === 0) {
    const isUsed = exports.reads.length > 0;
    return isUsed
      ? blocked('The exports object is used but never filled.')
      : { text: applyEdits(module.text, imports), applied: imports.length };
  }
  const plan = directExports({
    module,
    exports,
    packageName: options.packageName,
    cyclic: false,
    isTyped: () => false,
    inFull: (specifier) => specifier,
    fresh,
    render: (node) => module.text.slice(start(node), end(node)),
  });
  if (plan === null || named === null || named.reexports.length > 0)
    return blocked('The exports are not one value that stays the same.');
  const rewritten = applyEdits(module.text, [...imports, ...plan.edits]);
  const found = /^export =[ \t]*/m.exec(rewritten);
  if (found === null) return blocked('The exports are not one value that stays the same.');
  // Parsed once more with the value as an ordinary constant, to learn its extent and what it names.
  const probe = applyEdits(rewritten, [
    { start: found.index, end: found.index + found[0].length, text: `const ${PLACEHOLDER} = ` },
  ]);
  return withExports(module, probe, named.names, options, fresh);
}

const importEdits = (
  module: ParsedModule,
  options: EsmOptions,
  fresh: (wanted: string) => string,
): Edit[] | null => {
  const edits: Edit[] = [];
  const eol = lineBreakOf(module.text);
  const done = new Set<unknown>();
  for (const use of requiresOf(module)) {
    const specifier = use.specifier === null ? null : importSpecifier(module, use.specifier, options);
    if (specifier === null) return null;
    if (use.form === 'STATEMENT') {
      edits.push({ start: start(use.call), end: end(use.call), text: `import ${specifier}` });
      continue;
    }
    const declaration = use.declarator === null ? null : module.parentOf(use.declarator);
    if (use.declarator === null || declaration?.type !== 'VariableDeclaration' || done.has(declaration))
      continue;
    done.add(declaration);
    if (declaration.declarations.length > 1 || declaration.kind !== 'const') return null;
    const { id } = use.declarator;
    if (id.type === 'Identifier') {
      if (stableBinding(module, id) === null) return null;
      edits.push({
        start: start(declaration),
        end: end(use.call),
        text: `import ${id.name} from ${specifier}`,
      });
    } else {
      const name = fresh(posix.basename(use.specifier ?? 'loaded').replace(/\.\w+$/, ''));
      edits.push({
        start: start(declaration),
        end: start(declaration),
        text: `import ${name} from ${specifier};${eol}`,
      });
      edits.push({ start: start(use.call), end: end(use.call), text: name });
    }
  }
  return edits;
};

/** ES modules name their files in full, and say so when a file is JSON. */
const importSpecifier = (module: ParsedModule, specifier: string, options: EsmOptions): string | null => {
  if (!isRelative(specifier)) return `'${specifier}'`;
  const target = options.resolve(specifier);
  if (target === null) return null;
  const path = posix.relative(posix.dirname(module.path), target);
  const written = `'${path.startsWith('.') ? path : `./${path}`}'`;
  return target.endsWith('.json') ? `${written} with { type: 'json' }` : written;
};

const withExports = (
  source: ParsedModule,
  probe: string,
  names: readonly string[],
  options: EsmOptions,
  fresh: (wanted: string) => string,
): EsmModule => {
  const blocked = (reason: string): EsmModule => ({
    blocked: at(source, source.program, 'ESM_EXPORTS', reason),
  });
  const module = parseModule(source.path, probe, 'module');
  if (isSyntaxFailure(module)) return blocked(`As an ES module the file does not parse: ${module.message}.`);
  const statement = module.program.body.find(
    (node) =>
      node.type === 'VariableDeclaration' &&
      node.declarations.some((one) => one.id.type === 'Identifier' && one.id.name === PLACEHOLDER),
  );
  const declarator = statement?.type === 'VariableDeclaration' ? statement.declarations[0] : undefined;
  if (statement === undefined || declarator?.init == null)
    return blocked('The exported value could not be found again.');
  const value = declarator.init;
  const isAnonymous =
    (value.type === 'FunctionExpression' ||
      value.type === 'ArrowFunctionExpression' ||
      value.type === 'ClassExpression') &&
    !('id' in value && value.id);
  if (isAnonymous) return blocked('The exported function has no name, and as an ES module it would get one.');
  const isName = value.type === 'Identifier';
  const name = isName ? value.name : fresh(moduleName(module.path, options.packageName));
  const specifiers = [`${name} as default`, `${name} as 'module.exports'`];
  for (const exported of names) {
    if (exported === 'default') {
      if (localOf(module, value, name, exported) !== name)
        return blocked('"default" is exported as something else than the module itself.');
      continue;
    }
    const local = localOf(module, value, name, exported);
    if (local === null || !isIdentifierName(exported))
      return blocked(`"${exported}" can be imported by name today and has no constant value.`);
    specifiers.push(local === exported ? local : `${local} as ${exported}`);
  }
  const semicolon = terminatorOf(source);
  const list = `export { ${specifiers.join(', ')} }${semicolon}`;
  const eol = lineBreakOf(source.text);
  const text = isName
    ? applyEdits(probe, [{ start: start(statement), end: end(statement), text: list }])
    : applyEdits(probe, [
        { start: start(declarator.id), end: end(declarator.id), text: name },
        { start: end(statement), end: end(statement), text: `${eol}${eol}${list}` },
      ]);
  return { text, applied: 1 };
};

/** The top-level constant that one named export is: a member of the exported literal, or set as `value.name = constant`. */
const localOf = (
  module: ParsedModule,
  value: { type: string },
  name: string,
  exported: string,
): string | null => {
  const candidates: Identifier[] = [];
  if (value.type === 'ObjectExpression' && 'properties' in value && Array.isArray(value.properties)) {
    for (const property of value.properties) {
      const isMember =
        property.type === 'Property' && !property.computed && property.key.type === 'Identifier';
      if (isMember && property.key.name === exported && property.value.type === 'Identifier')
        candidates.push(property.value);
    }
  }
  for (const node of module.program.body) {
    if (node.type !== 'ExpressionStatement' || node.expression.type !== 'AssignmentExpression') continue;
    const { left, right } = node.expression;
    if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier' || left.object.name !== name)
      continue;
    if (
      left.property.type === 'Identifier' &&
      !left.computed &&
      left.property.name === exported &&
      right.type === 'Identifier'
    ) {
      candidates.push(right);
    }
  }
  const [only] = candidates;
  if (candidates.length !== 1 || only === undefined || !isUnshadowed(module, only.name)) return null;
  const variable = module.variableOf(only);
  const isImport = variable?.defs[0]?.type === 'ImportBinding';
  return isImport || stableBinding(module, only) !== null ? only.name : null;
};
