import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/problem.ts';
import type { Specification } from '../api/wire.ts';
import type { GateOptions } from './gate-options.ts';
import { createOutput } from './output.ts';
import { approveSpec } from './spec-gate.ts';

const FIRST: Specification = {
  bdd: [{ id: 'bdd-1', given: 'g', when: 'w', then: 't' }],
  sdd: [{ id: 'sdd-1', topic: 'TYPES', statement: 's' }],
};
const ADDED = { id: 'sdd-2', topic: 'STRUCTURE', statement: 'two modules' } as const;

let folder = '';
const before = { VISUAL: process.env['VISUAL'], EDITOR: process.env['EDITOR'] };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-spec-gate-'));
  delete process.env['VISUAL'];
  delete process.env['EDITOR'];
});
afterEach(async () => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true, force: true });
});

/** An editor that writes one text after the other: a person who mends a mistake. */
const editorWriting = async (...texts: readonly string[]): Promise<void> => {
  await Promise.all(texts.map((text, at) => writeFile(join(folder, `text-${at}`), text)));
  const script = join(folder, 'editor.sh');
  const steps = texts.map(
    (_, at) =>
      `if [ ! -e "${folder}/done-${at}" ]; then cp "$1" "${folder}/seen-${at}"; cp "${folder}/text-${at}" "$1"; touch "${folder}/done-${at}"; exit 0; fi`,
  );
  await writeFile(script, `#!/bin/sh\n${steps.join('\n')}\nexit 1\n`);
  await chmod(script, 0o755);
  process.env['EDITOR'] = script;
};

const atGate = async (answers: readonly string[], typed = '') => {
  const [left, calls, told]: [string[], unknown[], string[]] = [[...answers], [], []];
  let spec = { revision: 1, revision_token: 't1', spec_hash: 'h1', approved: false, specification: FIRST };
  const client = {
    spec: async () => spec,
    cancel: async () => calls.push('cancel'),
    approveSpec: async (_id: string, shown: { revision_token: string }) =>
      calls.push(['approve', shown.revision_token]),
    call: async (
      name: string,
      { body }: { body: { text: string; specification: Specification; revision_token: string } },
    ) => {
      calls.push([name, body]);
      if (name === 'ReviseSpec') {
        spec = {
          ...spec,
          revision: spec.revision + 1,
          revision_token: 't2',
          specification: body.specification,
        };
        return {};
      }
      if (body.text === 'make it nicer')
        throw new ApiProblem(422, { code: 'NO_MODEL_CONFIGURED', detail: 'Write Given, When, Then.' });
      return { specification: { ...FIRST, sdd: [...FIRST.sdd, ADDED] }, unconverted: ['And nicer.'] };
    },
  };
  const silent = createOutput({
    json: true,
    stdout: { isTTY: false, write: () => true },
    stderr: { isTTY: false, write: () => true },
    env: {},
  });
  const options = {
    client,
    job: { jobId: 'job-1', yes: false },
    output: { ...silent, show: (text: string) => told.push(text), step: (text: string) => told.push(text) },
    prompt: { choose: async () => left.shift() ?? 'n', text: async () => typed, secret: async () => '' },
    lastOutcome: () => null,
  } as unknown as GateOptions;
  await approveSpec(options);
  return { calls, told: told.join('\n') };
};

describe('the specification at the prompt', () => {
  const changed = { ...FIRST, sdd: [ADDED] };

  it('[SPC-02] [EXE-07] takes an edit, shows what it changed, and approves what was shown last', async () => {
    await editorWriting(JSON.stringify(changed));
    const { calls, told } = await atGate(['e', 'y']);
    expect(calls).toEqual([
      ['ReviseSpec', { revision_token: 't1', specification: changed }],
      ['approve', 't2'],
    ]);
    expect(told).toContain('Revision 2:\n- sdd-1  types: s\n+ sdd-2  structure: two modules');
  });

  it.each([
    ['no JSON', '{ "bdd": [', 'This is no JSON'],
    [
      'a wrong topic',
      JSON.stringify({ ...FIRST, sdd: [{ id: 'a', topic: 'X', statement: 's' }] }),
      'sdd[0].topic',
    ],
    ['an id twice', JSON.stringify({ bdd: [], sdd: [ADDED, ADDED] }), 'Two items have the id sdd-2.'],
  ])(
    '[SPC-02] [EXE-07] says what is wrong with %s, and goes on from the same text',
    async (_what, wrong, said) => {
      await editorWriting(wrong, JSON.stringify(changed));
      const { calls, told } = await atGate(['e', 'e', 'y']);
      expect(told).toContain(said);
      expect(calls).toEqual([
        ['ReviseSpec', { revision_token: 't1', specification: changed }],
        ['approve', 't2'],
      ]);
      expect(await readFile(join(folder, 'seen-1'), 'utf8')).toBe(wrong);
    },
  );

  it('[SPC-02] [EXE-07] changes nothing when the edit is dropped, the editor fails, or none is named', async () => {
    await editorWriting('nonsense');
    expect((await atGate(['e', 'd', 'y'])).calls).toEqual([['approve', 't1']]);
    expect(await atGate(['e', 'y'])).toMatchObject({
      calls: [['approve', 't1']],
      told: expect.stringContaining('The editor ended with an error'),
    });
    delete process.env['EDITOR'];
    expect(await atGate(['e', 'y'])).toMatchObject({
      calls: [['approve', 't1']],
      told: expect.stringContaining('Set VISUAL or EDITOR'),
    });
  });

  it('[SPC-02] [EXE-07] makes no revision of an edit that changed nothing', async () => {
    await editorWriting(JSON.stringify(FIRST));
    expect((await atGate(['e', 'y'])).calls).toEqual([['approve', 't1']]);
  });

  it('[SPC-02] [EXE-07] converts what was typed, and takes it when the person has seen it', async () => {
    const { calls, told } = await atGate(['t', 'y', 'y'], 'Structure: two modules. And nicer.');
    expect(calls).toEqual([
      ['ConvertSpecText', { text: 'Structure: two modules. And nicer.' }],
      ['ReviseSpec', { revision_token: 't1', specification: { ...FIRST, sdd: [...FIRST.sdd, ADDED] } }],
      ['approve', 't2'],
    ]);
    expect(told).toContain('Not understood: And nicer.');
    expect((await atGate(['t', 'n', 'y'], 'Structure: two modules.')).calls).not.toContainEqual(
      expect.arrayContaining(['ReviseSpec']),
    );
  });

  it('[SPC-02] [EXE-07] asks on when the words cannot be converted', async () => {
    const { calls, told } = await atGate(['t', 'y'], 'make it nicer');
    expect(told).toContain('Write Given, When, Then.');
    expect(calls.at(-1)).toEqual(['approve', 't1']);
  });
});
