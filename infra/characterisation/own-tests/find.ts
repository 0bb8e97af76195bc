/** Which files of a package are its own tests, how many tests they state, and which modules of the package those lead to. */
import ts from 'typescript';
import type { ProjectSources } from '../../recipes/recipe.ts';
import { createExportReader } from '../exports.ts';
import { entriesOf, manifestOf, type PackageLayout, resolveFile } from '../package-layout.ts';
import { accessName, type Program, walk } from '../program.ts';
import { filesOfProgram, loadedBy } from '../programs/find.ts';
import { reachOf } from '../reach.ts';

/** A file of the package's own tests. `cases`: tests that it states; one that states none, and loads something, is one. */
export type OwnTestFile = Readonly<{ path: string; cases: number; reached: ReadonlySet<ts.Node> }>;

/** What test runners call a test. */
const TEST_CALLS = new Set(['test', 'it', 'specify']);

const isText = (node: ts.Node | undefined): boolean =>
  node !== undefined && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node));

/** `test('…')`, `it.only('…')`, `t.test('…')`. */
function isTestCall(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !isText(node.arguments[0])) return false;
  const { expression } = node;
  if (ts.isIdentifier(expression)) return TEST_CALLS.has(expression.text);
  if (!ts.isPropertyAccessExpression(expression)) return false;
  const owner = ts.isIdentifier(expression.expression) ? expression.expression.text : '';
  return TEST_CALLS.has(accessName(expression) ?? '') || TEST_CALLS.has(owner);
}

function loadsAnything(source: ts.SourceFile): boolean {
  let loads = false;
  walk(source, (node) => {
    loads ||= loadedBy(node) !== null;
  });
  return loads;
}

/** Code files that the test script names and that the package itself does not load: `node check.js`, `mocha checks`. */
function namedByScript(sources: ProjectSources, layout: PackageLayout, program: Program): readonly string[] {
  const { scripts } = manifestOf(sources);
  const script: unknown = typeof scripts === 'object' && scripts !== null ? Reflect.get(scripts, 'test') : '';
  const loaded = new Set(
    entriesOf(sources, layout).flatMap((entry) =>
      filesOfProgram(entry, program).map((file) => program.pathOf(file)),
    ),
  );
  const code = layout.code.map(({ path }) => path);
  const known = new Set(code);
  return (typeof script === 'string' ? script.split(/[\s'"]+/) : []).flatMap((word) => {
    const file = /\.[cm]?js$/.test(word) ? resolveFile(word, known) : null;
    const folder = `${word.replace(/^\.\/|\/$/g, '')}/`;
    const below = file === null ? code.filter((path) => path.startsWith(folder)) : [file];
    return below.some((path) => loaded.has(path)) ? [] : below;
  });
}

/** How a test names the package it stands in: by its name, or by its folder. */
function seenFromInside(layout: PackageLayout, program: Program): Program {
  const entry = layout.modules[0] ?? null;
  return {
    ...program,
    resolve: (from, request) => {
      if (request === layout.name) return entry;
      const up = from.split('/').length - 1;
      const isRoot = up > 0 && request.replace(/\/$/, '') === Array(up).fill('..').join('/');
      return isRoot || (up === 0 && /^\.\/?$/.test(request)) ? entry : program.resolve(from, request);
    },
  };
}

export function findOwnTests(
  sources: ProjectSources,
  layout: PackageLayout,
  program: Program,
): readonly OwnTestFile[] {
  const inside = seenFromInside(layout, program);
  const reader = createExportReader(inside);
  const paths = [
    ...new Set([...layout.tests.map(({ path }) => path), ...namedByScript(sources, layout, program)]),
  ];
  return paths.sort().flatMap((path) => {
    const source = program.file(path);
    if (source === undefined) return [];
    let stated = 0;
    walk(source, (node) => {
      if (isTestCall(node)) stated += 1;
    });
    const reached = new Set(
      source.statements.flatMap((statement) => [...reachOf(statement, inside, reader, layout).nodes]),
    );
    return [{ path, cases: stated === 0 && loadsAnything(source) ? 1 : stated, reached }];
  });
}
