import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FileView, Layer } from '../native-runner/file-view.ts';
import { canShow } from '../native-runner/isolation.ts';
import { copyPackages, neededBy, type Wanted } from './copy-packages.ts';
import { copyTree, isInside } from './copy-tree.ts';
import { git } from './git.ts';
import { linkedFrom, type Place, placesOf } from './package-folders.ts';
import { type TreeSize, treeSize } from './tree-size.ts';

/** Up to this size all of `node_modules` is copied, so that the package's own tests can run too. */
const WHOLE_LIMIT: TreeSize = { files: 15_000, bytes: 200 * 1024 * 1024 };

/** Where the writable parts of the layers lie, in the private folder of a shadow. */
export const LAYERS = 'dependencies';

type Places = readonly [Place, ...Place[]];

/** Folders of the person that no test may write to: the project, and the repository that it is part of. */
const theirs = async (root: string): Promise<readonly string[]> => {
  const asked = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'];
  const { code, stdout } = await git(root, asked);
  const repository = code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  const folders = [...new Set([...repository, root])];
  return folders.filter((folder) => !folders.some((other) => other !== folder && isInside(folder, other)));
};

const wantedBy = ({ source, place }: Place, names: readonly string[], stays: boolean): Wanted[] =>
  names.map((name) => ({ source, place, name, stays }));

const emptyLayer = async (folder: string, lower: string, place: string): Promise<Layer> => {
  const [upper, work] = [join(folder, 'upper'), join(folder, 'work')];
  const at = join(place, 'node_modules');
  for (const made of [at, upper, work]) await mkdir(made, { recursive: true });
  return { lower, upper, work, at };
};

/** Lays the folders under the shadow: nothing is copied but packages that lie elsewhere. */
const lay = async (places: Places, layers: readonly Layer[]): Promise<void> => {
  const [project] = places;
  const linked: Wanted[] = [];
  for (const place of places) {
    if (place.modules === null) continue;
    // From one package of a monorepo to another a link leads in the shadow as well, and to what is patched there.
    const inside = place === project ? [place.modules] : [place.modules, project.source];
    linked.push(...wantedBy(place, await linkedFrom(place.modules, inside), true));
  }
  const hidden = new Set(linked.map(({ place, name }) => join(place, 'node_modules', name)));
  const moved = (path: string, side: 'upper' | 'lower'): string => {
    const layer = layers.find(({ at }) => isInside(path, at));
    return layer === undefined ? path : join(layer[side], relative(layer.at, path));
  };
  const put = (path: string): string => moved(path, 'upper');
  const has = (path: string): boolean =>
    existsSync(put(path)) || (!hidden.has(path) && existsSync(moved(path, 'lower')));
  const needed = wantedBy(project, await neededBy(project.source), false);
  await copyPackages([...linked, ...needed], { shadow: project.place, put, has });
};

/** Copies the folders whole where they are small, else what the packages need at run time. */
const copy = async (places: Places): Promise<void> => {
  const [project] = places;
  const target = { shadow: project.place, put: (path: string): string => path, has: existsSync };
  const needed = async (some: readonly Place[]): Promise<Wanted[]> =>
    (
      await Promise.all(some.map(async (place) => wantedBy(place, await neededBy(place.source), false)))
    ).flat();
  const folders = places.flatMap(({ modules }) => modules ?? []);
  const sizes = await Promise.all(folders.map((folder) => treeSize(folder, WHOLE_LIMIT)));
  const sum = (of: keyof TreeSize): number => sizes.reduce((total, size) => total + size[of], 0);
  if (sum('files') > WHOLE_LIMIT.files || sum('bytes') > WHOLE_LIMIT.bytes)
    return copyPackages(await needed(places), target);
  const linked: Wanted[] = [];
  for (const place of places) {
    if (place.modules === null) continue;
    await copyTree(place.modules, join(place.place, 'node_modules'), { skip: new Set(['.cache']) });
    linked.push(...wantedBy(place, await linkedFrom(place.modules, [place.modules]), true));
  }
  await copyPackages([...linked, ...(await needed([project]))], target);
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
  const places = await placesOf(root, shadow);
  const layers: Layer[] = [];
  for (const { place, modules } of places)
    if (modules !== null)
      layers.push(await emptyLayer(join(folder, LAYERS, String(layers.length)), modules, place));
  const readOnly = [...(await theirs(root)), ...layers.map(({ lower }) => lower)];
  const view: FileView = { writable: folder, readOnly, layers };
  if (!(await canShow(view))) {
    await copy(places);
    return null;
  }
  await lay(places, layers);
  return view;
};
