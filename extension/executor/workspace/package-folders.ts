import { readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ifThere } from '../errno.ts';
import { isInside, NOT_COPIED } from './copy-tree.ts';

/** A folder of the project that packages are installed in, and the same folder of the shadow. */
export type Place = Readonly<{
  source: string;
  place: string;
  /** Its `node_modules`, real; null: it has none. */
  modules: string | null;
}>;

const packagesIn = async (modules: string): Promise<readonly string[]> => {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const all = names.map(async (name) =>
    name.startsWith('@')
      ? ((await ifThere(readdir(join(modules, name)))) ?? []).map((each) => `${name}/${each}`)
      : [name],
  );
  return (await Promise.all(all)).flat();
};

/** The project itself, and each of its folders with packages of its own, as those of a monorepo. */
export const placesOf = async (root: string, shadow: string): Promise<readonly [Place, ...Place[]]> => {
  const modulesIn = (source: string): Promise<string | null> =>
    ifThere(realpath(join(source, 'node_modules')));
  const below: Place[] = [];
  const enter = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isDirectory() || NOT_COPIED.has(entry.name)) continue;
      const source = join(folder, entry.name);
      const modules = await modulesIn(source);
      if (modules !== null && (await packagesIn(modules)).length > 0)
        below.push({ source, place: join(shadow, relative(root, source)), modules });
      await enter(source);
    }
  };
  await enter(root);
  return [{ source: root, place: shadow, modules: await modulesIn(root) }, ...below];
};

/** Packages that lie in none of these folders (`npm link`): a relative link to one would lead astray in the shadow. */
export const linkedFrom = async (modules: string, inside: readonly string[]): Promise<readonly string[]> => {
  const linked: string[] = [];
  for (const name of await packagesIn(modules)) {
    const real = await ifThere(realpath(join(modules, name)));
    if (real === null || !inside.some((folder) => isInside(real, folder))) linked.push(name);
  }
  return linked;
};
