import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MorePackage } from './more.ts';
import { installed, type Subject } from './subject.ts';
import { run } from './workspace.ts';

/** A package of the second list, taken from the registry below `root` when its turn comes; no script of it runs. */
export const fetched = ({ name, version, expected }: MorePackage, root: string): Subject => {
  const release = `${name}@${version}`;
  const tree = join(root, release.replace('/', '+'));
  const fetch = (): void => {
    mkdirSync(tree, { recursive: true });
    writeFileSync(join(tree, 'package.json'), '{ "private": true }\n');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const done = run('npm', ['install', ...flags, release], tree);
    if (done.exitCode !== 0) throw new Error(`npm could not fetch ${release}: ${done.stderr}`);
  };
  return {
    ...installed(tree, name, expected),
    name: release,
    copyTo: (target) => {
      if (!existsSync(tree)) fetch();
      installed(tree, name, expected).copyTo(target);
    },
  };
};
