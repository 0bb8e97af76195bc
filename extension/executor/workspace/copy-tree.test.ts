import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ifThere } from '../errno.ts';
import { copyTree } from './copy-tree.ts';

let folder: string;
let project: string;
let leftOut: string[];

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const link = (target: string, path: string): Promise<void> => symlink(target, join(project, path));
const copied = async (): Promise<string> => {
  const copy = join(folder, 'copy');
  await copyTree(project, copy, { skip: new Set(), onLinkOutside: (path) => leftOut.push(path) });
  return copy;
};
const isThere = async (path: string): Promise<boolean> => (await ifThere(lstat(path))) !== null;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'iama-copy-')));
  project = join(folder, 'project');
  leftOut = [];
  await write('project/lib/a.js', 'inside');
  await write('elsewhere/a.js', 'theirs');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('files in a copied folder', () => {
  it('[EXE-02] stay behind where their name cannot be spelled, and the others come along', async () => {
    const named = (...bytes: readonly number[]): Buffer =>
      Buffer.concat([Buffer.from(join(project, 'lib/b')), Buffer.from(bytes), Buffer.from('.js')]);
    await writeFile(named(0xe9), 'latin');
    await writeFile(named(0xef, 0xbf, 0xbd), 'spelled like that');
    const copy = await copied();
    expect((await readdir(join(copy, 'lib'))).sort()).toEqual(['a.js', 'b\ufffd.js']);
    expect(await readFile(join(copy, 'lib/b\ufffd.js'), 'utf8')).toBe('spelled like that');
  });
});

describe('symbolic links in a copied folder', () => {
  it('[EXE-02] are left out when they leave it by a link on the way, though their text stays inside', async () => {
    await link('../elsewhere', 'way');
    await link('way/a.js', 'through.js');
    const copy = await copied();
    expect(leftOut.sort()).toEqual(['through.js', 'way']);
    expect(await isThere(join(copy, 'through.js'))).toBe(false);
  });

  it('[EXE-02] are left out when they lead nowhere yet, through a link that leaves the folder', async () => {
    await link('../elsewhere', 'way');
    await link('way/not/yet.js', 'later.js');
    await link('later.js', 'later-still.js');
    await copied();
    expect(leftOut.sort()).toEqual(['later-still.js', 'later.js', 'way']);
  });

  it('[EXE-02] never lead back to the person, when the way inside goes out and in again', async () => {
    await symlink(join(project, 'lib'), join(folder, 'elsewhere/back'));
    await link('../elsewhere/back/a.js', 'round.js');
    await link(join(project, 'lib/a.js'), 'absolute.js');
    const copy = await copied();
    for (const name of ['round.js', 'absolute.js']) {
      expect(await readlink(join(copy, name))).toBe(join('lib', 'a.js'));
      await writeFile(join(copy, name), 'written by a test');
    }
    expect(await readFile(join(project, 'lib/a.js'), 'utf8')).toBe('inside');
  });

  it('[EXE-02] may be loops: those of links are left out, those of folders come along', async () => {
    await link('b', 'a');
    await link('a', 'b');
    await link('..', 'lib/up');
    await link('self', 'self');
    const copy = await copied();
    expect(leftOut.sort()).toEqual(['a', 'b', 'self']);
    expect(await realpath(join(copy, 'lib/up/lib/up/lib/a.js'))).toBe(join(copy, 'lib/a.js'));
  });

  it('[EXE-02] that lead to nothing inside of the folder come along', async () => {
    await link('lib/missing.js', 'broken.js');
    expect(await readlink(join(await copied(), 'broken.js'))).toBe(join('lib', 'missing.js'));
    expect(leftOut).toEqual([]);
  });
});
