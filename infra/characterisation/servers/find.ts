/** The HTTP servers of a package: scripts that listen, and exports that a server can be made of. */
import ts from 'typescript';
import type { ProjectSources } from '../../recipes/recipe.ts';
import type { ExportReader, Shape } from '../exports.ts';
import { CODE, entriesOf, manifestOf, type PackageLayout, resolveFile } from '../package-layout.ts';
import { accessName, isAccess, isFunctionNode, type Program, walk } from '../program.ts';
import { filesOfProgram, findPrograms } from '../programs/find.ts';
import { type Documented, documentedServers } from './documented.ts';
import { isHandler, makesApp, makesServer, returnedBy } from './recognise.ts';
import { startOf } from './starts.ts';

/** What is done with an export so that it answers requests: `server` is told to listen, `handler` given to a server, `factory` called with `args` for one of them; null stands for what is left out. */
export type ServedExport = Readonly<{
  kind: 'server' | 'handler' | 'factory';
  keys: readonly string[];
  args: readonly (string | null)[];
  /** Of a handler: it gives back a function that answers, once it is told of an error or of none. */
  finishes?: true;
}>;

export type FoundServer = Readonly<{
  /** What is started, or whose export is served; relative to the package root. */
  script: string;
  /** Absent where the script listens by itself. */
  exported?: ServedExport;
  /** Present where what documents show is started, which loads the script by the name of the package. */
  documented?: Documented;
  /** It is an application of the package's own, so that handlers can be given to it where it takes any. */
  isOwn?: true;
  /** It is started in the folder of its package, as by `npm start`; a program is started anywhere. */
  inPackage: boolean;
}>;

/** Each is started some eighty times. */
const MAX_DOCUMENTED = 2;

/** Whether what a script loads makes a server, or an application of a known framework, and something there is told to listen. */
function listens(files: readonly ts.SourceFile[], program: Program): boolean {
  let makes = false;
  let isTold = false;
  for (const file of files)
    walk(file, (node) => {
      makes ||= makesServer(node, program) || makesApp(node, program);
      isTold ||= ts.isCallExpression(node) && accessName(node.expression) === 'listen';
    });
  return makes && isTold;
}

/** The script behind `npm start`: `node server.js`; without one npm runs `server.js`. */
function startScript(sources: ProjectSources, known: ReadonlySet<string>): string | null {
  const { scripts } = manifestOf(sources);
  const start: unknown = typeof scripts === 'object' && scripts !== null ? Reflect.get(scripts, 'start') : '';
  const words = typeof start === 'string' && start !== '' ? start.split(/\s+/) : ['node', 'server.js'];
  const file = words.slice(words.indexOf('node') + 1).find((word) => !word.startsWith('-'));
  return words.includes('node') && file !== undefined ? resolveFile(file, known) : null;
}

/** `app.callback()` of Koa gives a handler. */
function isCallback(node: ts.Node, program: Program, reader: ExportReader): boolean {
  if (!ts.isCallExpression(node) || accessName(node.expression) !== 'callback') return false;
  const { expression } = node;
  const owner = isAccess(expression) ? reader.shapeOf(expression.expression).node : null;
  return owner !== null && makesApp(owner, program);
}

/** Whether the package makes it, and no framework that it uses. */
const isOwn = (node: ts.Node | null, program: Program, reader: ExportReader): boolean =>
  node !== null &&
  [node, ...returnedBy(node).map((one) => reader.shapeOf(one).node)].every(
    (one) => one === null || !makesApp(one, program),
  );

/** `(req, res) => (error) => res.end()`. */
function finishes(node: ts.Node | null, reader: ExportReader): boolean {
  const given = node === null ? [] : returnedBy(node).map((one) => reader.shapeOf(one).node);
  return (
    given.length > 0 && given.every((one) => one !== null && isFunctionNode(one) && one.parameters.length < 2)
  );
}

function servedAs({ node }: Shape, program: Program, reader: ExportReader): ServedExport['kind'] | null {
  if (node === null) return null;
  const listens = (one: ts.Node): boolean => makesServer(one, program) || makesApp(one, program);
  const answers = (one: ts.Node): boolean => isHandler(one, program) || isCallback(one, program, reader);
  if (listens(node)) return 'server';
  if (answers(node)) return 'handler';
  const made = returnedBy(node).map((one) => reader.shapeOf(one).node);
  const serves = (one: ts.Node | null): boolean => one !== null && (listens(one) || answers(one));
  return made.length > 0 && made.every(serves) ? 'factory' : null;
}

/** A factory that wants a folder is given the one that it is started in. */
function argsFor(node: ts.Node | null): readonly (string | null)[] {
  const named =
    node !== null && isFunctionNode(node) ? node.parameters.map(({ name }) => name.getText()) : [];
  const args = named.map((name) =>
    /^_?(?:root|dir|directory|folder)(?:Path|Name)?$/i.test(name) ? '.' : null,
  );
  return args.slice(0, args.findLastIndex((one) => one !== null) + 1);
}

function exportedBy(module: string, program: Program, reader: ExportReader): readonly FoundServer[] {
  const shape = reader.moduleShape(module);
  const all: readonly (readonly [readonly string[], Shape])[] = [
    [shape.isDefault === true ? ['default'] : [], shape],
    ...[...shape.members].map(([name, member]) => [[name], member] as const),
  ];
  const seen = new Set<ts.Node | null>();
  return all.flatMap(([keys, one]) => {
    const kind = seen.has(one.node) ? null : servedAs(one, program, reader);
    seen.add(one.node);
    return kind === null
      ? []
      : [
          {
            script: module,
            exported: {
              ...{ kind, keys, args: kind === 'factory' ? argsFor(one.node) : [] },
              ...(kind === 'handler' && finishes(one.node, reader) ? { finishes: true as const } : {}),
            },
            ...(isOwn(one.node, program, reader) ? { isOwn: true as const } : {}),
            inPackage: true,
          },
        ];
  });
}

/** What documents show of how the package serves, where nothing in its code tells that it does. */
function documentedBy(
  sources: ProjectSources,
  { name, docs }: PackageLayout,
  [script]: readonly string[],
): readonly FoundServer[] {
  if (script === undefined) return [];
  const { dependencies } = manifestOf(sources);
  const installed =
    typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
  const texts = docs.map(({ text }) => text);
  return documentedServers(name, texts, new Set(installed), listens)
    .slice(0, MAX_DOCUMENTED)
    .map((documented) => ({ script, documented, inPackage: true }));
}

/**
 * Scripts first: what is exported is served only where no script surely shows how the package itself does it. A script that
 * another one loads is part of that.
 */
export function findServers(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
  reader: ExportReader,
): readonly FoundServer[] {
  const known = new Set(layout.code.map(({ path }) => path));
  const entries = entriesOf(sources, layout);
  const start = startScript(sources, known);
  const programs = new Set(findPrograms(sources).programs.map(({ script }) => script));
  const started = new Set([...(start === null ? [] : [start]), ...programs]);
  const found: FoundServer[] = [];
  const covered = new Set<string>();
  let isSure = false;
  for (const script of new Set([...started, ...entries])) {
    if (covered.has(script) || !CODE.test(script)) continue;
    const files = filesOfProgram(script, program);
    const starts = startOf(script, program, reader);
    // What is loaded, not started, is a server only where loading it is enough.
    if ((starts === 'NEVER' && !started.has(script)) || !listens(files, program)) continue;
    isSure ||= starts === 'SURELY';
    for (const file of files) covered.add(program.pathOf(file));
    found.push({ script, inPackage: script === start || !programs.has(script) });
  }
  const served = isSure
    ? found
    : [...found, ...entries.flatMap((entry) => exportedBy(entry, program, reader))];
  return served.length > 0 ? served : documentedBy(sources, layout, entries);
}
