import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../home/home.ts';
import { isolationHere } from '../native-runner/isolation.ts';
import { createOutput } from './output.ts';
import { acknowledgeSideEffects, sideEffects } from './side-effects.ts';

let folder: string;
let home: Home;
let said: string;
const stream = {
  isTTY: false,
  write: (part: string | Uint8Array): boolean => {
    said += part;
    return true;
  },
};
const ask = (yes: boolean): Promise<void> => {
  said = '';
  const output = createOutput({ json: false, stdout: stream, stderr: stream, env: {} });
  return acknowledgeSideEffects({ home, output, prompt: null, yes });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-agree-'));
  home = await openHome({ IAMA_HOME: folder });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what a test could do to the person', () => {
  it('[EXE-04] is never agreed to in the name of somebody who was not asked', async () => {
    await expect(ask(false)).rejects.toMatchObject({ code: 'SIDE_EFFECTS_NOT_ACKNOWLEDGED', exitCode: 7 });
    expect(said).toBe('');
    expect(await home.readJson('config.json')).toBe(null);
  });

  it('[EXE-04] is told once, as far as this system holds it', async () => {
    const held = await isolationHere();
    await ask(true);
    expect(said.trim()).toBe(sideEffects(held));
    expect(await home.readJson('config.json')).toMatchObject({ isolation: held });
    await ask(false);
    expect(said).toBe('');
  });

  it('[EXE-04] is asked again where less is held than was agreed to', async () => {
    const at = { sideEffectsAcknowledgedAt: '2026-11-21T00:00:00.000Z' };
    await home.writeJson({ ...at, isolation: 'PROCESS_GROUP' }, 'config.json');
    await ask(false);
    expect(said).toBe('');
    await home.writeJson({ ...at, isolation: 'NAMESPACES' }, 'config.json');
    if ((await isolationHere()) === 'NAMESPACES') await ask(false);
    else await expect(ask(false)).rejects.toMatchObject({ code: 'SIDE_EFFECTS_NOT_ACKNOWLEDGED' });
  });

  it('[EXE-04] promises nothing that is not held', () => {
    expect(sideEffects('PROCESS_GROUP')).toContain('could reach the network');
    expect(sideEffects('NAMESPACES')).toContain('no network');
    expect(sideEffects('NAMESPACES')).toContain('could still read and change files outside');
  });
});
