import { posix } from 'node:path';
import type { Node } from 'estree';
import type { Finding } from '../recipe.ts';
import { isRelative } from './modules/graph.ts';
import { type Project, specifiersOf } from './project/project.ts';
import { ownPath } from './scopes/own-paths.ts';
import { lineOf, walk } from './syntax/nodes.ts';
import type { ParsedModule } from './syntax/parse.ts';

const LISTS = /^(?:readdir|opendir|scandir|readdirp)(?:Sync)?$/;

/** Functions and packages that list what a pattern fits. */
const GLOBS = /^(?:glob(?:Sync)?|fast-glob|globby|tiny-?glob(?:by)?)$/;
const PATTERN = /[*?[{]/;
/** What such a pattern finds is emitted JavaScript as well. */
const FITS_EMITTED = /\.(?:[cm]?js|json)$/;

/** Packages that load every file of a folder that they are told, or of the one of their caller. */
const LOADERS = /^(?:require-all|require-dir|require-directory|requireindex|include-all|bulk-require)$/;

type Listed = Readonly<{ folder: string; by: ParsedModule; node: Node }>;

/**
 * Modules in folders that the package lists while it runs, each with the reason to leave it as it is: its TypeScript and
 * its declarations would lie beside it and be listed too. Which folder is meant follows from paths that begin at the
 * file's own; a listing anywhere in the package is taken for one of every such folder.
 */
export function modulesListed(project: Project): ReadonlyMap<string, Finding> {
  const listing = project.modules.filter(listsFolders);
  const found = new Map<string, Finding>();
  if (listing.length === 0) return found;
  const listed = project.modules.flatMap((module) => foldersIn(module, listing.includes(module)));
  for (const { path } of project.modules) {
    const one = listed.find(({ folder }) => folder === '/' || `/${path}`.startsWith(`${folder}/`));
    if (one === undefined) continue;
    const folder = one.folder === '/' ? 'the root folder' : `"${one.folder.slice(1)}"`;
    const reason = `${one.by.path}:${lineOf(one.node)} lists ${folder} while it runs; TypeScript and declarations beside this file would be listed too.`;
    found.set(path, { code: 'FOLDER_LISTED', path, line: null, reason });
  }
  return found;
}

/** Whether a module names what lists folders: it may be called under another name, or wrapped first. */
const listsFolders = (module: ParsedModule): boolean => {
  const specifiers = specifiersOf(module);
  let found = specifiers.some((specifier) => LOADERS.test(specifier));
  let globs = specifiers.some((specifier) => GLOBS.test(specifier));
  const patterns: string[] = [];
  walk(module.program, (node) => {
    const text = node.type === 'Literal' ? node.value : node.type === 'Identifier' ? node.name : null;
    if (typeof text !== 'string') return !found;
    found ||= LISTS.test(text);
    globs ||= node.type === 'Identifier' && text === 'globSync';
    if (node.type === 'Literal' && text.includes('*')) patterns.push(text);
    return !found;
  });
  return found || (globs && (patterns.length === 0 || !patterns.every((one) => FITS_EMITTED.test(one))));
};

/** The folder that a pattern begins in. */
const beforePattern = (folder: string): string => {
  const parts = folder.split('/');
  const first = parts.findIndex((part) => PATTERN.test(part));
  return first < 0 ? folder : parts.slice(0, first).join('/') || '/';
};

/** The folders that the paths of a module mean, each path taken as a whole. */
const foldersIn = (module: ParsedModule, isListing: boolean): Listed[] => {
  const found: Listed[] = [];
  walk(module.program, (node) => {
    if (isLoader(module, node)) {
      const [argument] = node.arguments;
      const given = argument?.type === 'Literal' ? argument.value : argument === undefined ? '.' : null;
      if (typeof given === 'string' && isRelative(given)) {
        found.push({ folder: posix.resolve('/', posix.dirname(module.path), given), by: module, node });
      }
    }
    const path = ownPath(module, node);
    if (path === null) return undefined;
    // Elsewhere, the place of the file alone says nothing: it is where many paths begin.
    if (isListing || (path.isWhole && node.type !== 'Identifier'))
      found.push({ folder: beforePattern(path.folder), by: module, node });
    return false;
  });
  return found;
};

/** A call of what one of the packages gives that load whole folders. */
const isLoader = (module: ParsedModule, node: Node): node is Extract<Node, { type: 'CallExpression' }> => {
  if (node.type !== 'CallExpression' || node.callee.type === 'Super') return false;
  const named = node.callee.type === 'Identifier' ? module.variableOf(node.callee)?.defs[0]?.node : null;
  const made = named?.type === 'VariableDeclarator' ? named.init : node.callee;
  return (
    made?.type === 'CallExpression' &&
    made.callee.type === 'Identifier' &&
    made.callee.name === 'require' &&
    made.arguments[0]?.type === 'Literal' &&
    LOADERS.test(String(made.arguments[0].value))
  );
};
