import ts from 'typescript';

const known = new WeakMap<ts.SourceFile, ReadonlyMap<string, ts.Expression>>();

/**
 * `F` where the name stands for `F.prototype` all over the module: a variable of its top level that is set once, under a
 * name that nothing else in the module has. Null for every other name.
 */
export function prototypeVariable(name: ts.Identifier): ts.Expression | null {
  const source = name.getSourceFile();
  let variables = known.get(source);
  if (variables === undefined) {
    variables = variablesOf(source);
    known.set(source, variables);
  }
  return isPropertyName(name) ? null : (variables.get(name.text) ?? null);
}

const isPropertyName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) ||
    ts.isPropertyAssignment(node.parent) ||
    ts.isMethodDeclaration(node.parent) ||
    ts.isPropertySignature(node.parent) ||
    ts.isMethodSignature(node.parent)) &&
  node.parent.name === node;

function variablesOf(source: ts.SourceFile): ReadonlyMap<string, ts.Expression> {
  const found = new Map<string, Readonly<{ name: ts.Identifier; owner: ts.Expression }>>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer === undefined || !ts.isIdentifier(name)) continue;
      if (ts.isPropertyAccessExpression(initializer) && initializer.name.text === 'prototype')
        found.set(name.text, { name, owner: initializer.expression });
    }
  }
  if (found.size === 0) return new Map();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const variable = found.get(node.text);
      if (variable !== undefined && node !== variable.name && !isPropertyName(node) && !isPlainUse(node))
        found.delete(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return new Map([...found].map(([name, { owner }]) => [name, owner]));
}

/** The object of a member, or an argument: neither declares the name anew nor sets it. */
const isPlainUse = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression === node;
  return ts.isCallExpression(parent) && parent.arguments.includes(node);
};
