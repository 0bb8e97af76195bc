import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { insideProblem } from './inside.ts';
import { sandbox } from './testing.ts';

const { folder, project, write } = sandbox();

describe('paths on the disk', () => {
  it('[EXE-06] never lead through a symbolic link or to anything but a file', async () => {
    await write({ 'a/file.js': '' });
    await symlink(folder(), join(project(), 'out'));
    await symlink(join(project(), 'a/file.js'), join(project(), 'alias.js'));
    for (const path of ['out/x.js', 'alias.js', 'a', 'a/file.js/x.js', '../x.js', '.git/config']) {
      expect([path, await insideProblem(project(), path)]).toEqual([path, expect.objectContaining({ path })]);
    }
    for (const path of ['a/file.js', 'a/new.js', 'new/folder/file.js']) {
      expect(await insideProblem(project(), path)).toBe(null);
    }
  });
});
