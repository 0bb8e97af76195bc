import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome } from '../home/home.ts';
import { accountFor, EMBEDDED, localAccount } from './account.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-account-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what the person keeps', () => {
  it('[EXE-07] has one made-up local account, readable by nobody else', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    const made = await localAccount(home);
    expect(await localAccount(home)).toEqual(made);
    expect(await accountFor(home, EMBEDDED)).toEqual(made);
    expect((await stat(home.path('credentials.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(home.root)).mode & 0o777).toBe(0o700);
  });
});
