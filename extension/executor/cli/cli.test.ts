import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswerNotUnderstood } from '../api/problem.ts';
import { openHome } from '../home/home.ts';
import { releaseLock, takeLock } from '../home/lock.ts';
import { typePositions } from '../languages/type-positions.ts';
import { accountFor, EMBEDDED, localAccount, saveAccount } from './account.ts';
import { sweepCheckpoints } from './checkpoints.ts';
import { onConnection } from './environment.ts';
import { createOutput } from './output.ts';
import { endOf, keepFault } from './problems.ts';
import { choiceText, PromptClosed } from './prompt.ts';
import { noDelivery, proposalCard, timelineLine } from './render.ts';
import { table } from './table.ts';

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
      if (code !== 'COMMAND_LINE') expect(stderr).toContain(`[${code}]`);
    }
  });

  it('[EXE-07] names a typing error in a line, and not all that there is', () => {
    const { stderr } = iama('rnu', 'project');
    expect(stderr).toContain('Did you mean run?');
    expect(stderr.trim().split('\n').length).toBeLessThan(6);
  });

  it('[EXE-07] asks for an account before it reads or asks anything else', async () => {
    const { stdout } = iama('run', 'project', '--yes');
    expect(stdout).toBe('');
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

describe('what the person keeps', () => {
  it('[EXE-07] has one made-up local account, readable by nobody else', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    const made = await localAccount(home);
    expect(await localAccount(home)).toEqual(made);
    expect(await accountFor(home, EMBEDDED)).toEqual(made);
    expect((await stat(home.path('credentials.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(home.root)).mode & 0o777).toBe(0o700);
  });

  it('[EXE-07] lets one command at a time follow a job, and takes over from a dead one', async () => {
    const lock = join(folder, 'jobs/a.lock');
    expect(await takeLock(lock)).toBe(true);
    expect(await takeLock(lock)).toBe(false);
    await releaseLock(lock);
    expect(await takeLock(lock)).toBe(true);
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(lock, `${dead}.1`);
    expect(await takeLock(lock)).toBe(true);
  });

  it('[EXE-07] follows IAMA_HOME, then XDG_DATA_HOME, then HOME', async () => {
    const [xdg, own] = [join(folder, 'xdg'), join(folder, 'own')];
    expect((await openHome({ HOME: own })).root).toBe(join(own, '.iama'));
    expect((await openHome({ HOME: own, XDG_DATA_HOME: xdg })).root).toBe(join(xdg, 'iama'));
    expect((await openHome({ HOME: own, XDG_DATA_HOME: xdg, IAMA_HOME: folder })).root).toBe(folder);
  });

  it('[EXE-07] is not replaced by a default when it is damaged', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    await writeFile(home.path('config.json'), '{');
    await expect(home.readJson('config.json')).rejects.toThrow('cannot be read');
    const damaged = await home.readJson('config.json').catch((error: unknown) => endOf(error));
    expect(damaged).toMatchObject({ code: 'HOME_FILE_DAMAGED', exitCode: 7 });
    expect(await home.readJson('missing.json')).toBe(null);
  });
});

describe('what a job without version control leaves behind', () => {
  it('[EXE-04] is a copy of the folder, for as long as a delivery is kept', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    for (const name of ['old', 'new']) await mkdir(home.path('checkpoints', name), { recursive: true });
    const now = new Date();
    const then = new Date(now.getTime() - 15 * 86_400_000);
    await utimes(home.path('checkpoints', 'old'), then, then);
    expect(await sweepCheckpoints(home, now)).toBe(1);
    expect(await readdir(home.path('checkpoints'))).toEqual(['new']);
  });
});

describe('what the person sees', () => {
  const written = (json: boolean, isTTY: boolean, env: NodeJS.ProcessEnv = {}) => {
    let text = '';
    const write = (part: string | Uint8Array): boolean => {
      text += part;
      return true;
    };
    const stream = { isTTY, write };
    const output = createOutput({ json, stdout: stream, stderr: { ...stream, write: () => true }, env });
    output.show('plain', 'red');
    output.event({ id: '7', event: 'state_change', data: '{"status":"ANALYZING"}' });
    output.value({ status: 'DELIVERED' });
    return text;
  };

  it('[EXE-07] is one JSON value a line with --json, and text without', () => {
    expect(
      written(true, true)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { type: 'event', id: '7', event: 'state_change', data: { status: 'ANALYZING' } },
      { status: 'DELIVERED' },
    ]);
    expect(written(false, false)).toBe('plain\n');
    expect(written(false, true)).toBe('\u001b[31mplain\u001b[0m\n');
    expect(written(false, true, { NO_COLOR: '1' })).toBe('plain\n');
  });

  it('[EXE-07] never lands in the middle of a question', async () => {
    const lines: string[] = [];
    const stream = {
      isTTY: true,
      write: (part: string | Uint8Array): boolean => {
        lines.push(String(part).replace(/^\d\d:\d\d {2}/u, ''));
        return true;
      },
    };
    const output = createOutput({ json: false, stdout: stream, stderr: stream, env: { NO_COLOR: '1' } });
    await output.quietly(async () => {
      output.step('Accepted.');
      lines.push('y\n');
    });
    output.step('Applied.');
    expect(lines).toEqual(['y\n', 'Accepted.\n', 'Applied.\n']);
  });

  it('[EXE-07] says of a full disk or a closed folder what to do, and keeps the whole of a fault', async () => {
    const full = Object.assign(new Error('x'), { code: 'ENOSPC', path: '/tmp/a' });
    expect(endOf(full)).toMatchObject({ code: 'FILE_ENOSPC', exitCode: 7 });
    expect(endOf(full).message).toBe('/tmp/a does not fit: the disk is full.');
    expect(endOf(new PromptClosed())).toMatchObject({ exitCode: 130 });
    expect(endOf(new AnswerNotUnderstood('GetJob', null))).toMatchObject({
      exitCode: 6,
      code: 'ANSWER_NOT_UNDERSTOOD',
    });
    const fault = new Error('boom');
    expect(endOf(fault)).toMatchObject({ exitCode: 1, code: 'INTERNAL', message: 'A fault of IAMA: boom' });
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    const told = await keepFault(home, fault, new Date());
    expect(told).toContain(home.path('faults.log'));
    expect(await readFile(home.path('faults.log'), 'utf8')).toContain('cli.test.ts');
  });

  it('[EXE-07] tells once that the server is gone, and once that it is back', () => {
    let text = '';
    const stream = {
      isTTY: false,
      write: (part: string | Uint8Array): boolean => {
        text += part;
        return true;
      },
    };
    const told = onConnection(createOutput({ json: false, stdout: stream, stderr: stream, env: {} }));
    for (const state of ['BACK', 'LOST', 'LOST', 'BACK', 'BACK', 'LOST'] as const) told(state);
    expect(text.match(/does not answer|is back/gu)).toEqual([
      'does not answer',
      'is back',
      'does not answer',
    ]);
  });

  it('[EXE-07] asks in one line where there is room, and one choice a line where there is not', () => {
    const choices = { y: 'yes', n: 'not now' };
    expect(choiceText('Write it?', choices, 'y', 100)).toBe('Write it? [y = yes, n = not now; default y] ');
    expect(choiceText('Write it?', choices, 'y', 40)).toBe('Write it?\n  y  yes (default)\n  n  not now\n> ');
  });

  it('[EXE-07] is a table with a heading where there are several', () => {
    const rows = [
      { id: 'a', state: 'DELIVERED' },
      { id: 'bcd', state: 'FAILED' },
    ];
    expect(table({ id: 'job', state: 'state' }, rows)).toEqual([
      'job  state',
      'a    DELIVERED',
      'bcd  FAILED',
    ]);
    expect(table({ id: 'job' }, [])).toEqual([]);
  });

  it('[SPC-01] [JOB-10] shows a strategy in simple or in professional words', () => {
    const proposal = {
      proposal_id: 'p',
      strategy: 'STANDARD' as const,
      title: 'Types everywhere',
      simple: 'In plain words.',
      professional: 'In exact words.',
      files_touched: ['index.js'],
      risk: 2,
      breaking_surface: ['deep imports'],
      dependency_compatibility: [],
      complexity: { files: 1, lines: 10, functions: 2, branches: 1 },
      credits: { estimate: 0, low: 0, high: 0 },
    };
    expect(proposalCard(proposal, 2, 'SIMPLE')).toBe(
      '2  standard: Types everywhere\n   In plain words.\n   risk [##...]   1 file   free',
    );
    const exact = proposalCard(
      { ...proposal, credits: { estimate: 1_500_000, low: 1_000_000, high: 2_000_000 } },
      2,
      'PROFESSIONAL',
    );
    expect(exact).toContain('In exact words.');
    expect(exact).toContain('about 1.50 credits (1 to 2)');
    expect(exact).toContain('may break: deep imports');
  });

  it('[EXE-07] says in words why there is no delivery, each reason once', () => {
    const view = { status: 'FAILED' as const, failure_class: null, reasons: [] };
    expect(noDelivery({ ...view, failure_class: 'USER_CANCELLED' })).toBe(
      'No delivery: you cancelled the job.',
    );
    const low = {
      code: 'BASELINE_FAILED',
      path: null,
      line: null,
      reason: 'COVERAGE_TOO_LOW: it reaches too little',
    };
    expect(noDelivery({ ...view, reasons: [low, low] })).toBe('No delivery: it reaches too little');
    const here = { code: 'WITH', path: 'index.js', line: 2, reason: 'It uses with.' };
    expect(noDelivery({ ...view, reasons: [low, here] })).toBe(
      'No delivery:\n  it reaches too little\n  index.js:2: It uses with.',
    );
  });

  it('[JOB-06] has a line for what matters, and none for its own log lines coming back', () => {
    const line = (event: string, data: unknown) =>
      timelineLine({ id: null, event, data: JSON.stringify(data) }, (id) => id === 'mine');
    expect(line('state_change', { status: 'REFACTORING', delivery_phase: null })).toBe('Refactoring.');
    expect(line('state_change', { status: 'DELIVERED', delivery_phase: 'APPLIED' })).toBe(
      'Applied to your files.',
    );
    expect(line('log_line', { execution_id: 'mine', line: 'x' })).toBe(null);
    expect(line('log_line', { execution_id: 'other', line: 'x' })).toBe('  x');
    expect(line('attempt_start', { attempt: 0, model_class: 'L0' })).toContain('costs nothing');
    expect(line('attempt_start', { attempt: 1, model_class: 'L1' })).toBe('Repair 1, up to model class L1.');
    expect(line('attempt_end', { outcome: 'PASSED' })).toBe(null);
    expect(
      line('attempt_end', { outcome: 'REJECTED', failure_class: 'REFUSED', reason: 'no recipe' }),
    ).toContain('no recipe');
    expect(line('artifact_ready', {})).toBe(null);
  });

  it('[EXE-07] counts written types, and every any among them', () => {
    const text =
      'const a: number = 1;\nfunction f(b: any[], c = 2): void {}\nclass D { e: string = ""; }\nconst g = a as any;\n';
    expect(typePositions([{ path: 'a.ts', text }])).toEqual({ annotated: 5, any: 2 });
  });
});
