import { mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isolationHere } from '../native-runner/isolation.ts';
import { nativeRunner } from '../native-runner/runner.ts';
import { createShadow, type Shadow } from './shadow.ts';
import { sandbox } from './testing.ts';
import { watchOver } from './untouched.ts';

vi.setConfig({ testTimeout: 30_000 });

const { folder, project, write } = sandbox();

/** What a program in the shadow prints. */
const printed = async (shadow: Shadow, code: string): Promise<string> => {
  const run = nativeRunner(shadow, new AbortController().signal);
  const options = { cwd: shadow.root, env: {}, timeoutMs: 20_000, maxOutputBytes: 100_000 };
  const { stdout, stderr } = await run(process.execPath, ['-e', code], options);
  return stdout + stderr;
};

const inShadow = async (root: string, work: (shadow: Shadow) => Promise<void>): Promise<void> => {
  const shadow = await createShadow(root);
  try {
    await work(shadow);
  } finally {
    await shadow.dispose();
  }
};

const packageAt = async (path: string, name: string, dependencies: object = {}): Promise<void> => {
  await mkdir(join(folder(), path), { recursive: true });
  await writeFile(join(folder(), path, 'package.json'), JSON.stringify({ dependencies }));
  await writeFile(join(folder(), path, 'index.js'), `exports.name = '${name}';`);
};

/** A monorepo: `own` is installed, `linked` is a link out of the project, `hoisted` lies above it. */
const monorepo = async (): Promise<void> => {
  const needs = { own: '1', linked: '1', hoisted: '1' };
  await write({ 'package.json': JSON.stringify({ dependencies: needs }), 'index.js': '' });
  await packageAt('project/node_modules/own', 'own');
  await packageAt('packages/linked', 'linked', { deep: '1' });
  await packageAt('packages/node_modules/deep', 'deep', { linked: '1' });
  await packageAt('node_modules/hoisted', 'hoisted');
  await symlink('../../packages/linked', join(project(), 'node_modules/linked'));
  await write({ 'node_modules/.bin/tool': '#!/usr/bin/env node' });
};

const LOADS = "console.log(['own', 'linked', 'hoisted'].map((name) => require(name).name).join())";

/** Options of the kernel's mount are parted by commas, so that this one cannot be laid under anything. */
const CANNOT_BE_LAID = 'a, b';

const places = async (): Promise<readonly (readonly [string, string, boolean])[]> => {
  const other = join(folder(), CANNOT_BE_LAID);
  const canLink = (await isolationHere()) === 'NAMESPACES';
  return [
    ['linked', project(), canLink],
    ['copied', other, false],
  ];
};

const inBoth = async (
  work: (shadow: Shadow, root: string, isLinked: boolean) => Promise<void>,
): Promise<void> => {
  for (const [, root, isLinked] of await places()) {
    if (root !== project()) await rename(project(), root);
    await inShadow(root, async (shadow) => {
      expect(shadow.view !== null).toBe(isLinked);
      await work(shadow, root, isLinked);
    });
  }
};

describe('dependencies in the shadow', () => {
  it('[EXE-02] are found as in the project, linked and hoisted ones too', async () => {
    await monorepo();
    await inBoth(async (shadow) => {
      expect(await printed(shadow, LOADS)).toBe('own,linked,hoisted\n');
      expect(await printed(shadow, "console.log(require.resolve('linked'))")).toBe(
        `${join(shadow.root, 'node_modules/linked/index.js')}\n`,
      );
    });
  });

  it('[EXE-02] may be written to by a test, which changes nothing of the person', async () => {
    await monorepo();
    await inBoth(async (shadow, root) => {
      const changed = await watchOver(folder());
      const code = `const fs = require('fs');
        for (const name of ['own', 'linked', 'hoisted']) fs.writeFileSync('node_modules/' + name + '/index.js', "exports.name = 'spoilt'");
        fs.mkdirSync('node_modules/.cache');
        fs.rmSync('node_modules/.bin/tool');
        ${LOADS}`;
      expect(await printed(shadow, code)).toBe('spoilt,spoilt,spoilt\n');
      // A later run in the same shadow sees what the one before did, as on any disk.
      expect(await printed(shadow, LOADS)).toBe('spoilt,spoilt,spoilt\n');
      expect(await changed()).toEqual({ dependencies: [], sources: [] });
      expect(await readdir(join(root, 'node_modules/.bin'))).toEqual(['tool']);
    });
  });

  it('[EXE-02] are held off a test that knows where they are, or the write is found out', async () => {
    await monorepo();
    await inBoth(async (shadow, root, isLinked) => {
      const [dependency, source] = [join(root, 'node_modules/own/index.js'), join(root, 'index.js')];
      const code = `for (const path of ${JSON.stringify([dependency, source])})
        try { require('fs').writeFileSync(path, 'spoilt'); console.log('done'); } catch (error) { console.log(error.code); }`;
      expect(await printed(shadow, code)).toBe(isLinked ? 'EROFS\nEROFS\n' : 'done\ndone\n');
      expect(await shadow.touched()).toEqual(
        isLinked
          ? { dependencies: [], sources: [] }
          : { dependencies: ['node_modules/own/index.js'], sources: ['index.js'] },
      );
      if (isLinked) expect(await readFile(dependency, 'utf8')).toBe("exports.name = 'own';");
    });
  });

  it('[EXE-02] are not copied where they are linked, so that their size does not matter', async () => {
    await monorepo();
    await inShadow(project(), async (shadow) => {
      if (shadow.view === null) return;
      const [layer] = shadow.view.layers;
      expect((await readdir(layer?.upper ?? '')).sort()).toEqual(['deep', 'hoisted', 'linked']);
    });
  });
});

describe('packages of a monorepo', () => {
  const LOADED =
    "console.log(['own', 'sibling', 'elsewhere', 'hoisted'].map((name) => require('./packages/a/' + name).name).join())";

  /** Its package `a` has a version of its own, a link to its sibling, one out of the project, and a package of the top. */
  const workspaces = async (): Promise<void> => {
    const uses = (name: string) => ({ [`packages/a/${name}.js`]: `module.exports = require('${name}');` });
    await write({
      'package.json': JSON.stringify({ dependencies: { own: '1', hoisted: '1' } }),
      'packages/a/package.json': JSON.stringify({ dependencies: { own: '2', sibling: '1', elsewhere: '1' } }),
      ...{ ...uses('own'), ...uses('sibling'), ...uses('elsewhere'), ...uses('hoisted') },
    });
    await packageAt('project/node_modules/own', 'own 1');
    await packageAt('project/node_modules/hoisted', 'hoisted');
    await packageAt('project/packages/sibling', 'sibling');
    await packageAt('project/packages/a/node_modules/own', 'own 2');
    await packageAt('elsewhere', 'elsewhere', { deep: '1' });
    await packageAt('node_modules/deep', 'deep');
    await symlink('../../sibling', join(project(), 'packages/a/node_modules/sibling'));
    await symlink('../../../../elsewhere', join(project(), 'packages/a/node_modules/elsewhere'));
  };

  it('[EXE-02] find what is installed beside them, each its own version', async () => {
    await workspaces();
    await inBoth(async (shadow) => {
      expect(await printed(shadow, LOADED)).toBe('own 2,sibling,elsewhere,hoisted\n');
      expect(await printed(shadow, "console.log(require('own').name)")).toBe('own 1\n');
    });
    expect((await readdir(tmpdir())).filter((name) => name.includes(`iama-shadow-${process.pid}`))).toEqual(
      [],
    );
  });

  it('[EXE-02] have a sibling as it is in the copy, where nothing has to be copied', async () => {
    await workspaces();
    await inShadow(project(), async (shadow) => {
      if (shadow.view === null) return;
      await writeFile(join(shadow.root, 'packages/sibling/index.js'), "exports.name = 'patched';");
      expect(await printed(shadow, LOADED)).toBe('own 2,patched,elsewhere,hoisted\n');
    });
  });
});

describe('a watch over the files of the person', () => {
  it('[EXE-02] finds changed, new, removed and replaced files, with size and times set back', async () => {
    await write({ 'a.js': 'one', 'b.js': '', 'node_modules/x/c.js': '', '.git/index': '' });
    const changed = await watchOver(project());
    expect(await changed()).toEqual({ dependencies: [], sources: [] });
    const { atime, mtime } = await stat(join(project(), 'a.js'));
    await writeFile(join(project(), 'a.js'), 'two');
    await utimes(join(project(), 'a.js'), atime, mtime);
    await rm(join(project(), 'b.js'));
    await write({ 'node_modules/x/new.js': '', '.git/index': 'changed' });
    const { dependencies, sources } = await changed();
    expect([dependencies, [...sources].sort()]).toEqual([['node_modules/x/new.js'], ['a.js', 'b.js']]);
  });
});
