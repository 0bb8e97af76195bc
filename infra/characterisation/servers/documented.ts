/** Servers that the documents of a package show: code that answers requests with what the package gives. */
import { isBuiltin } from 'node:module';
import ts from 'typescript';
import { stringLiteral } from '../constants.ts';
import { codeBlocks } from '../documentation.ts';
import { unique } from '../order.ts';
import { accessName, createProgram, type Program, requireRequest, walk } from '../program.ts';
import { loadedBy } from '../programs/find.ts';
import type { GivenFile } from '../programs/runs.ts';

/** What is started: a script that loads the package by its name. */
export type Documented = Readonly<{ name: string; text: string }>;

const FILE = 'README.js';
/** Longer ones are whole programs, which lead through much that is none of the package. */
const MAX_LENGTH = 6_000;
/** What documents load beside, and what stands for it where it is not installed (`serve-documented.mjs`). */
const STAND_INS = new Set(['parseurl']);
const PAGE = '<p class="a">text &amp; more</p>\n';
/** What lies in the folder of such a run, so that something can be served. */
export const SERVED_FILES: readonly GivenFile[] = [
  { name: 'index.html', text: PAGE },
  { name: 'input.txt', text: 'one two three\n4 5.5 six\n' },
  { name: 'pages/index.html', text: PAGE },
  { name: 'pages/data.json', text: '{"name":"sample","list":[1,2.5,"three",null,true]}\n' },
  { name: 'pages/.hidden', text: 'hidden\n' },
];
export const SERVED_PATHS = [
  '/index.html',
  '/pages',
  '/pages/',
  '/input.txt',
  '/pages/data.json',
  '/pages/.hidden',
];

/** Starts at the root of the disk or in the folder of the person, or leads out of its own. */
const OF_DISK = /^(?:[/~\\]|[A-Za-z]:[\\/])|(?:^|[/\\])\.\.(?:[/\\]|$)/;
/** What is called with texts of the web: routes, what is looked for in what is asked, and what is answered. */
const OF_WEB =
  /^(?:get|post|put|patch|delete|all|use|route|startsWith|endsWith|includes|indexOf|match|replace|split|setHeader|writeHead|redirect|location|end|write|send|json|log)$/;

/** Whether a text names a place of the machine, and no path of the web. */
function namesPlace(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (!OF_DISK.test(node.text) || requireRequest(parent) !== null || ts.isImportDeclaration(parent))
    return false;
  if (ts.isCallExpression(parent)) return !OF_WEB.test(accessName(parent.expression) ?? '');
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const isCompared = ts.isBinaryExpression(parent) && /^[!=]==?$/.test(parent.operatorToken.getText());
  return !isCompared && !ts.isCaseClause(parent);
}

/** With the folder of the run in the place of any other, and files of others by their name alone. */
function withOwnPlaces(source: ts.SourceFile): string {
  const edits: { start: number; end: number; text: string }[] = [];
  walk(source, (node) => {
    if (!ts.isStringLiteralLike(node) || !namesPlace(node)) return;
    const [file = ''] = /[^/\\]+\.\w{1,5}$/.exec(node.text) ?? [];
    edits.push({ start: node.getStart(source), end: node.end, text: stringLiteral(file || '.') });
  });
  return edits.reduceRight(
    (text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end),
    source.text,
  );
}

/** As a script: `import` becomes `require`. Null: it is no JavaScript, as where something is left out. */
function asScript(text: string, isModule: boolean): string | null {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      allowJs: true,
    },
    fileName: FILE,
  });
  if (diagnostics.length > 0) return null;
  return isModule ? outputText : text;
}

/**
 * @param listens whether a script makes a server and has it listen
 * @param dependencies names of the packages that are installed with this one
 * @returns the longest first, which use most of the package
 */
export function documentedServers(
  name: string,
  documents: readonly string[],
  dependencies: ReadonlySet<string>,
  listens: (files: readonly ts.SourceFile[], program: Program) => boolean,
): readonly Documented[] {
  const isThere = (request: string): boolean =>
    request === name || isBuiltin(request) || dependencies.has(request) || STAND_INS.has(request);
  const shown = unique(documents.flatMap(codeBlocks)).filter(
    (text) => text.length < MAX_LENGTH && text.includes('listen') && text.includes(name),
  );
  return shown
    .toSorted((one, other) => other.length - one.length)
    .flatMap((text) => {
      const program = createProgram([{ path: FILE, text }], []);
      const source = program.file(FILE);
      if (source === undefined) return [];
      const requests: string[] = [];
      walk(source, (node) => {
        const request = loadedBy(node);
        if (request !== null) requests.push(request);
      });
      if (!requests.includes(name) || !requests.every(isThere) || !listens([source], program)) return [];
      const script = asScript(withOwnPlaces(source), ts.isExternalModule(source));
      return script === null ? [] : [{ name, text: script }];
    });
}
