import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyTree, type TreeSize, treeSize } from './copy-tree.ts';

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

/** Copies what the package needs at run time, laid out so that every package finds the version it found before. */
const copyClosure = async (root: string, shadow: string): Promise<void> => {
  const placed = new Map<string, string>();
  type Wanted = Readonly<{ source: string; place: string; name: string }>;
  const queue: Wanted[] = needs(await manifestOf(root)).map((name) => ({
    source: root,
    place: shadow,
    name,
  }));

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
    placed.set(place, real);
    await copyTree(real, place, { skip: new Set(['node_modules', '.git']) });
    for (const name of needs(await manifestOf(real))) queue.push({ source: real, place, name });
  }
};

/**
 * Brings the dependencies into the shadow as copies (EXE-02): a link would let a test write into the person's own
 * `node_modules`. Whole where that is small, else what the package needs at run time.
 */
export const copyDependencies = async (root: string, shadow: string): Promise<'WHOLE' | 'NEEDED'> => {
  const own = join(root, 'node_modules');
  if (existsSync(own)) {
    const size = await treeSize(own, WHOLE_LIMIT);
    if (size.files <= WHOLE_LIMIT.files && size.bytes <= WHOLE_LIMIT.bytes) {
      await copyTree(own, join(shadow, 'node_modules'), { skip: new Set(['.cache']) });
      return 'WHOLE';
    }
  }
  await copyClosure(await realpath(root), shadow);
  return 'NEEDED';
};
