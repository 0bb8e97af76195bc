/** What in the code makes a server: modules of Node, applications of known frameworks, and functions that answer requests. */
import ts from 'typescript';
import { accessName, isFunctionNode, type Program, requireRequest, walk } from '../program.ts';

/** Modules of Node, and the members that make a server which can be asked. */
const MODULES: ReadonlyMap<string, readonly string[]> = new Map([
  ['http', ['createServer', 'Server']],
  ['https', ['createServer', 'Server']],
  ['tls', ['createServer', 'Server']],
  ['http2', ['createServer', 'createSecureServer']],
]);
/** Packages whose applications listen, and the members that make one where the package itself does not, or not alone. */
const FRAMEWORKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['express', ['Router', 'default']],
  ['connect', ['default']],
  ['koa', ['default']],
  ['fastify', ['fastify', 'default']],
  ['polka', ['default']],
  ['restify', ['createServer']],
]);
const ASKED = new Set(['url', 'method', 'headers', 'on', 'pipe', 'query', 'path', 'body']);
const ANSWERED = new Set(['end', 'writeHead', 'setHeader', 'send', 'json']);

/** The package that a name of this file was loaded from: `const { createServer } = require('http')`, `import http from 'http'`. */
export function loadedFrom(node: ts.Expression, program: Program): string | null {
  const request = requireRequest(node);
  if (request !== null || !ts.isIdentifier(node)) return request;
  const declaration = program.symbolOf(node)?.declarations?.[0];
  let holder: ts.Node | undefined = declaration;
  while (holder !== undefined && !ts.isVariableDeclaration(holder) && !ts.isImportDeclaration(holder))
    holder = holder.parent;
  if (holder === undefined) return null;
  if (ts.isImportDeclaration(holder))
    return ts.isStringLiteralLike(holder.moduleSpecifier) ? holder.moduleSpecifier.text : null;
  return holder.initializer === undefined ? null : requireRequest(holder.initializer);
}

/** `createServer(…)`, `x.createServer(…)`, `new x.Server(…)`: the name and the package that it comes from. */
export function madeFrom(
  node: ts.Node,
  program: Program,
): Readonly<{ name: string | null; from: string }> | null {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return null;
  const { expression } = node;
  const isMember = ts.isPropertyAccessExpression(expression);
  const from = loadedFrom(isMember ? expression.expression : expression, program);
  if (from === null) return null;
  if (isMember) return { name: expression.name.text, from };
  return { name: ts.isIdentifier(expression) ? importedName(expression, program) : null, from };
}

/** What a name is called where it comes from: `createServer` of `const { createServer: make } = …`; null: the whole package. */
function importedName(node: ts.Identifier, program: Program): string | null {
  const declaration = program.symbolOf(node)?.declarations?.[0];
  if (declaration === undefined || !(ts.isBindingElement(declaration) || ts.isImportSpecifier(declaration)))
    return null;
  const name = declaration.propertyName ?? declaration.name;
  return ts.isIdentifier(name) ? name.text : null;
}

/** `http.createServer(…)`, `createServer(…)`, `new https.Server(…)`. */
export function makesServer(node: ts.Node, program: Program): boolean {
  const made = madeFrom(node, program);
  const members = made === null ? undefined : MODULES.get(made.from.replace(/^node:/, ''));
  return made?.name != null && members?.includes(made.name) === true;
}

/** What sets up an application and gives it back, so that the next can follow: `express().set('a', 1).use(f)`. */
const SETS_UP = new Set(['set', 'enable', 'disable', 'engine', 'use', 'all', 'param']);
/** These add a route where they are given more than a path: `app.get('etag')` asks for a setting. */
const ROUTES = new Set(['get', 'post', 'put', 'patch', 'delete', 'options', 'head']);

/** The application that a chain of calls sets up, or null. */
function setUpBy(node: ts.Node): ts.Expression | null {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { name, expression } = node.expression;
  const isSetUp = SETS_UP.has(name.text) || (ROUTES.has(name.text) && node.arguments.length > 1);
  return isSetUp ? expression : null;
}

/** `express()`, `new Koa()`, `fastify(…)`, `restify.createServer()`, `express.Router()`, and what sets one up and gives it back. */
export function makesApp(node: ts.Node, program: Program): boolean {
  const setUp = setUpBy(node);
  if (setUp !== null) return makesApp(setUp, program);
  const made = madeFrom(node, program);
  if (made === null) return false;
  const members = FRAMEWORKS.get(made.from);
  return members !== undefined && (made.name === null || members.includes(made.name));
}

/** `handle(req, res)`: both are handed on as they are. */
const handsOn = (node: ts.Node, isAsked: Test, isAnswered: Test): boolean =>
  ts.isCallExpression(node) &&
  node.arguments.some((one, at) => {
    const next = node.arguments[at + 1];
    return isAsked(one) && next !== undefined && isAnswered(next);
  });

type Test = (node: ts.Node) => boolean;

/**
 * `(req, res)` or `(req, res, next)`, where the one is asked something and the other answers, or where both are named so and
 * handed on.
 */
export function isHandler(node: ts.Node, program: Program): boolean {
  if (!isFunctionNode(node) || node.parameters.length < 2 || node.parameters.length > 3) return false;
  const [asked, answered, next] = node.parameters.map(
    ({ name }): Test =>
      (one) =>
        ts.isIdentifier(one) && one !== name && program.symbolOf(one) === program.symbolOf(name),
  );
  if (asked === undefined || answered === undefined) return false;
  const areNamed = /^req(?:uest)?,res(?:ponse)?(?:,|$)/i.test(
    node.parameters.map(({ name }) => name.getText()).join(','),
  );
  let [isAsked, isAnswered, goesOn] = [false, false, next === undefined];
  walk(node, (one) => {
    if (areNamed && handsOn(one, asked, answered)) [isAsked, isAnswered] = [true, true];
    goesOn ||= next?.(one) === true;
    const name = accessName(one);
    if (name === null || !ts.isPropertyAccessExpression(one)) return;
    isAsked ||= asked(one.expression) && ASKED.has(name);
    isAnswered ||= answered(one.expression) && ANSWERED.has(name);
  });
  return isAsked && isAnswered && goesOn;
}

/** What a function gives back, as far as it says so itself. */
export function returnedBy(node: ts.Node): readonly ts.Expression[] {
  if (!isFunctionNode(node) || node.body === undefined) return [];
  if (!ts.isBlock(node.body)) return [node.body];
  const found: ts.Expression[] = [];
  const visit = (one: ts.Node): void => {
    if (ts.isReturnStatement(one) && one.expression !== undefined) found.push(one.expression);
    if (!ts.isFunctionLike(one)) ts.forEachChild(one, visit);
  };
  ts.forEachChild(node.body, visit);
  return found;
}
