/** Calls of the package's exports that its own documentation, tests and code show, as argument texts. Nothing is executed. */
import ts from 'typescript';
import { type Bound, boundNames } from './bound-names.ts';
import { closedExpression, type NameResolver, stringLiteral } from './constants.ts';
import { codeBlocks, commentedCalls, inlineCode, usualName } from './documentation.ts';
import { unique } from './order.ts';
import type { PackageLayout } from './package-layout.ts';
import { joinPath, resolveFile } from './package-layout.ts';
import { ENTRY, pathOfPart, requestedOf } from './package-requests.ts';
import { accessName, bare, isAccess, requireRequest, walk } from './program.ts';
import type { Subject } from './subjects.ts';

export type Example = Readonly<{ args: readonly string[]; construct: boolean }>;

export type Examples = Readonly<{
  of: (subject: Subject) => readonly Example[];
  /** Short texts that the documentation and the tests mention, as string values. */
  texts: readonly string[];
}>;

/** Where code stands that documents and comments show: it asks for files from the root of the package. */
const DOCUMENT = 'README.md';

type Snippet = Readonly<{ source: ts.SourceFile; path: string }>;

function parse(path: string, text: string): Snippet {
  return { path, source: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS) };
}

export function collectExamples(layout: PackageLayout, subjects: readonly Subject[]): Examples {
  const found = new Map<Subject, Example[]>();
  const known = new Set(layout.code.map((file) => file.path));
  const roots = new Map<string, Subject[]>();
  for (const subject of subjects) roots.set(subject.module, [...(roots.get(subject.module) ?? []), subject]);
  const entry = layout.modules[0] ?? '';
  const byName = new Map<string, Subject | null>();
  for (const subject of subjects) {
    const name = subject.path.at(-1);
    if (name !== undefined)
      byName.set(name, byName.has(name) && byName.get(name) !== subject ? null : subject);
  }

  const snippets: Snippet[] = [
    ...layout.docs.flatMap((file) =>
      [...codeBlocks(file.text), ...inlineCode(file.text)].map((text) => parse(DOCUMENT, text)),
    ),
    ...layout.code.flatMap((file) => commentedCalls(file.text).map((text) => parse(DOCUMENT, text))),
    ...layout.code.map((file) => parse(file.path, file.text)),
  ];
  const shared = namesOfDocuments();
  for (const snippet of snippets) readSnippet(snippet);

  /** The module of the package that a request stands for, or null. */
  function target(from: string, request: string): string | null {
    // Examples lie in a folder of the package.
    if (from === DOCUMENT && /^\.\.\/?$/.test(request)) return entry;
    const joined = request.startsWith('.') ? joinPath(from, request) : null;
    if (joined !== null) return joined === '' ? entry : resolveFile(joined, known);
    const asked = requestedOf(layout.name, request, (part) => {
      const path = pathOfPart(part, layout.exports);
      return path === null ? null : resolveFile(path, known);
    });
    return asked === ENTRY ? entry : asked;
  }

  /** Names that stand for the package, or for a part of it, anywhere in its documents. */
  function namesOfDocuments(): ReadonlyMap<string, Bound> {
    const label = subjects.find((one) => one.module === entry && one.path.length === 0)?.label;
    const usual = [usualName(layout.name), layout.name, ...(label === undefined ? [] : [label])];
    const names = new Map<string, Bound>(usual.map((name) => [name, { module: entry, path: [] }]));
    for (const { source, path } of snippets.filter(({ path }) => path === DOCUMENT))
      for (const [name, bound] of boundNames(source, (request) => target(path, request)))
        names.set(name, bound);
    return names;
  }

  /** Names of a snippet that stand for a module of the package. */
  function moduleNames({ source, path }: Snippet): ReadonlyMap<string, Bound> {
    const own = boundNames(source, (request) => target(path, request));
    return path === DOCUMENT ? new Map([...shared, ...own]) : own;
  }

  function readSnippet(snippet: Snippet): void {
    const names = moduleNames(snippet);
    const locals = localValues(snippet.source);
    const isDoc = snippet.path === DOCUMENT;

    const locate = (callee: ts.Expression): Subject | null => {
      const path: string[] = [];
      let value = bare(callee);
      for (let name = accessName(value); name !== null && isAccess(value); name = accessName(value)) {
        path.unshift(name);
        value = bare(value.expression);
      }
      const request = requireRequest(value);
      const loaded = request === null ? null : target(snippet.path, request);
      const bound = ts.isIdentifier(value)
        ? names.get(value.text)
        : loaded === null
          ? undefined
          : { module: loaded, path: [] };
      if (bound !== undefined) {
        const full = [...bound.path, ...path];
        const exact = (roots.get(bound.module) ?? []).find((one) => one.path.join('.') === full.join('.'));
        if (exact !== undefined) return exact;
        return (
          subjects.find((one) =>
            one.aliases.some(
              (alias) => alias.module === bound.module && alias.path.join('.') === full.join('.'),
            ),
          ) ?? null
        );
      }
      const last = path.at(-1) ?? (ts.isIdentifier(value) ? value.text : null);
      const loose = isDoc && path.length <= 1 && last !== null ? (byName.get(last) ?? null) : null;
      if (loose !== null) return loose;
      return ts.isIdentifier(value) && path.length === 0
        ? (localSubject(snippet.path, value.text) ?? null)
        : null;
    };

    const resolveName =
      (depth: number): NameResolver =>
      (name) => {
        const bound = names.get(name.text);
        if (bound !== undefined) {
          const suffix = bound.path.map((key) => `[${stringLiteral(key)}]`).join('');
          return `m[${stringLiteral(bound.module)}]${suffix}`;
        }
        const value = locals(name);
        return value === undefined || depth > 3 ? null : closedExpression(value, resolveName(depth + 1));
      };

    walk(snippet.source, (node) => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      const subject = locate(node.expression);
      if (subject === null) return;
      const args = (node.arguments ?? []).map((one) => closedExpression(one, resolveName(0)));
      if (args.some((one) => one === null)) return;
      const list = found.get(subject) ?? [];
      list.push({ args: args.filter((one) => one !== null), construct: ts.isNewExpression(node) });
      found.set(subject, list);
    });
  }

  /** A function called by its own name inside its own module. */
  function localSubject(path: string, name: string): Subject | undefined {
    return (roots.get(path) ?? []).find((one) => one.label === name);
  }

  return {
    of: (subject) => {
      const seen = new Set<string>();
      return (found.get(subject) ?? []).filter((one) => {
        const key = one.args.join(', ');
        return seen.has(key) ? false : seen.add(key) !== undefined;
      });
    },
    texts: mentionedTexts(layout),
  };
}

/** The value of a variable of a snippet at a place: what the last declaration before it says. */
function localValues(source: ts.SourceFile): (name: ts.Identifier) => ts.Expression | undefined {
  const values = new Map<string, { at: number; value: ts.Expression }[]>();
  walk(source, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || node.initializer === undefined)
      return;
    const list = values.get(node.name.text) ?? [];
    list.push({ at: node.pos, value: node.initializer });
    values.set(node.name.text, list);
  });
  return (name) => values.get(name.text)?.findLast((one) => one.at < name.pos)?.value;
}

const MAX_TEXT = 60;

function mentionedTexts(layout: PackageLayout): readonly string[] {
  const texts: string[] = [];
  for (const file of layout.docs) {
    for (const code of codeBlocks(file.text)) {
      for (const [, single, double] of code.matchAll(/'([^'\n]{1,60})'|"([^"\n]{1,60})"/g))
        texts.push(single ?? double ?? '');
    }
    texts.push(...inlineCode(file.text).filter((one) => !/^[\w.]+\(/.test(one)));
  }
  for (const file of layout.tests) {
    const { source } = parse(file.path, file.text);
    walk(source, (node) => {
      if (
        ts.isStringLiteralLike(node) &&
        !ts.isImportDeclaration(node.parent) &&
        requireRequest(node.parent) === null
      )
        texts.push(node.text);
    });
  }
  return unique(texts)
    .filter((one) => one.length > 0 && one.length <= MAX_TEXT)
    .slice(0, 600);
}
