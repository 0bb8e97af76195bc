import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { type Shape, shapeOf } from './shapes.ts';

/** Follows `type In<…> = Event<…>` to the name that it stands for in the kernel. */
const rootName = (checker: ts.TypeChecker, node: ts.TypeNode | undefined): string | null => {
  if (node === undefined || !ts.isTypeReferenceNode(node)) return null;
  let symbol = checker.getSymbolAtLocation(node.typeName);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declared = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
  if (symbol === undefined || declared === undefined) return null;
  return declared.getSourceFile().fileName.endsWith('domain/kernel/message.ts')
    ? symbol.name
    : rootName(checker, declared.type);
};

/** The name of the event that an alias defines; null: it defines none. */
const eventOf = (
  checker: ts.TypeChecker,
  { type, typeParameters }: ts.TypeAliasDeclaration,
): string | null => {
  if (typeParameters !== undefined || !ts.isTypeReferenceNode(type)) return null;
  const name = type.typeArguments?.[0];
  if (name === undefined || !ts.isLiteralTypeNode(name) || !ts.isStringLiteral(name.literal)) return null;
  return rootName(checker, type) === 'Event' ? name.literal.text : null;
};

/** The shape of the data of every event that the domain defines, by type, taken from the definitions themselves. */
export const eventShapes = (): ReadonlyMap<string, Shape> => {
  const paths = globSync('domain/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') });
  const program = ts.createProgram(
    paths.map((path) => resolve(path)),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2024,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: [],
    },
  );
  const checker = program.getTypeChecker();
  const shapes = new Map<string, Shape>();
  for (const path of paths)
    for (const node of program.getSourceFile(resolve(path))?.statements ?? []) {
      if (!ts.isTypeAliasDeclaration(node)) continue;
      const name = eventOf(checker, node);
      if (name === null) continue;
      if (shapes.has(name)) throw new Error(`${path}: there are two events ${name}`);
      const data = checker.getTypeAtLocation(node).getProperty('data');
      if (data === undefined) throw new Error(`${path}: ${name} has no data`);
      shapes.set(name, shapeOf(checker, checker.getTypeOfSymbol(data)));
    }
  return shapes;
};
