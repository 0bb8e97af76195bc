import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { JOB, proposal, specification } from '../../domain/refactoring/job/testing/samples.ts';
import { planTestsReactor } from './plan-tests.reactor.ts';
import { bench, only, reasons, running } from './testing/bench.ts';

describe('the test plan', () => {
  const run = (output: Json | Error) => {
    const given = bench(output);
    const effect = {
      type: 'PlanTests',
      data: { ...given.assignment(), proposal: proposal('STANDARD'), specification, testMode: 'BLACK_BOX' },
    } as const;
    return { ...given, commands: planTestsReactor(given.tools).run(effect, running) };
  };
  const plan = {
    mode: 'CHARACTERISATION',
    runner: 'node:test',
    files: [{ path: '.iama/tests/cases.mjs', text: '' }],
    subjects: [{ module: 'index.js', cases: 4 }],
    modules: ['index.js'],
    confidence: 80,
    uncovered: [],
  };

  it.each(['index.js', '.iama/tests/../../x.mjs', '/etc/passwd', '.iama/other.mjs'])(
    '[SEC-16] takes no test file at %s',
    async (path) => {
      const output = { status: 'PLANNED', plan: { ...plan, files: [{ path, text: '' }] }, cases: 4 };
      expect(only(await run(output).commands)).toMatchObject({ type: 'ReportInfraFailure' });
    },
  );

  it('[BIL-08] tells the job where the budget does not cover it, and is no failure of ours', async () => {
    const reached = new Rejection('BUDGET_REACHED', 'no more');
    expect(only(await run(reached).commands)).toMatchObject({
      type: 'ReportBudgetReached',
      data: { jobId: JOB },
    });
  });

  it('[TST-01] refuses the job when nothing can be exercised', async () => {
    expect(only(await run({ status: 'REFUSED', reasons }).commands)).toMatchObject({ type: 'RefuseJob' });
  });

  it('[TST-01] records the plan and asks for the baseline under a fixed id', async () => {
    const { asked, commands, read } = run({ status: 'PLANNED', plan, cases: 4 });
    const command = only(await commands);
    expect(command).toMatchObject({
      type: 'RecordTestPlan',
      data: { mode: 'CHARACTERISATION', subjects: 1, cases: 4, confidence: 80 },
    });
    expect(asked[0]?.inputs).toMatchObject({ testMode: 'BLACK_BOX' });
    expect(only(await run({ status: 'PLANNED', plan, cases: 4 }).commands)).toEqual(command);
    expect(command.type === 'RecordTestPlan' && read(command.data.plan)).toEqual({
      schema: 'iama.test-plan/1',
      ...plan,
    });
  });
});
