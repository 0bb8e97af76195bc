/** The HTTP servers of a package: scripts that listen, and exports that a server can be made of. */
import ts from 'typescript';
import type { ProjectSources } from '../../recipes/recipe.ts';
import type { ExportReader, Shape } from '../exports.ts';
import { CODE, entriesOf, manifestOf, type PackageLayout, resolveFile } from '../package-layout.ts';
import { accessName, isFunctionNode, type Program, requireRequest, walk } from '../program.ts';
import { filesOfProgram, findPrograms } from '../programs/find.ts';

/** What is done with an export so that it answers requests: `factory` is called without arguments, `handler` given to a server. */
export type ServedExport = Readonly<{ kind: 'server' | 'handler' | 'factory'; keys: readonly string[] }>;

export type FoundServer = Readonly<{
  /** What is started, or whose export is served; relative to the package root. */
  script: string;
  /** Absent where the script listens by itself. */
  exported?: ServedExport;
}>;

const HTTP = new Set(['http', 'node:http']);
/** What they make listens, and is a handler of requests as well where it is a function. */
const FRAMEWORKS = new Set(['express', 'connect', 'koa', 'fastify', 'polka', 'restify']);
const HANDLERS = new Set(['express', 'connect']);
const ASKED = new Set(['url', 'method', 'headers', 'on', 'pipe', 'query', 'path', 'body']);
const ANSWERED = new Set(['end', 'writeHead', 'setHeader', 'send', 'json']);

/** The package that a name of this file was loaded from: `const { createServer } = require('http')`, `import http from 'http'`. */
function loadedFrom(node: ts.Expression, program: Program): string | null {
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

/** `http.createServer(…)`, `createServer(…)`, `new http.Server(…)`. */
function makesServer(node: ts.Node, program: Program): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const { expression } = node;
  const name = ts.isIdentifier(expression) ? expression.text : accessName(expression);
  if (name !== 'createServer' && name !== 'Server') return false;
  const from = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  return HTTP.has(loadedFrom(from, program) ?? '');
}

const makesApp = (node: ts.Node, program: Program, makers: ReadonlySet<string>): boolean =>
  ts.isCallExpression(node) && makers.has(loadedFrom(node.expression, program) ?? '');

/** Whether what a script loads makes a server, or an application of a known framework, and something there is told to listen. */
function listens(files: readonly ts.SourceFile[], program: Program): boolean {
  let makes = false;
  let isTold = false;
  for (const file of files)
    walk(file, (node) => {
      makes ||= makesServer(node, program) || makesApp(node, program, FRAMEWORKS);
      isTold ||= ts.isCallExpression(node) && accessName(node.expression) === 'listen';
    });
  return makes && isTold;
}

/** Whether something is told to listen when the file is loaded, and not when a function of it is called. */
function listensAtOnce(file: ts.SourceFile): boolean {
  let listensNow = false;
  const visit = (node: ts.Node): void => {
    listensNow ||= ts.isCallExpression(node) && accessName(node.expression) === 'listen';
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(file);
  return listensNow;
}

/** The script behind `npm start`: `node server.js`; without one npm runs `server.js`. */
function startScript(sources: ProjectSources, known: ReadonlySet<string>): string | null {
  const { scripts } = manifestOf(sources);
  const start: unknown = typeof scripts === 'object' && scripts !== null ? Reflect.get(scripts, 'start') : '';
  const words = typeof start === 'string' && start !== '' ? start.split(/\s+/) : ['node', 'server.js'];
  const file = words.slice(words.indexOf('node') + 1).find((word) => !word.startsWith('-'));
  return words.includes('node') && file !== undefined ? resolveFile(file, known) : null;
}

/** `(req, res)`, where the one is asked something and the other answers. */
function isHandler(node: ts.Node, program: Program): boolean {
  if (!isFunctionNode(node) || node.parameters.length !== 2) return false;
  const [asked, answered] = node.parameters.map(({ name }) => program.symbolOf(name));
  let [isAsked, isAnswered] = [false, false];
  walk(node, (one) => {
    const name = accessName(one);
    if (name === null || !ts.isPropertyAccessExpression(one)) return;
    const owner = program.symbolOf(one.expression);
    isAsked ||= owner !== undefined && owner === asked && ASKED.has(name);
    isAnswered ||= owner !== undefined && owner === answered && ANSWERED.has(name);
  });
  return isAsked && isAnswered;
}

/** What a function gives back, as far as it says so itself. */
function returnedBy(node: ts.Node): readonly ts.Expression[] {
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

function servedAs({ node }: Shape, program: Program, reader: ExportReader): ServedExport['kind'] | null {
  if (node === null) return null;
  if (makesServer(node, program)) return 'server';
  if (makesApp(node, program, HANDLERS) || isHandler(node, program)) return 'handler';
  const made = returnedBy(node).map((one) => reader.shapeOf(one).node);
  const serves = (one: ts.Node | null): boolean =>
    one !== null &&
    (makesServer(one, program) || makesApp(one, program, HANDLERS) || isHandler(one, program));
  return made.length > 0 && made.every(serves) ? 'factory' : null;
}

function exportedBy(module: string, program: Program, reader: ExportReader): readonly FoundServer[] {
  const shape = reader.moduleShape(module);
  const all: readonly (readonly [readonly string[], Shape])[] = [
    [[], shape],
    ...[...shape.members].map(([name, member]) => [[name], member] as const),
  ];
  const seen = new Set<ts.Node | null>();
  return all.flatMap(([keys, one]) => {
    const kind = seen.has(one.node) ? null : servedAs(one, program, reader);
    seen.add(one.node);
    return kind === null ? [] : [{ script: module, exported: { kind, keys } }];
  });
}

/**
 * Scripts first: what is exported is served only where no script shows how the package itself does it. A script that another
 * one loads is part of that.
 */
export function findServers(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
  reader: ExportReader,
): readonly FoundServer[] {
  const known = new Set(layout.code.map(({ path }) => path));
  const entries = entriesOf(sources, layout);
  const started = new Set(
    [startScript(sources, known), ...findPrograms(sources).programs.map(({ script }) => script)].filter(
      (path) => path !== null,
    ),
  );
  const found: FoundServer[] = [];
  const covered = new Set<string>();
  for (const script of new Set([...started, ...entries])) {
    if (covered.has(script) || !CODE.test(script)) continue;
    const files = filesOfProgram(script, program);
    // What is loaded, not started, is a server only where loading it is enough.
    const isStarted = started.has(script) || files.slice(0, 1).some(listensAtOnce);
    if (!isStarted || !listens(files, program)) continue;
    for (const file of files) covered.add(program.pathOf(file));
    found.push({ script });
  }
  if (found.length > 0) return found;
  return entries.flatMap((entry) => exportedBy(entry, program, reader));
}
