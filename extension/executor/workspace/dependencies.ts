import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { ifThere } from '../errno.ts';
import { type Manifest, namesIn, parseManifest } from './manifest.ts';

type TextFile = Readonly<{ path: string; text: string }>;

const MAX_FILES = 600;
const MAX_BYTES = 6 * 1024 * 1024;

const readText = async (path: string): Promise<string | null> =>
  (await ifThere(stat(path)))?.isFile() === true ? readFile(path, 'utf8') : null;

/** The nearest `node_modules/<name>` at or above the workspace. */
const folderOf = async (root: string, name: string): Promise<string | null> => {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if ((await readText(join(candidate, 'package.json'))) !== null) return realpath(candidate);
    if (dirname(folder) === folder) return null;
  }
};

const PACKAGE_NAME = /^(?:@[\w.-]+\/)?\w[\w.-]*$/u;

/** The `dependencies` of package.json that are not installed: code that loads one of them cannot run. */
export const missingDependencies = async (root: string): Promise<readonly string[]> => {
  const manifest = parseManifest((await readText(join(root, 'package.json'))) ?? '{}');
  const names = namesIn(manifest['dependencies']).filter((name) => PACKAGE_NAME.test(name));
  const folders = await Promise.all(names.map((name) => folderOf(root, name)));
  return names.filter((_, index) => folders[index] === null);
};

/** Every string that an `exports` value gives under a `types` condition, at any depth. */
const typesConditions = (value: unknown, under = false): string[] => {
  if (typeof value === 'string') return under || /\.d\.[cm]?ts$/u.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => typesConditions(inner, under || key === 'types'));
};

const declarationEntries = (manifest: Manifest): string[] => {
  const named = [manifest['types'], manifest['typings']].filter((value) => typeof value === 'string');
  const main =
    typeof manifest['main'] === 'string' ? [manifest['main'].replace(/(?:\.[cm]?js)?$/u, '.d.ts')] : [];
  return [...named, ...typesConditions(manifest['exports']), ...main, 'index.d.ts'].map((path) =>
    posix.normalize(path),
  );
};

/** Modules that declarations name; no two parts of it can take the same spaces, so that a text full of them is read once. */
const REFERENCES =
  /(?:\bfrom\s*|\bimport\s*(?:\(\s*)?|\brequire\s*\(\s*|<reference\s+(?:path|types)\s*=\s*)["']([^"']+)["']/gu;

const candidatesFor = (from: string, specifier: string): string[] => {
  const target = posix.normalize(posix.join(posix.dirname(from), specifier));
  const bare = target.replace(/\.([cm]?)[jt]s$/u, '.d.$1ts');
  return [
    target,
    bare,
    `${target}.d.ts`,
    `${target}.d.mts`,
    `${target}.d.cts`,
    `${target}/index.d.ts`,
  ].filter((path) => /\.d\.[cm]?ts$/u.test(path));
};

const packageNameOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const typesPackage = (name: string): string => `@types/${name.replace(/^@/u, '').replace('/', '__')}`;

/**
 * Interface slices of the declared dependencies (CTX-04): `package.json` and the declarations reachable from its types,
 * of each dependency, of its `@types` twin and of the packages that those declarations import. Never a body.
 */
export const dependencyInterfaces = async (root: string): Promise<readonly TextFile[]> => {
  const manifest = parseManifest((await readText(join(root, 'package.json'))) ?? '{}');
  const queue = ['dependencies', 'peerDependencies', 'optionalDependencies']
    .flatMap((field) => namesIn(manifest[field]))
    .flatMap((name) => [name, typesPackage(name)]);
  const seen = new Set<string>();
  const found: TextFile[] = [];
  let bytes = 0;
  const add = (path: string, text: string): boolean => {
    if (found.length >= MAX_FILES || bytes + text.length > MAX_BYTES) return false;
    bytes += text.length;
    found.push({ path, text });
    return true;
  };

  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const folder = await folderOf(root, name);
    const packageText = folder === null ? null : await readText(join(folder, 'package.json'));
    if (folder === null || packageText === null) continue;
    if (!add(`node_modules/${name}/package.json`, packageText)) break;

    const files = declarationEntries(parseManifest(packageText));
    const visited = new Set<string>();
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      if (visited.has(file) || file.startsWith('..')) continue;
      visited.add(file);
      const text = await readText(join(folder, file));
      if (text === null) continue;
      if (!add(`node_modules/${name}/${file}`, text)) break;
      for (const [, specifier = ''] of text.matchAll(REFERENCES)) {
        if (specifier.startsWith('.')) files.push(...candidatesFor(file, specifier));
        else if (!specifier.startsWith('node:'))
          queue.push(packageNameOf(specifier), typesPackage(packageNameOf(specifier)));
      }
    }
  }
  return found;
};
