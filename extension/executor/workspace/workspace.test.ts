import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect, sha256 } from './collect.ts';
import { insideProblem } from './inside.ts';
import { describeWorkspace, hasCheckpoint, inspectWorkspace, needsChoice, preflightOf } from './preflight.ts';
import { createShadow, sweepShadows } from './shadow.ts';

vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let project: string;
const write = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), content);
  }
};
const gitIn = (...args: string[]): string =>
  execFileSync('git', ['-C', project, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  });
const commitAll = (): void => {
  gitIn('init', '-q');
  gitIn('add', '-A');
  gitIn('commit', '-qm', 'start');
};
const sent = async (targets: readonly string[] = []) =>
  (await collect(project, targets)).context.files.map(({ path }) => path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-workspace-'));
  project = join(folder, 'project');
  await mkdir(project);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Put together here, so that no scanner takes this file for a leak. */
const CANARIES: Readonly<Record<string, string>> = {
  'aws.js': `const id = '${'AKIA'}${'ZQ3TRBVNXAMPLEQ7'}';`,
  'github.js': `const token = '${'ghp_'}${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}';`,
  'slack.js': `post('${'xoxb-'}${'123456789012-1234567890123-abcdefghijklmnopqrstuvwx'}');`,
  'stripe.js': `charge('${'sk_live_'}${'4eC39HqLyjWDarjtT1zdp7dc'}');`,
  'key.js': `const pem = \`${'-----BEGIN RSA '}${'PRIVATE KEY-----'}\nMIIE\n\`;`,
  'npm.md': `//registry.npmjs.org/:_authToken=${'npm_'}${'1234567890abcdefghijklmnopqrstuvwxyz'}`,
  'google.py': `KEY = "${'AIza'}${'SyA1234567890abcdefghijklmnopqrstuv'}"`,
  'database.yml': `url: ${'postgres'}://admin:s3cretpassw0rd@db.example.com:5432/main`,
  'jwt.ts': `const t = '${'eyJhbGciOiJIUzI1NiJ9'}.${'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.${'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'}';`,
};

describe('secrets', () => {
  it.each(Object.entries(CANARIES))(
    '[CTX-02] keeps %s back and names the line, never the value',
    async (path, text) => {
      await write({ [path]: `first line\n${text}\n`, 'ok.js': 'exports.ok = true;\n' });
      const { context, secrets, baseHashes } = await collect(project, ['ok.js']);
      expect(context.files.map((file) => file.path)).toEqual(['ok.js']);
      expect(Object.keys(baseHashes)).toEqual(['ok.js']);
      expect(secrets[0]).toMatchObject({ path, line: 2 });
      const value = /[A-Za-z0-9_/+.:-]{20,}/u.exec(text)?.[0] ?? text;
      expect(JSON.stringify(secrets)).not.toContain(value);
    },
  );

  it.each(['.env', '.env.production', 'config/app.env', 'server.pem', 'id_rsa', '.npmrc', 'store.p12'])(
    '[CTX-02] keeps %s back by its name',
    async (path) => {
      await write({ [path]: 'NOTHING=special\n', 'ok.js': '' });
      const { context, secrets } = await collect(project, []);
      expect(secrets).toEqual([{ path, line: null, kind: expect.any(String) }]);
      expect(context.files.map((file) => file.path)).toEqual(['ok.js']);
    },
  );

  it('[CTX-02] does not start when a target, or code of the whole project, holds a secret', async () => {
    await write({ 'aws.js': CANARIES['aws.js'] ?? '', 'ok.js': '' });
    expect((await collect(project, ['aws.js'])).stops).toEqual([
      expect.stringMatching(/^aws\.js, line 1 holds/u),
    ]);
    expect((await collect(project, [])).stops).toHaveLength(1);
    expect((await collect(project, ['ok.js'])).stops).toEqual([]);
  });

  it('[CTX-02] lets ordinary code and templates pass', async () => {
    await write({
      '.env.example': 'API_KEY=\n',
      'index.js':
        "exports.password = function (token) { return 'sk_' + token; };\nvar hash = 'd41d8cd98f00b204e9800998ecf8427e';\n",
    });
    const { secrets, stops } = await collect(project, []);
    expect([secrets, stops]).toEqual([[], []]);
  });
});

describe('what is sent', () => {
  it('[CTX-01] follows the ignore files, deeper ones last, and never enters some folders', async () => {
    await write({
      '.gitignore': 'dist/\n*.log.txt\n/root-only.js\n',
      '.iamaignore': 'private/\n',
      'dist/out.js': '',
      'a.log.txt': '',
      'root-only.js': '',
      'sub/root-only.js': '',
      'sub/.gitignore': '!keep.log.txt\nlocal.js\n',
      'sub/keep.log.txt': '',
      'sub/local.js': '',
      'private/plan.md': '',
      'node_modules/dep/index.js': '',
      '.git/config.json': '',
      '.iama/tests/a.js': '',
      'index.js': '',
    });
    expect(await sent()).toEqual([
      '.gitignore',
      '.iamaignore',
      'index.js',
      'sub/.gitignore',
      'sub/keep.log.txt',
      'sub/root-only.js',
    ]);
  });

  it('[CTX-01] takes the ignore rules of the repository that the folder is part of', async () => {
    await write({ '.gitignore': 'generated/\n', 'pkg/index.js': '', 'pkg/generated/a.js': '' });
    commitAll();
    const { context } = await collect(join(project, 'pkg'), []);
    expect(context.files.map(({ path }) => path)).toEqual(['index.js']);
  });

  it('[CTX-01] leaves out binary, minified, generated, foreign and large files, and says why', async () => {
    const minified = `var a=function(b){return b*2};`.repeat(200);
    await write({
      'picture.png': new Uint8Array([1, 2]),
      'zero.js': 'a\0b',
      'latin.js': new Uint8Array([0x2f, 0x2f, 0xe9]),
      'bundle.js': minified,
      'lib.min.js': 'x',
      'made.js': '/* @generated by a tool */\n',
      'big.json': `"${'x'.repeat(600_000)}"`,
      'package-lock.json': '{}',
      'index.js': 'exports.a = 1;\n',
    });
    const { context, skipped } = await collect(project, []);
    expect(context.files.map(({ path }) => path)).toEqual(['index.js']);
    expect(Object.fromEntries(skipped.map(({ path, verdict }) => [path, verdict]))).toEqual({
      'picture.png': 'TYPE_NOT_SENT',
      'package-lock.json': 'TYPE_NOT_SENT',
      'zero.js': 'BINARY',
      'latin.js': 'NOT_UTF8',
      'bundle.js': 'MINIFIED',
      'lib.min.js': 'MINIFIED',
      'made.js': 'GENERATED',
      'big.json': 'TOO_LARGE',
    });
    expect(await sent(['made.js'])).toContain('made.js');
  });

  it('[CTX-01] keeps bytes and hash of every file, byte order mark and line ends too', async () => {
    const text = '\ufeffvar a = 1;\r\n';
    await write({ 'index.js': text });
    const { context, baseHashes } = await collect(project, []);
    expect(context.files).toEqual([{ path: 'index.js', text }]);
    expect(baseHashes).toEqual({ 'index.js': sha256(text) });
  });

  it('[CTX-01] does not follow a symbolic link out of the project', async () => {
    await writeFile(join(folder, 'outside.js'), 'secret');
    await symlink(join(folder, 'outside.js'), join(project, 'link.js'));
    await symlink(folder, join(project, 'up'));
    await write({ 'index.js': '' });
    expect(await sent()).toEqual(['index.js']);
  });

  it('[CTX-01] says which target does not exist or cannot be read', async () => {
    await write({ 'index.js': '', 'zero.js': 'a\0b' });
    expect((await collect(project, ['missing.js'])).stops).toEqual([expect.stringContaining('missing.js')]);
    expect((await collect(project, ['zero.js'])).stops).toEqual([expect.stringContaining('BINARY')]);
  });

  it('[CTX-04] sends interfaces of dependencies and of what they import, never a body', async () => {
    await write({
      'package.json': '{"dependencies":{"typed":"1","plain":"1","@s/untyped":"1","missing":"1"}}',
      'node_modules/typed/package.json': '{"types":"types/main.d.ts"}',
      'node_modules/typed/types/main.d.ts': "export * from './more.js';\nimport type { X } from 'other';\n",
      'node_modules/typed/types/more.d.ts': 'export declare const more: 1;\n',
      'node_modules/typed/types/unreached.d.ts': '',
      'node_modules/typed/index.js': 'body',
      'node_modules/plain/package.json': '{}',
      'node_modules/plain/index.js': 'body',
      'node_modules/@s/untyped/package.json': '{}',
      'node_modules/@types/s__untyped/package.json': '{"types":"index"}',
      'node_modules/@types/s__untyped/index.d.ts': '',
      'node_modules/other/package.json':
        '{"exports":{".":{"import":{"types":"./o.d.mts","default":"./o.mjs"}}}}',
      'node_modules/other/o.d.mts': '',
      'node_modules/other/o.mjs': 'body',
    });
    const { context } = await collect(project, []);
    expect(context.dependencies.map(({ path }) => path).sort()).toEqual([
      'node_modules/@s/untyped/package.json',
      'node_modules/@types/s__untyped/index.d.ts',
      'node_modules/@types/s__untyped/package.json',
      'node_modules/other/o.d.mts',
      'node_modules/other/package.json',
      'node_modules/plain/package.json',
      'node_modules/typed/package.json',
      'node_modules/typed/types/main.d.ts',
      'node_modules/typed/types/more.d.ts',
    ]);
  });
});

describe('preflight', () => {
  it('[EXE-04] [JOB-04] knows a folder without version control, and one without a commit', async () => {
    const none = await inspectWorkspace(project);
    expect([none.vcs, hasCheckpoint(none), preflightOf(none).choice]).toEqual(['NONE', false, 'SAFE_MODE']);
    expect(describeWorkspace(none)).toEqual([expect.stringContaining('not under version control')]);
    gitIn('init', '-q');
    const empty = await inspectWorkspace(project);
    expect([empty.vcs, empty.headCommit, hasCheckpoint(empty)]).toEqual(['GIT', null, false]);
  });

  it('[JOB-04] names every dirty file, with odd names, in plain words', async () => {
    await write({ 'a.js': '', 'old name.js': 'long enough to be seen as a move\n', 'sub/b.js': '' });
    commitAll();
    expect(needsChoice(await inspectWorkspace(project))).toBe(false);
    await write({ 'a.js': 'changed', 'new/é "x".js': '' });
    gitIn('mv', 'old name.js', 'new name.js');
    const state = await inspectWorkspace(project);
    expect([...state.dirtyPaths].sort()).toEqual(['a.js', 'new name.js', 'new/é "x".js']);
    expect(preflightOf(state)).toMatchObject({
      vcs: 'GIT',
      choice: 'SAFE_MODE',
      head_commit: state.headCommit,
    });
    expect(describeWorkspace(state)[0]).toMatch(/^3 files have changes that are not committed: /u);
  });

  it('[JOB-04] sees only what is below the folder, relative to it', async () => {
    await write({ 'pkg/a.js': '', 'other.js': '' });
    commitAll();
    await write({ 'pkg/a.js': 'changed', 'other.js': 'changed' });
    expect((await inspectWorkspace(join(project, 'pkg'))).dirtyPaths).toEqual(['a.js']);
  });

  it('[JOB-04] tells the server only paths that it can take, and the person of all', async () => {
    await write({ 'a.js': '1' });
    commitAll();
    await write({ 'nested/b.js': '1', 'odd\\name.js': '1' });
    execFileSync('git', ['init', '-q', join(project, 'nested')]);
    const state = await inspectWorkspace(project);
    expect(state).toMatchObject({ dirtyPaths: ['nested'], unnamed: 1 });
    expect(preflightOf(state).dirty_paths).toEqual(['nested']);
    expect(describeWorkspace(state)).toEqual([
      '2 files have changes that are not committed: nested and 1 more.',
    ]);
    await rm(join(project, 'nested'), { recursive: true });
    const odd = await inspectWorkspace(project);
    expect(needsChoice(odd)).toBe(true);
    expect(preflightOf(odd)).toMatchObject({ dirty_paths: [], choice: 'SAFE_MODE' });
    expect(describeWorkspace(odd)).toEqual(['1 file has changes that are not committed.']);
  });

  it('[JOB-04] looks at the folder that it is given, also when git itself called us', async () => {
    await write({ 'a.js': '1' });
    commitAll();
    await write({ 'a.js': '2' });
    const elsewhere = join(folder, 'elsewhere');
    execFileSync('git', ['init', '-q', elsewhere]);
    vi.stubEnv('GIT_DIR', join(elsewhere, '.git'));
    vi.stubEnv('GIT_WORK_TREE', elsewhere);
    vi.stubEnv('GIT_INDEX_FILE', join(elsewhere, '.git', 'index'));
    try {
      expect((await inspectWorkspace(project)).dirtyPaths).toEqual(['a.js']);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('[EXE-02] does not touch index or refs', async () => {
    await write({ 'a.js': '' });
    commitAll();
    const before = [await readFile(join(project, '.git/index')), await readdir(join(project, '.git'))];
    await inspectWorkspace(project);
    expect([await readFile(join(project, '.git/index')), await readdir(join(project, '.git'))]).toEqual(
      before,
    );
  });
});

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
    await symlink('.env', join(project, 'linked'));
    const shadow = await createShadow(project);
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
    await chmod(join(project, 'lib/tool.sh'), 0o755);
    await link(join(project, 'index.js'), join(project, 'hard.js'));
    await symlink('index.js', join(project, 'inside.js'));
    await symlink(folder, join(project, 'outside'));
    commitAll();
    const shadow = await createShadow(project);
    expect((await stat(dirname(shadow.root))).mode & 0o777).toBe(0o700);
    expect((await readdir(shadow.root)).sort()).toEqual(['a', 'hard.js', 'index.js', 'inside.js', 'lib']);
    expect((await stat(join(shadow.root, 'lib/tool.sh'))).mode & 0o111).toBe(0o111);
    expect((await lstat(join(shadow.root, 'inside.js'))).isSymbolicLink()).toBe(true);
    for (const name of ['index.js', 'inside.js', 'hard.js'])
      await writeFile(join(shadow.root, name), 'overwritten');
    expect(await readFile(join(project, 'index.js'), 'utf8')).toBe('original');
    await shadow.dispose();
    await expect(stat(dirname(shadow.root))).rejects.toThrow('ENOENT');
  });

  it('[EXE-02] brings dependencies as copies, linked ones with all that they need', async () => {
    const elsewhere = join(folder, 'store/node_modules');
    for (const [name, manifest] of Object.entries({
      linked: '{"dependencies":{"deep":"1"}}',
      deep: '{"dependencies":{"linked":"1"}}',
    })) {
      await mkdir(join(elsewhere, name), { recursive: true });
      await writeFile(join(elsewhere, name, 'package.json'), manifest);
      await writeFile(join(elsewhere, name, 'index.js'), `exports.name = '${name}';`);
    }
    await write({
      'package.json': '{"dependencies":{"own":"1","linked":"1"}}',
      'node_modules/own/index.js': 'own',
    });
    await write({ 'node_modules/own/package.json': '{}' });
    await symlink(join(elsewhere, 'linked'), join(project, 'node_modules/linked'));
    const shadow = await createShadow(project);
    expect((await readdir(join(shadow.root, 'node_modules'))).sort()).toEqual(['deep', 'linked', 'own']);
    expect((await lstat(join(shadow.root, 'node_modules/linked'))).isDirectory()).toBe(true);
    await writeFile(join(shadow.root, 'node_modules/linked/index.js'), 'overwritten');
    await writeFile(join(shadow.root, 'node_modules/own/index.js'), 'overwritten');
    expect(await readFile(join(elsewhere, 'linked/index.js'), 'utf8')).toBe("exports.name = 'linked';");
    expect(await readFile(join(project, 'node_modules/own/index.js'), 'utf8')).toBe('own');
    await shadow.dispose();
  });

  it('[EXE-02] finds dependencies above the project, as in a monorepo', async () => {
    await mkdir(join(folder, 'node_modules/hoisted'), { recursive: true });
    await writeFile(join(folder, 'node_modules/hoisted/package.json'), '{}');
    await write({ 'package.json': '{"dependencies":{"hoisted":"1"}}' });
    const shadow = await createShadow(project);
    expect(await readdir(join(shadow.root, 'node_modules'))).toEqual(['hoisted']);
    await shadow.dispose();
  });

  it('[EXE-02] is removed at the next start when its owner was killed', async () => {
    await write({ 'index.js': '' });
    const module = fileURLToPath(new URL('./shadow.ts', import.meta.url));
    const source = `import { createShadow } from ${JSON.stringify(module)};
      const shadow = await createShadow(${JSON.stringify(project)});
      process.stdout.write(shadow.root, () => process.kill(process.pid, 'SIGKILL'));`;
    const died = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
    expect(died.signal).toBe('SIGKILL');
    const left = died.stdout;
    expect((await stat(left)).isDirectory()).toBe(true);
    const alive = await createShadow(project);
    expect(await sweepShadows()).toBeGreaterThanOrEqual(1);
    await expect(stat(left)).rejects.toThrow('ENOENT');
    expect((await stat(alive.root)).isDirectory()).toBe(true);
    await alive.dispose();
  });
});

describe('paths on the disk', () => {
  it('[EXE-06] never lead through a symbolic link or to anything but a file', async () => {
    await write({ 'a/file.js': '' });
    await symlink(folder, join(project, 'out'));
    await symlink(join(project, 'a/file.js'), join(project, 'alias.js'));
    for (const path of ['out/x.js', 'alias.js', 'a', 'a/file.js/x.js', '../x.js', '.git/config']) {
      expect([path, await insideProblem(project, path)]).toEqual([path, expect.objectContaining({ path })]);
    }
    for (const path of ['a/file.js', 'a/new.js', 'new/folder/file.js']) {
      expect(await insideProblem(project, path)).toBe(null);
    }
  });
});
