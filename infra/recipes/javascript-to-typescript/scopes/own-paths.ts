import { posix } from 'node:path';
import type { Node } from 'estree';
import { propertyName } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { valuesOf } from './made.ts';

/** A path that begins where the file lies, as the root of the package were "/". `isWhole`: no part is unknown. */
export type OwnPath = Readonly<{ folder: string; isWhole: boolean }>;

/** As much of a text as is known from its beginning. */
type Known = Readonly<{ text: string; isWhole: boolean }>;

/** The folder that an expression names from the place of its own file; null where it does not begin there. */
export function ownPath(module: ParsedModule, node: Node): OwnPath | null {
  const known = begun(module, node, 0);
  if (known === null) return null;
  const { text, isWhole } = known;
  return { folder: posix.resolve('/', isWhole ? text : text.slice(0, text.lastIndexOf('/') + 1)), isWhole };
}

/** Names that stand for one another are followed this far. */
const DEEPEST = 8;

/** An expression that begins with the place of the file. */
const begun = (module: ParsedModule, node: Node, depth: number): Known | null => {
  if (depth > DEEPEST) return null;
  if (node.type === 'Identifier') {
    const variable = module.variableOf(node);
    if (variable === null) return ofPlace(module, node.name);
    const values = valuesOf(module, variable) ?? [];
    return values.length === 1 && values[0] !== undefined ? begun(module, values[0], depth + 1) : null;
  }
  if (node.type === 'MemberExpression') {
    const name = propertyName(node);
    if (node.object.type === 'MetaProperty') return ofPlace(module, META[name ?? ''] ?? '');
    return name === 'pathname' || name === 'href' ? begun(module, node.object, depth + 1) : null;
  }
  if (node.type === 'BinaryExpression' && node.operator === '+' && node.left.type !== 'PrivateIdentifier')
    return put(begun(module, node.left, depth + 1), () => told(module, node.right, depth + 1), '');
  if (node.type === 'TemplateLiteral') return ofTemplate(module, node, depth);
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'URL') {
    const [part, base] = node.arguments;
    const from = base === undefined ? null : begun(module, base, depth + 1);
    const known = part === undefined ? null : told(module, part, depth + 1);
    if (from === null || known === null) return null;
    return {
      text: posix.resolve(posix.dirname(from.text), known.text),
      isWhole: from.isWhole && known.isWhole,
    };
  }
  return node.type === 'CallExpression' ? ofCall(module, node, depth) : null;
};

const META: Readonly<Record<string, string>> = {
  dirname: '__dirname',
  filename: '__filename',
  url: '__filename',
};

const ofPlace = (module: ParsedModule, name: string): Known | null => {
  if (name === '__filename') return { text: `/${module.path}`, isWhole: true };
  return name === '__dirname' ? { text: posix.dirname(`/${module.path}`), isWhole: true } : null;
};

const ofTemplate = (
  module: ParsedModule,
  { quasis, expressions }: Extract<Node, { type: 'TemplateLiteral' }>,
  depth: number,
): Known | null => {
  const [first, ...others] = expressions;
  if (first === undefined || quasis[0]?.value.cooked !== '') return null;
  return [
    quasis[1]?.value.cooked ?? '',
    ...others.flatMap((part, at) => [part, quasis[at + 2]?.value.cooked ?? '']),
  ].reduce<Known | null>(
    (path, part) =>
      put(
        path,
        () => (typeof part === 'string' ? { text: part, isWhole: true } : told(module, part, depth + 1)),
        '',
      ),
    begun(module, first, depth + 1),
  );
};

/** Functions of `path` and `url`, whatever the name that their module goes by. */
const ofCall = (
  module: ParsedModule,
  { callee, arguments: parts }: Extract<Node, { type: 'CallExpression' }>,
  depth: number,
): Known | null => {
  const name = callee.type === 'Identifier' ? callee.name : propertyName(callee as Node);
  const [first, ...others] = parts;
  const file = name === 'dirname' && first !== undefined ? resolved(module, first) : null;
  const path = file ?? (first === undefined ? null : begun(module, first, depth + 1));
  if (path === null) return null;
  if (name === 'dirname') return path.isWhole ? { text: posix.dirname(path.text), isWhole: true } : null;
  if (name === 'fileURLToPath' || name === 'normalize' || name === 'realpathSync') return path;
  if (name !== 'join' && name !== 'resolve') return null;
  return others.reduce<Known | null>((all, part) => put(all, () => told(module, part, depth + 1), '/'), path);
};

/** `require.resolve('./lib/a')`: the file beside this one. */
const resolved = (module: ParsedModule, node: Node): Known | null => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return null;
  const { object } = node.callee;
  const [part] = node.arguments;
  const isAsked =
    object.type === 'Identifier' && object.name === 'require' && propertyName(node.callee) === 'resolve';
  if (!isAsked || part?.type !== 'Literal' || typeof part.value !== 'string' || !part.value.startsWith('.'))
    return null;
  return { text: posix.resolve('/', posix.dirname(module.path), part.value), isWhole: true };
};

/** Puts on what comes next; after an unknown part nothing more is known. */
const put = (path: Known | null, next: () => Known | null, between: string): Known | null => {
  if (path === null || !path.isWhole) return path;
  const part = next();
  return part === null
    ? { text: `${path.text}${between}`, isWhole: false }
    : { text: `${path.text}${between}${part.text}`, isWhole: part.isWhole };
};

/** The text that an expression surely is. */
const told = (module: ParsedModule, node: Node, depth: number): Known | null => {
  if (node.type === 'Literal')
    return typeof node.value === 'string' ? { text: node.value, isWhole: true } : null;
  if (node.type === 'MemberExpression')
    return propertyName(node) === 'sep' ? { text: '/', isWhole: true } : null;
  if (node.type !== 'Identifier' || depth > DEEPEST) return null;
  const variable = module.variableOf(node);
  const [value, ...more] = (variable === null ? null : valuesOf(module, variable)) ?? [];
  return value === undefined || more.length > 0 ? null : told(module, value, depth + 1);
};
