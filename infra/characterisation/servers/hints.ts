/** What can be asked of a server, read from its sources, its tests and what its documents show. */
import ts from 'typescript';
import { unique } from '../order.ts';
import { accessName, isAccess, walk } from '../program.ts';
import { isRequest } from '../programs/words.ts';
import { regexSamples } from '../regex-samples.ts';
import { isSent } from './header-values.ts';

/** A request without what every request has. `body` null: none is sent. */
export type Request = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}>;

export type ServerHints = Readonly<{
  paths: readonly string[];
  /** Without GET, which every server is asked. */
  methods: readonly string[];
  headers: readonly string[];
  /** Names of parameters of the query, and of members of a body. */
  query: readonly string[];
  fields: readonly string[];
  /** Short texts of the code. */
  words: readonly string[];
}>;

const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/i;
const PATH = /^\/[\w.~!$&'()*+,;=:@%/?-]{0,80}$/;
const WORD = /^[\w.-]{1,24}$/;
/** A server that takes a path for one of the disk must not be asked for anything of the person. */
const OF_THE_SYSTEM = /^\/+(?:boot|dev|etc|home|mnt|private|proc|root|run|srv|sys|tmp|Users|var|Volumes)\/./;
/** Texts that every server holds, and that mean nothing to those who ask it. */
const OF_NODE =
  /^(?:data|end|error|close|finish|listening|connection|SIG[A-Z]+|utf-?8|string|number|object|function|boolean|undefined|Content-[A-Za-z-]+|content-[a-z-]+)$/;
const BODIES = /^(?:body|payload|data|input|parsed|json|form)$/;
const QUERIES = /^(?:query|searchParams|params|qs)$/;

export const staysOnServer = (path: string): boolean =>
  PATH.test(path) &&
  !path.includes('..') &&
  !/%(?:2e|2f|5c)/i.test(path) &&
  !OF_THE_SYSTEM.test(path.split('?')[0] ?? '');

/** A route with its parameters filled in: `/users/:id` is asked for as `/users/1` and `/users/abc`. */
export function pathsOf(text: string): readonly string[] {
  const fill = (value: string): string =>
    text.replace(/:\w+\??(?:\([^)]*\))?/g, value).replaceAll('*', 'any');
  const filled = /[:*]/.test(text) ? [fill('1'), fill('abc')] : [text];
  const open = text.endsWith('/') && text.length > 1 ? [`${text}1`, `${text}abc`] : [];
  return [...filled, ...open].filter(staysOnServer);
}

/** What stands where a name of a member is meant: `query.page`, `searchParams.get('page')`, `const { page } = req.query`. */
function membersOf(node: ts.Node, owners: RegExp): readonly string[] {
  const ownerName = (one: ts.Node): string =>
    ts.isIdentifier(one) ? one.text : (accessName(one) ?? (ts.isCallExpression(one) ? callName(one) : ''));
  if (isAccess(node)) {
    const name = accessName(node);
    const isMethod = ts.isCallExpression(node.parent) && node.parent.expression === node;
    return name !== null && !isMethod && owners.test(ownerName(node.expression)) ? [name] : [];
  }
  if (ts.isCallExpression(node) && isAccess(node.expression)) {
    const [first] = node.arguments;
    const isRead = /^(?:get|has|getAll)$/.test(accessName(node.expression) ?? '');
    return isRead &&
      first !== undefined &&
      ts.isStringLiteralLike(first) &&
      owners.test(ownerName(node.expression.expression))
      ? [first.text]
      : [];
  }
  if (
    !ts.isVariableDeclaration(node) ||
    !ts.isObjectBindingPattern(node.name) ||
    node.initializer === undefined
  )
    return [];
  return owners.test(ownerName(node.initializer))
    ? node.name.elements.map((one) => (one.propertyName ?? one.name).getText())
    : [];
}

/** `req.get('x-key')` of Express and Koa. */
function askedFor(node: ts.Node): readonly string[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression: owner } = node.expression;
  const [first] = node.arguments;
  const isAsked =
    /^(?:get|header)$/.test(name.text) && ts.isIdentifier(owner) && /^(?:req|request|ctx)$/.test(owner.text);
  return isAsked && first !== undefined && ts.isStringLiteralLike(first) ? [first.text] : [];
}

/** `JSON.parse(…)` gives a body as well. */
const callName = (call: ts.CallExpression): string =>
  call.expression.getText() === 'JSON.parse' ? 'body' : '';

/** @param pages paths where data of the package may be served */
export function hintsOf(
  sources: readonly ts.SourceFile[],
  tests: readonly ts.SourceFile[],
  pages: readonly string[],
): ServerHints {
  const [texts, regexes]: [string[], string[]] = [[], []];
  const [methods, headers, query, fields]: [string[], string[], string[], string[]] = [[], [], [], []];
  const readTexts = (node: ts.Node): void => {
    if ((ts.isStringLiteralLike(node) && !isRequest(node)) || ts.isTemplateHead(node)) texts.push(node.text);
  };
  for (const source of sources)
    walk(source, (node) => {
      readTexts(node);
      if (ts.isRegularExpressionLiteral(node)) regexes.push(node.text);
      const called = ts.isCallExpression(node) ? (accessName(node.expression) ?? '') : '';
      if (METHOD.test(called)) methods.push(called.toUpperCase());
      headers.push(...membersOf(node, /^headers$/), ...askedFor(node));
      query.push(...membersOf(node, QUERIES));
      fields.push(...membersOf(node, BODIES));
    });
  for (const test of tests) walk(test, readTexts);
  methods.push(...texts.filter((text) => METHOD.test(text)).map((text) => text.toUpperCase()));
  const words = unique(texts).filter((text) => WORD.test(text) && !METHOD.test(text) && !OF_NODE.test(text));
  const paths = [...texts.filter((text) => text.startsWith('/')), ...regexes.flatMap(samplesOf)];
  const names = (all: readonly string[]): readonly string[] => unique(all).filter((name) => WORD.test(name));
  return {
    paths: unique([
      ...paths.flatMap(pathsOf),
      ...pages,
      ...words.slice(0, 12).map((word) => `/${word}`),
    ]).filter(staysOnServer),
    methods: unique(methods).filter((method) => method !== 'GET'),
    headers: names(headers.map((name) => name.toLowerCase())).filter(isSent),
    query: names(query),
    fields: names(fields),
    words,
  };
}

const samplesOf = (regex: string): readonly string[] =>
  regexSamples(regex, 2).filter((text) => text.startsWith('/'));

const ADDRESS = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(\/[^\s'"`)>]*)?/;

/** A request as a document shows it: a line with `curl` and an address of this machine, or `POST /users`. */
function shownIn(line: string): Request | null {
  const [, plain = '', said = ''] = /^\s*(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+(\/\S*)/.exec(line) ?? [];
  if (plain !== '')
    return staysOnServer(said) ? { method: plain, path: said, headers: {}, body: null } : null;
  const found = ADDRESS.exec(line);
  if (found === null || !/\b(?:curl|http|wget)\b/.test(line.slice(0, found.index))) return null;
  const path = found[1] ?? '/';
  const body = /(?:-d|--data(?:-raw)?|--json)\s+(?:'([^']*)'|"([^"]*)")/.exec(line);
  const text = body?.[1] ?? body?.[2] ?? null;
  const method = /(?:-X|--request)\s*([A-Z]+)/.exec(line)?.[1] ?? (text === null ? 'GET' : 'POST');
  const headers = Object.fromEntries(
    [...line.matchAll(/(?:-H|--header)\s+['"]([\w-]+):\s*([^'"]*)['"]/g)]
      .map(([, name = '', value = '']) => [name.toLowerCase(), value] as const)
      .filter(([name]) => isSent(name)),
  );
  return staysOnServer(path) ? { method, path, headers, body: text } : null;
}

/** Requests in documents; a command may go on after a backslash at the end of its line. */
export const shownRequests = (documents: readonly string[]): readonly Request[] =>
  documents
    .flatMap((text) => text.replace(/\\\r?\n\s*/g, ' ').split(/\r?\n/))
    .map(shownIn)
    .filter((request) => request !== null);
