/** Names of a file that stand for a module or a part of it: `var bytes = require('bytes')`, `import { a as b } from './'`. */
import ts from 'typescript';
import { bare, requireRequest, walk } from './program.ts';

export type Bound = Readonly<{ module: string; path: readonly string[] }>;

/** @param target the module that a request stands for, or null when it is none that is looked for */
export function boundNames(
  source: ts.SourceFile,
  target: (request: string) => string | null,
): Map<string, Bound> {
  const names = new Map<string, Bound>();
  const bind = (name: ts.BindingName, module: string, path: readonly string[]): void => {
    if (ts.isIdentifier(name)) names.set(name.text, { module, path });
    else if (ts.isObjectBindingPattern(name)) {
      for (const element of name.elements) {
        const key = element.propertyName ?? element.name;
        if (ts.isIdentifier(key)) bind(element.name, module, [...path, key.text]);
      }
    }
  };
  walk(source, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const path: string[] = [];
      let value = bare(node.initializer);
      while (ts.isPropertyAccessExpression(value)) {
        path.unshift(value.name.text);
        value = bare(value.expression);
      }
      const request = requireRequest(value);
      const module = request === null ? null : target(request);
      if (module !== null) bind(node.name, module, path);
    } else if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      node.importClause !== undefined
    ) {
      const module = target(node.moduleSpecifier.text);
      if (module === null) return;
      const { name, namedBindings } = node.importClause;
      if (name !== undefined) names.set(name.text, { module, path: [] });
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
        names.set(namedBindings.name.text, { module, path: [] });
      if (namedBindings !== undefined && ts.isNamedImports(namedBindings)) {
        for (const one of namedBindings.elements)
          names.set(one.name.text, { module, path: [(one.propertyName ?? one.name).text] });
      }
    }
  });
  return names;
}
