import ts from 'typescript';
import { Collector } from './collector.ts';
import { type Evidence, noEvidence, partOf } from './evidence.ts';
import { members } from './shape.ts';
import { unionText } from './type-text.ts';
import type { View } from './view.ts';

/** Where the declarations of packages without types of their own are written. */
export const UNTYPED_MODULES = 'untyped-modules.d.ts';

type Import = { whole: Evidence | null; named: Map<string, Evidence> };

/** The local names that one import statement brings in. */
function importedNames(
  statement: ts.Statement,
): { specifier: string; whole: ts.Identifier[]; named: [string, ts.Identifier][] } | null {
  if (ts.isImportEqualsDeclaration(statement)) {
    const reference = statement.moduleReference;
    if (!ts.isExternalModuleReference(reference) || !ts.isStringLiteralLike(reference.expression))
      return null;
    return { specifier: reference.expression.text, whole: [statement.name], named: [] };
  }
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteralLike(statement.moduleSpecifier)) return null;
  const clause = statement.importClause;
  const bindings = clause?.namedBindings;
  const whole = [
    clause?.name,
    bindings !== undefined && ts.isNamespaceImport(bindings) ? bindings.name : undefined,
  ];
  const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  return {
    specifier: statement.moduleSpecifier.text,
    whole: whole.filter((name) => name !== undefined),
    named: named.map((one) => [(one.propertyName ?? one.name).text, one.name]),
  };
}

function readUses(view: View, source: ts.SourceFile, name: ts.Identifier, into: Evidence): void {
  const symbol = view.checker.getSymbolAtLocation(name);
  const collector = new Collector(view);
  const visit = (node: ts.Node): void => {
    if (
      ts.isIdentifier(node) &&
      node !== name &&
      node.text === name.text &&
      view.checker.getSymbolAtLocation(node) === symbol
    ) {
      if (!ts.isPropertyAccessExpression(node.parent) || node.parent.expression === node)
        collector.expression(node, into);
      const part = baseWithin(node);
      if (part !== null) part.reduce(partOf, into).isBase = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** The members by which a class that is extended is reached, none where it is the name itself; null where none is extended. */
const baseWithin = (name: ts.Identifier): string[] | null => {
  const path: string[] = [];
  let at: ts.Node = name;
  for (; ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at; at = at.parent)
    path.push(at.parent.name.text);
  return ts.isExpressionWithTypeArguments(at.parent) ? path : null;
};

const isUntyped = (view: View, name: ts.Node, specifier: string): boolean => {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return false;
  const symbol = view.checker.getSymbolAtLocation(name);
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0) return false;
  const target = view.checker.getAliasedSymbol(symbol);
  const home = target.declarations?.[0]?.getSourceFile().fileName;
  return home === undefined || home.endsWith(`/${UNTYPED_MODULES}`);
};

/** Declarations of the packages that bring no types, from how this project uses them; null where all bring some. */
export function untypedModules(view: View): string | null {
  const found = new Map<string, Import>();
  for (const module of view.modules) {
    for (const statement of module.source.statements) {
      const names = importedNames(statement);
      const first = names === null ? undefined : (names.whole[0] ?? names.named[0]?.[1]);
      if (names === null || first === undefined || !isUntyped(view, first, names.specifier)) continue;
      const held = found.get(names.specifier) ?? { whole: null, named: new Map<string, Evidence>() };
      found.set(names.specifier, held);
      for (const name of names.whole) {
        held.whole ??= noEvidence();
        readUses(view, module.source, name, held.whole);
      }
      for (const [exported, name] of names.named) {
        const evidence = held.named.get(exported) ?? noEvidence();
        held.named.set(exported, evidence);
        readUses(view, module.source, name, evidence);
      }
    }
  }
  if (found.size === 0) return null;
  const blocks = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([specifier, one]) => moduleText(specifier, one));
  return blocks.join('\n');
}

/** What this project happens to pass says nothing about what a function of a package takes. */
const openCalls = (evidence: Evidence): Evidence => ({
  ...evidence,
  // What comes after the first argument may be an option of any kind.
  calls: evidence.calls.flatMap((call) => [call.map(() => null), call.slice(0, 1).map(() => null)]),
  properties: new Map([...evidence.properties].map(([name, part]) => [name, openCalls(part)])),
  result: evidence.result === null ? null : openCalls(evidence.result),
});

/** What is extended hands on all its members, to users of the package too: those that the package uses itself are not enough. */
const BASE = '(new (...args: any[]) => any) & { [name: string]: any }';

const hasBase = ({ properties }: Evidence): boolean =>
  [...properties.values()].some((part) => part.isBase || hasBase(part));

const withoutParts = (evidence: Evidence, names: readonly string[]): Evidence => ({
  ...evidence,
  properties: new Map([...evidence.properties].filter(([name]) => !names.includes(name))),
});

/** The type of an import: what is called, constructed and read of it, all at once. */
export function valueText(evidence: Evidence): string {
  if (evidence.isBase) return BASE;
  const bases = [...evidence.properties].filter(([, part]) => part.isBase || hasBase(part));
  const texts = members(
    openCalls(
      withoutParts(
        evidence,
        bases.map(([name]) => name),
      ),
    ),
  );
  texts.push(...bases.map(([name, part]) => `{ ${name}: ${valueText(part)} }`));
  return texts.length === 0
    ? 'unknown'
    : texts.map((text) => (texts.length > 1 ? `(${text})` : text)).join(' & ');
}

function moduleText(specifier: string, found: Import): string {
  const namedText = (evidence: Evidence): string =>
    evidence.isBase || hasBase(evidence)
      ? valueText(evidence)
      : unionText(members(openCalls(evidence))) || 'unknown';
  const lines = [...found.named].map(([name, evidence]) => `  export const ${name}: ${namedText(evidence)};`);
  if (found.whole !== null) {
    lines.push(`  const value: ${valueText(found.whole)};`);
    lines.push(found.named.size === 0 ? '  export = value;' : '  export default value;');
  }
  return `declare module '${specifier}' {\n${lines.join('\n')}\n}\n`;
}
