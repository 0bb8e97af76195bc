import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileView } from './file-view.ts';
import { canShow, isolationHere } from './isolation.ts';
import { runProcess } from './run-process.ts';

let folder: string;
let view: FileView;
let isShown: boolean;

const run = (code: string) =>
  runProcess({
    command: process.execPath,
    args: ['-e', code],
    cwd: join(view.writable, 'project'),
    home: view.writable,
    temp: view.writable,
    timeoutMs: 20_000,
    isolation: 'NAMESPACES',
    view,
  });

beforeEach(async () => {
  // A quote in the path, because it goes through a shell.
  folder = await realpath(await mkdtemp(join(tmpdir(), "iama-view-'x' ")));
  const [mine, copy] = [join(folder, 'mine'), join(folder, 'mine/shadow')];
  const [lower, at] = [join(mine, 'node_modules'), join(copy, 'project/node_modules')];
  const [upper, work] = [join(copy, 'upper'), join(copy, 'work')];
  for (const each of [lower, at, upper, work]) await mkdir(each, { recursive: true });
  await writeFile(join(mine, 'index.js'), 'mine');
  await writeFile(join(lower, 'dep.js'), 'exports.name = __filename');
  // The copy lies in the folder that is locked, which is the harder case.
  view = { writable: copy, readOnly: [mine], layers: [{ lower, upper, work, at }] };
  isShown = await canShow(view);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a view of the disk', () => {
  it('[EXE-02] is not promised where it cannot be arranged', async () => {
    const nowhere = { lower: join(folder, 'absent'), upper: folder, work: folder, at: folder };
    expect(await canShow({ ...view, layers: [nowhere] })).toBe(false);
    expect(isShown).toBe((await isolationHere()) === 'NAMESPACES');
  });

  it('[EXE-02] lets a run write where it works, and its writes to a layer stay there', async () => {
    if (!isShown) return;
    const { stdout, exitCode } = await run(`
      const fs = require('fs');
      console.log(require('./node_modules/dep.js').name.endsWith('shadow/project/node_modules/dep.js'));
      fs.writeFileSync('node_modules/dep.js', 'changed');
      fs.mkdirSync('node_modules/.cache');
      fs.writeFileSync('own.txt', 'x');
      console.log(fs.readFileSync('node_modules/dep.js', 'utf8'), process.getuid());`);
    expect([exitCode, stdout]).toEqual([0, `true\nchanged ${process.getuid?.()}\n`]);
    expect(await readFile(join(folder, 'mine/node_modules/dep.js'), 'utf8')).toContain('__filename');
    await expect(stat(join(folder, 'mine/node_modules/.cache'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(view.writable, 'project/own.txt'), 'utf8')).toBe('x');
  });

  it('[EXE-02] refuses every write to what is read-only, and every way to make it writable again', async () => {
    if (!isShown) return;
    const path = (name: string): string => JSON.stringify(join(folder, 'mine', name));
    const { stdout } = await run(`
      const fs = require('fs');
      const { spawnSync } = require('child_process');
      const tries = [
        () => fs.writeFileSync(${path('index.js')}, 'x'),
        () => fs.unlinkSync(${path('index.js')}),
        () => fs.chmodSync(${path('index.js')}, 0o777),
        () => fs.renameSync(${path('index.js')}, ${path('other.js')}),
        () => fs.writeFileSync(${path('node_modules/dep.js')}, 'x'),
        () => fs.symlinkSync('x', ${path('new')}),
        () => fs.linkSync(${path('index.js')}, 'hard'),
      ];
      const codes = tries.map((attempt) => { try { attempt(); return 'done'; } catch (error) { return error.code; } });
      const lift = "umount -l " + ${path('').replace('/"', '"')} + "; mount -o remount,bind,rw " + ${path('').replace('/"', '"')} + "; echo x > " + ${path('index.js')};
      spawnSync('unshare', ['--user', '--map-root-user', '--mount', '--', 'sh', '-c', lift]);
      spawnSync('sh', ['-c', lift]);
      console.log(codes.join());`);
    expect(stdout).toBe('EROFS,EROFS,EROFS,EROFS,EROFS,EROFS,EXDEV\n');
    expect(await readFile(join(folder, 'mine/index.js'), 'utf8')).toBe('mine');
  });
});
