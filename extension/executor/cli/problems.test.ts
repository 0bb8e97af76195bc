import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnswerNotUnderstood, ApiProblem } from '../api/problem.ts';
import { openHome } from '../home/home.ts';
import { DependenciesTouched } from '../workspace/untouched.ts';
import { endOf, keepFault } from './problems.ts';
import { PromptClosed } from './prompt.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-problems-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a problem', () => {
  it('[EXE-07] says of a full disk or a closed folder what to do, and keeps the whole of a fault', async () => {
    const full = Object.assign(new Error('x'), { code: 'ENOSPC', path: '/tmp/a' });
    expect(endOf(full)).toMatchObject({ code: 'FILE_ENOSPC', exitCode: 7 });
    expect(endOf(full).message).toBe('/tmp/a does not fit: the disk is full.');
    // Where no job was begun there is none to attach to, and run goes on with one that was.
    expect(endOf(full).next).toBe('Make room, then give the same command again.');
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
    expect(await readFile(home.path('faults.log'), 'utf8')).toContain('problems.test.ts');
  });

  it('[EXE-07] says what is wrong with what was typed, as the server tells it', () => {
    const issues = [
      { path: 'password', code: 'custom', message: 'This password is among the first that are guessed.' },
    ];
    const body = {
      code: 'VALIDATION_FAILED',
      detail: 'The request does not have the expected form.',
      issues,
    };
    expect(endOf(new ApiProblem(422, body))).toMatchObject({
      code: 'VALIDATION_FAILED',
      message:
        'The request does not have the expected form. password: This password is among the first that are guessed.',
    });
    expect(new ApiProblem(422, { ...body, issues: 'none' }).code).toBe('VALIDATION_FAILED');
  });

  it('[EXE-07] is a damaged file of ours, which no default replaces', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    await writeFile(home.path('config.json'), '{');
    await expect(home.readJson('config.json')).rejects.toThrow('cannot be read');
    const damaged = await home.readJson('config.json').catch((error: unknown) => endOf(error));
    expect(damaged).toMatchObject({ code: 'HOME_FILE_DAMAGED', exitCode: 7 });
  });

  it('[EXE-02] is what wrote into the dependencies of the person, with the way back', () => {
    const end = endOf(new DependenciesTouched(['node_modules/a/index.js']));
    expect(end).toMatchObject({ code: 'DEPENDENCIES_TOUCHED', exitCode: 3 });
    expect(end.message).toContain('node_modules/a/index.js');
    expect(end.next).toContain('npm ci');
  });
});
