import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { copyTree, type TreeSize, treeSize } from './copy-tree.ts';
import { secretsOfFile } from './file-secrets.ts';

/** Up to this size all of `node_modules` comes along, so that the package's own tests can run too. */
const WHOLE_LIMIT: TreeSize = { files: 15_000, bytes: 200 * 1024 * 1024 };

type Manifest = Readonly<Record<string, unknown>>;

const manifestOf = async (folder: string): Promise<Manifest> => {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse((await readFile(file, 'utf8')).replace(/^\ufeff/u, ''));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};

const needs = (manifest: Manifest): string[] =>
  ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) => {
    const value = manifest[field];
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  });

/** Where Node would find a package from a folder: the nearest `node_modules/<name>` upwards. */
const find = async (from: string, name: string): Promise<string | null> => {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpath(candidate);
    if (dirname(folder) === folder) return null;
  }
};

/**
 * Copies packages and what they need at run time, laid out so that each finds the version it found before. What the
 * shadow has already stays.
 */
const copyClosure = async (root: string, shadow: string, names: readonly string[]): Promise<void> => {
  const placed = new Map<string, string>();
  type Wanted = Readonly<{ source: string; place: string; name: string }>;
  const queue: Wanted[] = names.map((name) => ({ source: root, place: shadow, name }));

  const visible = (place: string, name: string): string | null => {
    for (let folder = place; folder.startsWith(shadow); folder = dirname(folder)) {
      const found = placed.get(join(folder, 'node_modules', name));
      if (found !== undefined) return found;
    }
    return null;
  };
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const real = await find(next.source, next.name);
    if (real === null) continue;
    const seen = visible(next.place, next.name);
    if (seen === real) continue;
    const place = join(seen === null ? shadow : next.place, 'node_modules', next.name);
    if (seen === null && existsSync(place)) continue;
    placed.set(place, real);
    // A linked package is the person's own work, with files that were never published.
    const published = real.split(sep).includes('node_modules');
    await copyTree(real, place, {
      skip: new Set(['node_modules', '.git']),
      leaveOut: async (absolute, path) => !published && (await secretsOfFile(absolute, path)).length > 0,
    });
    for (const name of needs(await manifestOf(real))) queue.push({ source: real, place, name });
  }
};

/** `name` or `@scope/name` at the top of `node_modules`; null for anything deeper. */
const topLevelPackage = (path: string): string | null => {
  const parts = path.split(sep);
  const length = path.startsWith('@') ? 2 : 1;
  return parts.length === length && !path.startsWith('.') ? parts.join('/') : null;
};

/**
 * Brings the dependencies into the shadow as copies (EXE-02): a link would let a test write into the person's own
 * `node_modules`. Whole where that is small, else what the package needs at run time. A package that is linked from
 * elsewhere (a monorepo, `npm link`) comes along as a copy of what the link leads to.
 */
export const copyDependencies = async (project: string, shadow: string): Promise<'WHOLE' | 'NEEDED'> => {
  const root = await realpath(project);
  const own = join(root, 'node_modules');
  const needed = needs(await manifestOf(root));
  if (!existsSync(own)) {
    await copyClosure(root, shadow, needed);
    return 'NEEDED';
  }
  const size = await treeSize(own, WHOLE_LIMIT);
  if (size.files > WHOLE_LIMIT.files || size.bytes > WHOLE_LIMIT.bytes) {
    await copyClosure(root, shadow, needed);
    return 'NEEDED';
  }
  const linked: string[] = [];
  await copyTree(own, join(shadow, 'node_modules'), {
    skip: new Set(['.cache']),
    onLinkOutside: (path) => {
      const name = topLevelPackage(path);
      if (name !== null) linked.push(name);
    },
  });
  await copyClosure(root, shadow, [...linked, ...needed]);
  return 'WHOLE';
};
