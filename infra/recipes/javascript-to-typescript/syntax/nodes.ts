import type { BaseNode, Node } from 'estree';

/** Every node the parser gives carries its range; a node without one is a defect of the parser, not of the source. */
const rangeOf = (node: BaseNode): [number, number] => {
  if (node.range === undefined) throw new TypeError(`A ${node.type} node carries no range`);
  return node.range;
};

export const start = (node: BaseNode): number => rangeOf(node)[0];
export const end = (node: BaseNode): number => rangeOf(node)[1];
export const lineOf = (node: BaseNode): number => node.loc?.start.line ?? 1;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  'range' in value;

/** Child nodes in source order. */
export const childrenOf = (node: Node): Node[] => {
  const found: Node[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) found.push(...value.filter(isNode));
    else if (isNode(value)) found.push(value);
  }
  return found.sort((a, b) => start(a) - start(b));
};

/** Visits depth first; `enter` may return false to leave out what is below a node. */
export const walk = (root: Node, enter: (node: Node) => boolean | undefined): void => {
  if (enter(root) === false) return;
  for (const child of childrenOf(root)) walk(child, enter);
};

export type FunctionNode = Extract<
  Node,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

export const isFunction = (node: Node): node is FunctionNode =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

export const isLoop = (node: Node): boolean =>
  node.type === 'ForStatement' ||
  node.type === 'ForInStatement' ||
  node.type === 'ForOfStatement' ||
  node.type === 'WhileStatement' ||
  node.type === 'DoWhileStatement';

export const contains = (outer: BaseNode, inner: BaseNode): boolean =>
  start(outer) <= start(inner) && end(inner) <= end(outer);

/** Name of a property written `a.name` or `a['name']`; null where it is computed at run time. */
export const propertyName = (node: Node): string | null => {
  if (node.type !== 'MemberExpression') return null;
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : null;
};
