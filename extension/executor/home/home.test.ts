import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome } from './home.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-home-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the folder of the person', () => {
  it('[EXE-07] follows IAMA_HOME, then XDG_DATA_HOME, then HOME', async () => {
    const [xdg, own] = [join(folder, 'xdg'), join(folder, 'own')];
    expect((await openHome({ HOME: own })).root).toBe(join(own, '.iama'));
    expect((await openHome({ HOME: own, XDG_DATA_HOME: xdg })).root).toBe(join(xdg, 'iama'));
    expect((await openHome({ HOME: own, XDG_DATA_HOME: xdg, IAMA_HOME: folder })).root).toBe(folder);
  });

  it('[EXE-07] takes nothing for absent but what is absent', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    expect(await home.readJson('missing.json')).toBe(null);
    await mkdir(home.path('config.json'));
    await expect(home.readJson('config.json')).rejects.toThrow('EISDIR');
  });
});
