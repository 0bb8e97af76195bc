import { describe, expect, it } from 'vitest';
import type { Proposal } from '../api/wire.ts';
import { acceptedConditions, placesOf } from './condition-gate.ts';
import type { GateOptions } from './gate-options.ts';
import { createOutput } from './output.ts';

const silent = createOutput({
  json: true,
  stdout: { isTTY: false, write: () => true },
  stderr: { isTTY: false, write: () => true },
  env: {},
});
const WRITES = 'index.js:3: Writes to a property of an object that may be frozen';

const gate = async ({
  conditions = ['STRICT_MODE'],
  ...given
}: Readonly<{
  conditions?: NonNullable<Proposal['conditions']>;
  yes?: boolean;
  acceptStrictMode?: boolean;
  /** Null: nobody is there to ask. */
  answer: string | null;
}>) => {
  const [told, ended]: [string[], string[]] = [[], []];
  const { yes = false, acceptStrictMode = false, answer } = given;
  const options = {
    client: { cancel: async (jobId: string) => ended.push(jobId) },
    job: { jobId: 'job-1', workspace: '/p', yes, acceptStrictMode },
    output: { ...silent, step: (line: string) => told.push(line), show: (line: string) => told.push(line) },
    prompt: answer === null ? null : { choose: async () => answer },
  } as unknown as GateOptions;
  const proposal = { breaking_surface: [WRITES], conditions } as unknown as Proposal;
  const result = await acceptedConditions(options, proposal).catch((error: unknown) => error);
  return { result, ended, said: told.join('\n') };
};

describe('the condition of a strategy', () => {
  it('[SPC-01] [EXE-07] is not accepted by --yes: the job ends free of charge, with the places and what to do', async () => {
    const { result, ended, said } = await gate({ yes: true, answer: null });
    expect(result).toMatchObject({
      exitCode: 3,
      code: 'CONDITION_NOT_ACCEPTED',
      message: expect.stringContaining(WRITES),
      next: expect.stringContaining('iama run /p --accept-strict-mode'),
    });
    expect(result).toMatchObject({ next: expect.stringContaining("write 'use strict'") });
    expect([ended, said]).toEqual([['job-1'], '']);
  });

  it('[SPC-01] [EXE-07] keeps the job waiting where nobody can be asked', async () => {
    const { result, ended } = await gate({ answer: null });
    expect(result).toMatchObject({
      exitCode: 5,
      code: 'WAITING_FOR_A_DECISION',
      next: expect.stringContaining('iama attach job-1 --accept-strict-mode'),
    });
    expect(ended).toEqual([]);
  });

  it('[SPC-01] is asked for with its places, and ends the job at a no', async () => {
    const no = await gate({ answer: 'n' });
    expect([no.result, no.ended]).toMatchObject([{ code: 'CONDITION_NOT_ACCEPTED' }, ['job-1']]);
    const yes = await gate({ answer: 'y' });
    expect([yes.result, yes.ended]).toEqual([['STRICT_MODE'], []]);
    expect(yes.said).toContain(WRITES);
  });

  it('[SPC-01] [EXE-07] is accepted by its flag, which is told', async () => {
    const { result, said } = await gate({ acceptStrictMode: true, yes: true, answer: null });
    expect(result).toEqual(['STRICT_MODE']);
    expect(said).toContain('because of --accept-strict-mode');
  });

  it('[SPC-01] says and asks nothing where there is none, whatever the flag', async () => {
    for (const yes of [true, false])
      expect(await gate({ conditions: [], yes, acceptStrictMode: yes, answer: null })).toEqual({
        result: [],
        ended: [],
        said: '',
      });
  });

  it('[SPC-01] shows the first places, those of one reason together, and counts the others', () => {
    const breaking_surface = Array.from({ length: 20 }, (_, n) => `f${n}.js:1: Writes`);
    expect(placesOf({ breaking_surface: ['a.js:1: Writes', 'a.js:7: Writes'] })).toEqual([
      'a.js:1 and 7: Writes',
    ]);
    expect(placesOf({ breaking_surface })).toHaveLength(13);
    expect(placesOf({ breaking_surface }).at(-1)).toBe('and 8 more');
  });
});
