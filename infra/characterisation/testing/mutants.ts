/** Small wrong changes of a source text, the kind a careless refactoring makes: what recorded tests have to notice. */
import { type AnyNode, type Expression, type Node, parse } from 'acorn';

export type Mutant = Readonly<{
  start: number;
  end: number;
  /** What the text from `start` to `end` becomes. */
  text: string;
  /** Which kind of change it is. */
  kind: string;
  /** Line of the change, from 1. */
  line: number;
}>;

const EXCHANGED: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '==': ['!='],
  '!=': ['=='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '++': ['--'],
  '--': ['++'],
};

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;

const childrenOf = (node: AnyNode): readonly AnyNode[] =>
  Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );

const parseAs = (text: string, sourceType: 'script' | 'module'): AnyNode =>
  parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: true });

const parses = (text: string, sourceType: 'script' | 'module'): boolean => {
  try {
    parseAs(text, sourceType);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
};

type Change = Readonly<{ node: Node; text: string; kind: string }>;

/** The pattern with one part of it dropped or exchanged. */
function otherPatterns(raw: string): readonly string[] {
  const end = raw.lastIndexOf('/');
  const [source, flags] = [raw.slice(1, end), raw.slice(end + 1)];
  const sources = [
    source.replace(/^\^/, ''),
    source.replace(/\$$/, ''),
    source.replace(/(?<!\\)\+/, '*'),
    source.replace(/(?<!\\)\*/, '+'),
    source.replace(/(?<![\\(])\?(?![:=!<])/, ''),
    source.replace(/\[\^/, '['),
  ];
  const changed = sources.filter((one) => one !== source && one !== '').map((one) => `/${one}/${flags}`);
  const flagged = [...flags].map((flag) => `/${source}/${flags.replace(flag, '')}`);
  return [...changed, ...flagged];
}

function ofLiteral(node: AnyNode & { type: 'Literal' }): readonly Change[] {
  const { value, raw = '' } = node;
  const change = (text: string, kind: string): Change => ({ node, text, kind });
  if ('regex' in node && node.regex !== undefined && node.regex !== null)
    return otherPatterns(raw).map((text) => change(text, 'pattern'));
  if (typeof value === 'number') return [change(String(value + 1), 'constant')];
  if (typeof value === 'boolean') return [change(String(!value), 'constant')];
  if (typeof value === 'string') return [change(value === '' ? `'mutant'` : `''`, 'constant')];
  return [];
}

/** Changes of one node, `slice` giving the text of any other. */
function changesOf(node: AnyNode, slice: (part: Node) => string): readonly Change[] {
  const tested = (test: Expression): readonly Change[] => [
    { node: test, text: `!(${slice(test)})`, kind: 'negated condition' },
  ];
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      const operators = EXCHANGED[node.operator] ?? [];
      const exchanged = operators.map((operator) => ({
        node,
        text: `${slice(node.left)} ${operator} ${slice(node.right)}`,
        kind: 'operator',
      }));
      if (node.type !== 'LogicalExpression') return exchanged;
      const half = (part: Node): Change => ({ node, text: `(${slice(part)})`, kind: 'dropped half' });
      return [...exchanged, half(node.left), half(node.right)];
    }
    case 'UpdateExpression': {
      const operator = EXCHANGED[node.operator]?.[0] ?? node.operator;
      const argument = slice(node.argument);
      return [{ node, text: node.prefix ? operator + argument : argument + operator, kind: 'operator' }];
    }
    case 'UnaryExpression':
      return /^[-!+~]$/.test(node.operator)
        ? [{ node, text: `(${slice(node.argument)})`, kind: 'dropped operator' }]
        : [];
    case 'IfStatement':
      return [...tested(node.test), { node: node.test, text: 'false', kind: 'fixed condition' }];
    case 'ConditionalExpression':
      return tested(node.test);
    case 'WhileStatement':
    case 'DoWhileStatement':
      return tested(node.test);
    case 'ForStatement':
      return node.test === null || node.test === undefined ? [] : tested(node.test);
    case 'Literal':
      return ofLiteral(node);
    case 'TemplateElement':
      return node.value.raw === '' ? [] : [{ node, text: '', kind: 'constant' }];
    case 'ExpressionStatement':
      return node.directive === undefined ? [{ node, text: ';', kind: 'removed statement' }] : [];
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'ThrowStatement':
      return [{ node, text: ';', kind: 'removed statement' }];
    case 'ReturnStatement':
      return node.argument === null || node.argument === undefined
        ? [{ node, text: ';', kind: 'removed statement' }]
        : [{ node, text: 'return;', kind: 'dropped value' }];
    case 'CallExpression':
    case 'NewExpression': {
      const [first, second] = node.arguments;
      if (first === undefined || second === undefined) return [];
      const swapped = [second, first, ...node.arguments.slice(2)].map(slice).join(', ');
      const span = { ...node, start: first.start, end: node.arguments.at(-1)?.end ?? second.end };
      return [{ node: span, text: swapped, kind: 'swapped arguments' }];
    }
    case 'ArrayExpression':
      return node.elements.length === 0 ? [] : [{ node, text: '[]', kind: 'constant' }];
    case 'AssignmentPattern':
      return [{ node, text: slice(node.left), kind: 'dropped default' }];
    default:
      return [];
  }
}

/** What says nothing about behaviour: names of modules and keys. */
const isLabel = (node: AnyNode, parent: AnyNode | null): boolean =>
  node.type === 'Literal' &&
  ((parent?.type === 'CallExpression' &&
    parent.callee.type === 'Identifier' &&
    parent.callee.name === 'require') ||
    (parent?.type === 'Property' && parent.key === node) ||
    parent?.type === 'ImportDeclaration' ||
    parent?.type === 'ExportNamedDeclaration' ||
    parent?.type === 'ExportAllDeclaration' ||
    (parent?.type === 'ExpressionStatement' && parent.directive !== undefined));

/** All changes of a text that still parse, from its beginning to its end. */
export function mutantsOf(text: string): readonly Mutant[] {
  const sourceType = parses(text, 'script') ? 'script' : 'module';
  const found: Mutant[] = [];
  const seen = new Set<string>();
  const visit = (node: AnyNode, parent: AnyNode | null): void => {
    if (!isLabel(node, parent)) {
      for (const { node: at, text: changed, kind } of changesOf(node, (one) =>
        text.slice(one.start, one.end),
      )) {
        const key = `${at.start}/${at.end}/${changed}`;
        const whole = text.slice(0, at.start) + changed + text.slice(at.end);
        if (seen.has(key) || !parses(whole, sourceType)) continue;
        seen.add(key);
        const line = text.slice(0, at.start).split('\n').length;
        found.push({ start: at.start, end: at.end, text: changed, kind, line });
      }
    }
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(parseAs(text, sourceType), null);
  return found;
}

export const mutated = (text: string, { start, end, text: changed }: Mutant): string =>
  text.slice(0, start) + changed + text.slice(end);
