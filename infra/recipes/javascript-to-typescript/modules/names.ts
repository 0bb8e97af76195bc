import { posix } from 'node:path';
import ts from 'typescript';
import { namesUsedIn } from '../scopes/stable.ts';
import type { ParsedModule } from '../syntax/parse.ts';

export const isIdentifierName = (name: string): boolean =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);

/** Usable as the name of a binding in strict module code. */
const isBindingName = (name: string): boolean => {
  if (!isIdentifierName(name)) return false;
  const words = new Set([
    'let',
    'static',
    'yield',
    'await',
    'eval',
    'arguments',
    'undefined',
    'async',
    'type',
    'any',
  ]);
  return (
    !words.has(name) &&
    ts.identifierToKeywordKind(ts.factory.createIdentifier(name)) === undefined &&
    !isKeyword(name)
  );
};

const isKeyword = (name: string): boolean => {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, name);
  return scanner.scan() !== ts.SyntaxKind.Identifier;
};

export const quoteKey = (name: string): string => (isIdentifierName(name) ? name : JSON.stringify(name));

const camelCase = (name: string): string =>
  name
    .replace(/^[^\p{ID_Start}$_]+/u, '')
    .replace(/[^\p{ID_Continue}$]+(.)?/gu, (_, next: string | undefined) => (next ?? '').toUpperCase());

/** Gives names that the file neither declares nor uses, and never the same one twice. */
export function freshNames(module: ParsedModule): (wanted: string) => string {
  const taken = new Set(namesUsedIn(module));
  return (wanted) => {
    const base = camelCase(wanted);
    const stem = base === '' ? 'value' : base;
    for (let count = 0; ; count += 1) {
      const name = count === 0 ? stem : count === 1 ? `${stem}Export` : `${stem}Export${count}`;
      if (taken.has(name) || !isBindingName(name)) continue;
      taken.add(name);
      return name;
    }
  };
}

/** What the value of a whole module may be called: its file, or its package where the file is an index. */
export const moduleName = (path: string, packageName: string): string => {
  const stem = posix.basename(path).replace(/\.[cm]?js$/, '');
  if (stem !== 'index') return stem;
  const folder = posix.basename(posix.dirname(path));
  return folder === '.' || folder === 'lib' || folder === 'src'
    ? packageName.replace(/^@[^/]+\//, '')
    : folder;
};
