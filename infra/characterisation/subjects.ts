/** The exports to exercise: each function or class once, under the name a consumer would use first. */
import ts from 'typescript';
import type { Finding } from '../recipes/recipe.ts';
import type { ExportReader, Shape } from './exports.ts';
import type { PackageLayout } from './package-layout.ts';
import { type FunctionNode, isFunctionNode, type Program, walk } from './program.ts';
import type { SubjectKind } from './test-plan.ts';

export type Subject = Readonly<{
  module: string;
  path: readonly string[];
  kind: SubjectKind;
  /** How a call of it is written: `bytes.parse`. */
  name: string;
  /** The name of the function in its own module. */
  label: string | undefined;
  node: ts.Node | null;
  /** The call that makes it, where `node` is what the called function gives back. */
  maker?: ts.Node;
  /** Parameters come from here: the function itself, or the constructor of a class. */
  callable: FunctionNode | null;
  methods: ReadonlyMap<string, FunctionNode>;
  accessors: readonly string[];
  /** Other places where the same value is exported. */
  aliases: readonly Readonly<{ module: string; path: readonly string[] }>[];
}>;

const MAX_DEPTH = 2;

/** What a constructor puts on its instances: `this.name = value`, without what functions inside of it do. */
function assignedToThis(node: ts.Node): ReadonlyMap<string, ts.Expression> {
  const assigned = new Map<string, ts.Expression>();
  const visit = (one: ts.Node): void => {
    if (
      one !== node &&
      (ts.isFunctionDeclaration(one) || ts.isFunctionExpression(one) || ts.isClassLike(one))
    )
      return;
    if (
      ts.isBinaryExpression(one) &&
      one.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(one.left) &&
      one.left.expression.kind === ts.SyntaxKind.ThisKeyword
    )
      assigned.set(one.left.name.text, one.right);
    ts.forEachChild(one, visit);
  };
  visit(node);
  return assigned;
}

/** The functions among what a constructor puts on its instances. */
function ownMethods(node: ts.Node, reader: ExportReader): readonly (readonly [string, FunctionNode])[] {
  return [...assignedToThis(node)].flatMap(([name, value]) => {
    const made = reader.callee(value);
    return made !== null && isFunctionNode(made) ? [[name, made] as const] : [];
  });
}

function nameOf(node: ts.Node): string | undefined {
  if (
    (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node)) &&
    node.name !== undefined
  )
    return node.name.text;
  if (ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name))
    return node.parent.name.text;
  return undefined;
}

export function findSubjects(
  layout: PackageLayout,
  program: Program,
  reader: ExportReader,
): Readonly<{ subjects: readonly Subject[]; uncovered: readonly Finding[] }> {
  const byNode = new Map<
    ts.Node,
    { subject: Subject; aliases: { module: string; path: readonly string[] }[] }
  >();
  const others: Subject[] = [];
  const uncovered: Finding[] = [];

  function visit(module: string, path: readonly string[], shape: Shape): void {
    const { node } = shape;
    const isSure = shape.uncertain !== true;
    const known = node === null || !isSure ? undefined : byNode.get(node);
    if (known !== undefined) {
      known.aliases.push({ module, path });
      return;
    }
    const aliases: { module: string; path: readonly string[] }[] = [];
    const subject = describe(module, path, shape, aliases);
    if (subject !== null) {
      if (isSure && node !== null && (subject.kind === 'function' || subject.kind === 'class'))
        byNode.set(node, { subject, aliases });
      else others.push(subject);
    }
    if (path.length >= MAX_DEPTH) return;
    for (const [name, member] of shape.members)
      if (name !== '__esModule') visit(module, [...path, name], member);
  }

  function describe(
    module: string,
    path: readonly string[],
    shape: Shape,
    aliases: Subject['aliases'],
  ): Subject | null {
    const { node } = shape;
    const name = displayName(module, path, node);
    const base = {
      module,
      path,
      name,
      node,
      aliases,
      label: node === null ? undefined : nameOf(node),
      ...(shape.maker === undefined ? {} : { maker: shape.maker }),
    };
    const none = { callable: null, methods: new Map<string, FunctionNode>(), accessors: [] };
    if (node === null) return { ...base, ...none, kind: shape.members.size > 0 ? 'object' : 'value' };
    if (ts.isClassLike(node)) return { ...base, ...classParts(node), kind: 'class' };
    if (isFunctionNode(node)) {
      const isMaker = !ts.isArrowFunction(node) && assignedToThis(node).size > 0;
      const own = isMaker ? ownMethods(node, reader) : [];
      const methods = new Map([...own, ...reader.prototypeOf(node)]);
      const isClass = methods.size > 0 || isMaker;
      return { ...base, kind: isClass ? 'class' : 'function', callable: node, methods, accessors: [] };
    }
    return { ...base, ...none, kind: ts.isObjectLiteralExpression(node) ? 'object' : 'value' };
  }

  function classParts(node: ts.ClassLikeDeclaration): Pick<Subject, 'callable' | 'methods' | 'accessors'> {
    const methods = new Map<string, FunctionNode>();
    const accessors: string[] = [];
    for (const member of node.members) {
      const isStatic =
        ts.canHaveModifiers(member) &&
        ts.getModifiers(member)?.some((one) => one.kind === ts.SyntaxKind.StaticKeyword);
      if (isStatic === true || member.name === undefined || !ts.isIdentifier(member.name)) continue;
      if (ts.isMethodDeclaration(member)) methods.set(member.name.text, member);
      if (ts.isGetAccessorDeclaration(member)) accessors.push(member.name.text);
    }
    const callable = node.members.find(ts.isConstructorDeclaration) ?? null;
    if (callable !== null)
      for (const [name, method] of ownMethods(callable, reader))
        if (!methods.has(name)) methods.set(name, method);
    return { callable, methods, accessors };
  }

  function displayName(module: string, path: readonly string[], node: ts.Node | null): string {
    const isEntry = module === layout.modules[0];
    const base = isEntry ? layout.name.replace(/^@[^/]*\//, '') : module.replace(/\.[cm]?js$/, '');
    const own = isEntry && path.length === 0 && node !== null ? nameOf(node) : undefined;
    return [own ?? base, ...path].join('.');
  }

  for (const module of layout.modules) {
    if (program.file(module) === undefined) continue;
    const shape = reader.moduleShape(module);
    if (shape.node === null && shape.members.size === 0) {
      if (exportsNothing(program, module)) continue;
      uncovered.push({
        code: 'EXPORTS_NOT_FOUND',
        path: module,
        line: null,
        reason: 'What this module exports is decided while it runs; only its surface is recorded.',
      });
    }
    visit(module, [], shape);
  }
  return { subjects: [...[...byNode.values()].map((one) => one.subject), ...others], uncovered };
}

function exportsNothing(program: Program, module: string): boolean {
  const source = program.file(module);
  let found = false;
  if (source !== undefined)
    walk(source, (node) => {
      if (ts.isIdentifier(node) && (node.text === 'exports' || node.text === 'module')) found = true;
      if (ts.isExportAssignment(node) || ts.isExportDeclaration(node)) found = true;
    });
  return !found;
}
