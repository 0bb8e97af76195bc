import { existsSync } from 'node:fs';
import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ifThere } from '../errno.ts';
import type { FileView, Layer } from '../native-runner/file-view.ts';
import { canShow } from '../native-runner/isolation.ts';
import { copyPackages, neededBy } from './copy-packages.ts';
import { copyTree, isInside } from './copy-tree.ts';
import { git } from './git.ts';
import { type TreeSize, treeSize } from './tree-size.ts';

/** Up to this size all of `node_modules` is copied, so that the package's own tests can run too. */
const WHOLE_LIMIT: TreeSize = { files: 15_000, bytes: 200 * 1024 * 1024 };

/** Folders of the person that no test may write to: the project, and the repository that it is part of. */
const theirs = async (root: string): Promise<readonly string[]> => {
  const asked = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'];
  const { code, stdout } = await git(root, asked);
  const repository = code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  const folders = [...new Set([...repository, root])];
  return folders.filter((folder) => !folders.some((other) => other !== folder && isInside(folder, other)));
};

const packagesIn = async (modules: string): Promise<readonly string[]> => {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const all = names.map(async (name) =>
    name.startsWith('@')
      ? ((await ifThere(readdir(join(modules, name)))) ?? []).map((each) => `${name}/${each}`)
      : [name],
  );
  return (await Promise.all(all)).flat();
};

/** Packages of a `node_modules` that lie elsewhere (a monorepo, `npm link`): a relative link would lead astray in the shadow. */
const linkedFrom = async (modules: string): Promise<ReadonlySet<string>> => {
  const linked = new Set<string>();
  for (const name of await packagesIn(modules)) {
    const real = await ifThere(realpath(join(modules, name)));
    if (real === null || !isInside(real, modules)) linked.add(name);
  }
  return linked;
};

const emptyLayer = async (folder: string, shadow: string, lower: string): Promise<Layer> => {
  const [upper, work] = [join(folder, 'dependencies/upper'), join(folder, 'dependencies/work')];
  const at = join(shadow, 'node_modules');
  for (const made of [at, upper, work]) await mkdir(made, { recursive: true });
  return { lower, upper, work, at };
};

/** Lays the folder under the shadow: nothing is copied but packages that lie elsewhere. */
const lay = async (root: string, shadow: string, { lower, upper, at }: Layer): Promise<void> => {
  const linked = await linkedFrom(lower);
  const below = (path: string): string => path.slice(at.length + 1);
  const put = (path: string): string => join(upper, below(path));
  const has = (path: string): boolean => {
    const name = below(path).split(sep).join('/');
    return existsSync(put(path)) || (!linked.has(name) && existsSync(join(lower, name)));
  };
  await copyPackages(root, [...linked, ...(await neededBy(root))], { shadow, put, has });
};

/** Copies the folder whole where it is small, else what the package needs at run time. */
const copy = async (root: string, shadow: string, modules: string | null): Promise<void> => {
  const target = { shadow, put: (path: string): string => path, has: existsSync };
  const needed = await neededBy(root);
  const size = modules === null ? null : await treeSize(modules, WHOLE_LIMIT);
  if (modules === null || size === null || size.files > WHOLE_LIMIT.files || size.bytes > WHOLE_LIMIT.bytes)
    return copyPackages(root, needed, target);
  const linked = await linkedFrom(modules);
  await copyTree(modules, join(shadow, 'node_modules'), { skip: new Set(['.cache']) });
  await copyPackages(root, [...linked, ...needed], target);
};

/**
 * Gives the shadow the dependencies of the project (EXE-02, decision 0009): linked, so that tests read the person's own
 * `node_modules` and cannot write it, where this system can show a run such a view; else as copies. Null: copies.
 *
 * @param folder private folder of the shadow, `shadow` the copy of the project in it
 */
export const bringDependencies = async (
  project: string,
  folder: string,
  shadow: string,
): Promise<FileView | null> => {
  const root = await realpath(project);
  const modules = await ifThere(realpath(join(root, 'node_modules')));
  const layers = modules === null ? [] : [await emptyLayer(folder, shadow, modules)];
  const readOnly = [...(await theirs(root)), ...layers.map(({ lower }) => lower)];
  const view: FileView = { writable: folder, readOnly, layers };
  if (!(await canShow(view))) {
    await copy(root, shadow, modules);
    return null;
  }
  const [layer] = layers;
  await (layer === undefined ? copy(root, shadow, null) : lay(root, shadow, layer));
  return view;
};
