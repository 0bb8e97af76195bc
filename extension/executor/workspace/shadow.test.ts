import { spawnSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { createShadow, sweepShadows } from './shadow.ts';
import { CANARIES, sandbox } from './testing.ts';

vi.setConfig({ testTimeout: 30_000 });

const { folder, project, write, commitAll } = sandbox();

describe('the shadow', () => {
  it('[CTX-02] leaves files with secrets out of the copy, ignored ones too, and names them', async () => {
    await write({
      '.gitignore': '.env\n',
      '.env': 'NOTHING=special\n',
      'keys/server.pem': 'x',
      'config.js': `exports.ok = 1;\n${CANARIES['stripe.js'] ?? ''}\n`,
      '.env.example': 'API_KEY=\n',
      'index.js': 'exports.ok = true;\n',
    });
    await symlink('.env', join(project(), 'linked'));
    const shadow = await createShadow(project());
    try {
      expect(shadow.keptBack.map(({ path, line }) => [path, line]).sort()).toEqual([
        ['.env', null],
        ['config.js', 2],
        ['keys/server.pem', null],
      ]);
      for (const path of ['.env', 'linked', 'config.js', 'keys/server.pem']) {
        await expect(readFile(join(shadow.root, path))).rejects.toThrow('ENOENT');
      }
      expect((await readdir(shadow.root)).sort()).toEqual(
        ['.env.example', '.gitignore', 'index.js', 'keys', 'linked'].sort(),
      );
    } finally {
      await shadow.dispose();
    }
  });

  it('[EXE-02] is private, has the project without version control, and shares no file with it', async () => {
    await write({ 'index.js': 'original', 'lib/tool.sh': '#!/bin/sh', '.iama/x': '', 'a/b.js': '' });
    await chmod(join(project(), 'lib/tool.sh'), 0o755);
    await link(join(project(), 'index.js'), join(project(), 'hard.js'));
    await symlink('index.js', join(project(), 'inside.js'));
    await symlink(folder(), join(project(), 'outside'));
    commitAll();
    const shadow = await createShadow(project());
    expect((await stat(dirname(shadow.root))).mode & 0o777).toBe(0o700);
    expect((await readdir(shadow.root)).sort()).toEqual(['a', 'hard.js', 'index.js', 'inside.js', 'lib']);
    expect((await stat(join(shadow.root, 'lib/tool.sh'))).mode & 0o111).toBe(0o111);
    expect((await lstat(join(shadow.root, 'inside.js'))).isSymbolicLink()).toBe(true);
    for (const name of ['index.js', 'inside.js', 'hard.js'])
      await writeFile(join(shadow.root, name), 'overwritten');
    expect(await readFile(join(project(), 'index.js'), 'utf8')).toBe('original');
    await shadow.dispose();
    await expect(stat(dirname(shadow.root))).rejects.toThrow('ENOENT');
  });

  it('[EXE-02] is removed at the next start when its owner was killed', async () => {
    await write({ 'index.js': '' });
    const module = fileURLToPath(new URL('./shadow.ts', import.meta.url));
    const source = `import { createShadow } from ${JSON.stringify(module)};
      const shadow = await createShadow(${JSON.stringify(project())});
      process.stdout.write(shadow.root, () => process.kill(process.pid, 'SIGKILL'));`;
    const died = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
    expect(died.signal).toBe('SIGKILL');
    const left = died.stdout;
    expect((await stat(left)).isDirectory()).toBe(true);
    const alive = await createShadow(project());
    expect(await sweepShadows()).toBeGreaterThanOrEqual(1);
    await expect(stat(left)).rejects.toThrow('ENOENT');
    expect((await stat(alive.root)).isDirectory()).toBe(true);
    await alive.dispose();
  });

  it.each([
    ['of another pid namespace', '999999999.1-1-'],
    ['of a version that named no namespace', '999999999.1-'],
  ])(
    '[EXE-02] %s is left for a day, because nobody can tell from here whether its owner lives',
    async (_, owner) => {
      const theirs = await mkdtemp(join(tmpdir(), `iama-shadow-${owner}`));
      try {
        await sweepShadows();
        expect((await stat(theirs)).isDirectory()).toBe(true);
        const yesterday = new Date(Date.now() - 25 * 3_600_000);
        await utimes(theirs, yesterday, yesterday);
        await sweepShadows();
        await expect(stat(theirs)).rejects.toThrow('ENOENT');
      } finally {
        await rm(theirs, { recursive: true, force: true });
      }
    },
  );
});
