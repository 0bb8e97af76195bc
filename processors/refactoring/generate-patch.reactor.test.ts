import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { JOB, proposal, specification } from '../../domain/refactoring/job/testing/samples.ts';
import type { GeneratePatch } from './effects.ts';
import { generatePatchReactor } from './generate-patch.reactor.ts';
import { bench, only, reasons, running, SOURCE, sha256 } from './testing/bench.ts';

describe('the patch', () => {
  const rename = {
    op: 'RENAME_FILE',
    path: 'index.js',
    baseSha256: sha256(SOURCE),
    to: 'index.ts',
    content: 'export default 1;\n',
  };
  const patched = (edits: readonly Json[], more: Readonly<Record<string, Json>> = {}): Json => ({
    status: 'PATCHED',
    patch: { schema: 'iama.patch/1', edits },
    summary: 'one file',
    ...more,
  });
  const run = (output: Json | Error, past: GeneratePatch['data']['past'] = []) => {
    const given = bench(output);
    const effect = {
      type: 'GeneratePatch',
      data: {
        ...given.assignment(),
        attempt: 2,
        modelClass: 'L1',
        proposal: proposal('STANDARD'),
        specification,
        past,
      },
    } as const;
    return { ...given, commands: generatePatchReactor(given.tools).run(effect, running) };
  };

  it.each([
    ['climbs out', { ...rename, to: '../index.ts' }],
    ['touches the tests', { ...rename, to: '.iama/tests/cases.mjs' }],
    ['touches git', { op: 'WRITE_FILE', path: '.git/config', baseSha256: null, content: '' }],
    ['touches a file that was not sent', { ...rename, path: 'other.js' }],
    ['has no edit that is known', { op: 'EXEC', path: 'index.js' }],
  ])('[SEC-16] is rejected when it %s', async (_name, edit) => {
    expect(only(await run(patched([edit])).commands)).toMatchObject({
      type: 'RecordPatchFailure',
      data: { attempt: 2, failureClass: 'SCHEMA_VIOLATION', call: { outcome: 'SCHEMA_VIOLATION' } },
    });
  });

  it('[BIL-08] is asked for before it is dispatched, where the budget does not cover it', async () => {
    const reached = new Rejection('BUDGET_REACHED', 'no more');
    expect(only(await run(reached).commands)).toMatchObject({
      type: 'ReportBudgetReached',
      data: { jobId: JOB },
    });
  });

  it('[JOB-07] says why when it is refused', async () => {
    expect(only(await run({ status: 'REFUSED', reasons }).commands)).toMatchObject({
      type: 'RecordPatchFailure',
      data: { failureClass: 'REFUSED', reason: 'index.js: It uses with.' },
    });
  });

  it('[LLM-10] is stored with the report of its making', async () => {
    const more = { report: { anyPositions: 1 }, recipe: { disabledSteps: [] } };
    const { commands, read, asked } = run(patched([rename], more));
    const command = only(await commands);
    expect(command).toMatchObject({
      type: 'RecordPatch',
      data: { attempt: 2, filesTouched: ['index.js', 'index.ts'], summary: 'one file' },
    });
    expect(command.type === 'RecordPatch' && read(command.data.patch)).toEqual({
      schema: 'iama.patch/1',
      edits: [rename],
      ...more,
    });
    expect(asked[0]).toMatchObject({ stage: 'PATCH', modelClass: 'L1', attempt: 2 });
  });

  it('[JOB-07] of a further attempt is asked for with what was tried and how it failed', async () => {
    const given = bench(patched([rename]));
    const recipe = { disabledSteps: ['CLASSES'] };
    const patch = given.json('PATCH', { schema: 'iama.patch/1', edits: [rename], report: null, recipe });
    const report = given.json('TEST_REPORT', { counts: { failed: 1 } });
    const past = [{ attempt: 1, modelClass: 'L0', patch, report, rejection: null }] as const;
    const effect = {
      type: 'GeneratePatch',
      data: {
        ...given.assignment(),
        attempt: 2,
        modelClass: 'L1',
        proposal: proposal('STANDARD'),
        specification,
        past,
      },
    } as const;
    await generatePatchReactor(given.tools).run(effect, running);
    expect(given.asked[0]).toMatchObject({
      stage: 'REPAIR',
      inputs: { past: [{ attempt: 1, modelClass: 'L0', recipe, report: { counts: { failed: 1 } } }] },
    });
  });
});
