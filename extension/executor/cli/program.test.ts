import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHome } from '../home/home.ts';
import { saveAccount } from './account.ts';
import { createProgram } from './program.ts';

vi.setConfig({ testTimeout: 90_000 });

const BIN = fileURLToPath(new URL('../bin/iama.mjs', import.meta.url));
let folder: string;
const iama = (...args: string[]) =>
  spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), IAMA_SERVER: 'http://127.0.0.1:9' },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-cli-'));
  await mkdir(join(folder, 'project'));
  await mkdir(join(folder, 'home'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** With an account for the server that the tests name; nobody listens there. */
const signedIn = async (): Promise<void> => {
  const home = await openHome({ HOME: join(folder, 'home') });
  const account = { email: 'ada@example.org', password: 'correct horse battery', consentedAt: null };
  await saveAccount(home, 'http://127.0.0.1:9', account);
};

describe('the command line', () => {
  it('[EXE-07] says what is wrong with a command, and ends with 2', () => {
    for (const args of [
      ['walk'],
      ['run'],
      ['run', 'missing'],
      ['run', 'project', '--goal', 'make-it-nice'],
      ['run', 'project', '--strategy', 'bold'],
      ['run', 'project', '--target', '../other.js'],
      ['attach', 'unknown-job'],
      ['run', 'project', 'folder'],
      ['jobs', 'project'],
    ]) {
      const { status, stderr } = iama(...args);
      expect([args.join(' '), status, stderr === '']).toEqual([args.join(' '), 2, false]);
    }
  });

  it('[EXE-07] ends every error with a stable code, a sentence and what to do, for scripts too', async () => {
    await writeFile(join(folder, 'file.txt'), '');
    for (const [args, code] of [
      [['walk'], 'COMMAND_LINE'],
      [['run'], 'COMMAND_LINE'],
      [['run', 'missing'], 'NO_SUCH_FOLDER'],
      [['run', 'file.txt'], 'NO_SUCH_FOLDER'],
      [['run', '/'], 'FOLDER_TOO_WIDE'],
      [['run', 'home'], 'FOLDER_TOO_WIDE'],
      [['run', 'project', '--goal', 'make-it-nice'], 'OPTION_INVALID'],
      [['run', 'project', '--target', '../other.js'], 'TARGET_OUTSIDE'],
      [['run', 'project', '--server', 'nowhere'], 'SERVER_INVALID'],
      [['run', 'project'], 'NOT_SIGNED_IN'],
      [['attach'], 'JOB_UNKNOWN'],
      [['revert', 'unknown-job'], 'JOB_UNKNOWN'],
      [['jobs'], 'NOT_SIGNED_IN'],
    ] as const) {
      const { stdout, stderr } = iama(...args, '--json');
      expect([args, JSON.parse(stdout)]).toEqual([args, expect.objectContaining({ code, job_id: null })]);
      expect([args, stderr.trim().split('\n').length > 1]).toEqual([args, true]);
      expect(stderr).toContain(`[${code}]`);
    }
  });

  it('[EXE-07] does not take a folder that it cannot look at for a missing one', async () => {
    await symlink('loop', join(folder, 'loop'));
    const { status, stdout, stderr } = iama('run', 'loop', '--json');
    expect([status, JSON.parse(stdout)]).toEqual([7, expect.objectContaining({ code: 'FILE_ELOOP' })]);
    expect(stderr).toContain('Mend the link');
  });

  it('[EXE-07] names a typing error in a line, and not all that there is', () => {
    const { stderr } = iama('rnu', 'project');
    expect(stderr).toContain('Did you mean run?');
    expect(stderr.trim().split('\n').length).toBeLessThan(6);
  });

  it('[EXE-07] points to the help of the command that was mistyped', () => {
    expect(iama('jobs', '--nope').stderr).toContain('iama jobs --help');
    expect(iama('audit', 'job').stderr).toContain('iama audit job --help');
  });

  it('[EXE-07] describes every command in the help', () => {
    const { program } = createProgram({ version: '', serverEntry: null });
    const all = (command: Command): Command[] => command.commands.flatMap((each) => [each, ...all(each)]);
    expect(
      all(program)
        .filter((each) => each.description() === '')
        .map((each) => each.name()),
    ).toEqual([]);
  });

  it('[EXE-07] asks for an account before it reads or asks anything else', async () => {
    const { stdout } = iama('run', 'project', '--yes');
    expect(stdout).toBe('');
  });

  it('[EXE-07] ends without a fault where nobody reads on, as behind head', async () => {
    const child = spawn(process.execPath, [BIN, '--help'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.destroy();
    const [status] = await once(child, 'exit');
    expect([status, stderr]).toEqual([0, '']);
  });

  it('[EXE-07] documents its exit codes', () => {
    const { status, stdout } = iama('--help');
    expect([status, stdout]).toEqual([0, expect.stringContaining('7 not started')]);
  });

  it('[EXE-04] does not start without a way back when nobody can be asked', async () => {
    await signedIn();
    const { status, stdout, stderr } = iama('run', 'project', '--json');
    expect(status).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'NOT_STARTED',
      code: 'LOCAL_NATIVE_NO_VCS_CHECKPOINT',
    });
    expect(stderr).toContain('git init');
    expect(iama('run', 'project').stdout).toBe('');
  });

  it('[CTX-02] does not start with a secret in the code, and never prints it', async () => {
    const secret = `${'ghp_'}${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
    await writeFile(join(folder, 'project/index.js'), `\nvar token = '${secret}';\n`);
    await signedIn();
    const { status, stdout, stderr } = iama('run', 'project', '--yes', '--json');
    expect(status).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'SECRET_FOUND' });
    expect(stderr).toContain('index.js, line 2 holds a secret');
    expect(stdout + stderr).not.toContain(secret);
  });

  it('[EXE-07] asks to sign in to a server that it has no account for', async () => {
    await writeFile(join(folder, 'project/index.js'), 'exports.a = 1;\n');
    const { status, stderr } = iama('run', 'project', '--yes');
    expect(status).toBe(6);
    expect(stderr).toContain('iama login --server http://127.0.0.1:9');
    expect(await readdir(join(folder, 'project'))).toEqual(['index.js']);
  });
});
