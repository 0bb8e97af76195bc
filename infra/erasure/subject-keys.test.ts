import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderSubjectKeys, type SubjectKeys } from './subject-keys.ts';

let folder: string;
let keys: SubjectKeys;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-keys-'));
  keys = folderSubjectKeys(join(folder, 'keys'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('keys of people', () => {
  it('[ES-13] are never made for what is no id of ours, and not taken where they are cut short', async () => {
    for (const wrong of ['../up', '', '.hidden', 'a/b'])
      await expect(keys.keyOf(wrong)).rejects.toThrow('a key is asked for whom there cannot be');
    await keys.keyOf('ada');
    await writeFile(join(folder, 'keys', 'ada.key'), 'short');
    expect(() => keys.existing('ada')).toThrow('does not have 32 bytes');
  });

  it('[ES-13] are made once, however many ask at the same time, and are readable by their owner only', async () => {
    expect(keys.existing('ada')).toBe('UNKNOWN');
    const made = await Promise.all(Array.from({ length: 20 }, () => keys.keyOf('ada')));
    expect(new Set(made.map((key) => key?.export().toString('hex'))).size).toBe(1);
    expect(made[0]?.symmetricKeySize).toBe(32);
    expect((await keys.keyOf('bob'))?.export()).not.toEqual(made[0]?.export());
    expect((await stat(join(folder, 'keys', 'ada.key'))).mode & 0o777).toBe(0o600);
    expect((await readdir(join(folder, 'keys'))).sort()).toEqual(['ada.key', 'bob.key']);
  });

  it('[ES-13] are never made again once they are destroyed, also while somebody makes one', async () => {
    await keys.keyOf('ada');
    for (const who of ['ada', 'bob']) {
      await Promise.all([keys.destroy(who), keys.keyOf(who), keys.destroy(who), keys.keyOf(who)]);
      expect([await keys.keyOf(who), keys.existing(who)]).toEqual([null, 'DESTROYED']);
    }
    expect((await readdir(join(folder, 'keys'))).sort()).toEqual(['ada.erased', 'bob.erased']);
  });

  it('[ES-13] leave nothing behind, at whatever moment of their end somebody asks for one', async () => {
    const people = Array.from({ length: 80 }, async (_, n) => {
      const gone = keys.destroy(`p${n}`);
      for (let turn = 0; turn < n % 16; turn += 1) await nextTurn();
      await Promise.all([gone, keys.keyOf(`p${n}`)]);
    });
    await Promise.all(people);
    const left = await readdir(join(folder, 'keys'));
    expect(left.filter((name) => !name.endsWith('.erased'))).toEqual([]);
  });
});
