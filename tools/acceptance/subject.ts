import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { AcceptancePackage } from './packages.ts';

/** A package that the run refactors and how a copy of it, with its dependencies beside it, comes to be. */
export type Subject = Readonly<{
  /** Unique in a run: with the version where a list or a person may try two of one package. */
  name: string;
  copyTo: (target: string) => void;
  /** Its own tests, where the release ships them: arguments to Node in the package's folder. */
  ownTests: readonly string[];
  /** What is known of it: a run that ends otherwise is told. Null: nothing is expected. */
  expected: string | null;
}>;

const NODE_MODULES = resolve('node_modules');

/** One of our exact-pinned dev dependencies. */
export const pinned = ({ name, alias, dependencies, ownTests }: AcceptancePackage): Subject => ({
  name,
  ownTests,
  expected: 'DELIVERED',
  copyTo: (target) => {
    const from = join(NODE_MODULES, alias);
    cpSync(from, target, {
      recursive: true,
      filter: (source) => !relative(from, source).includes('node_modules'),
    });
    for (const [dependency, dependencyAlias] of Object.entries(dependencies)) {
      mkdirSync(join(target, 'node_modules'), { recursive: true });
      symlinkSync(join(NODE_MODULES, dependencyAlias), join(target, 'node_modules', dependency));
    }
  },
});

const nameIn = (folder: string): string => {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return basename(folder);
  const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string; version?: string };
  return name === undefined ? basename(folder) : version === undefined ? name : `${name}@${version}`;
};

/** Any package folder on the disk, with its `node_modules`. */
export const folder = (path: string, expected: string | null = null): Subject => {
  const from = resolve(path);
  return {
    name: nameIn(from),
    ownTests: [],
    expected,
    copyTo: (target) =>
      cpSync(from, target, { recursive: true, filter: (source) => !/[\\/]\.git$/.test(source) }),
  };
};

/** An installed tree: the package itself and, beside it, everything it depends on. */
export const installed = (tree: string, name: string, expected: string | null): Subject => {
  const modules = join(tree, 'node_modules');
  return {
    name,
    ownTests: [],
    expected,
    copyTo: (target) => {
      cpSync(join(modules, name), target, { recursive: true });
      cpSync(modules, join(target, 'node_modules'), {
        recursive: true,
        filter: (source) => relative(modules, source) !== name && !/[\\/]\.bin$/.test(source),
      });
    },
  };
};
