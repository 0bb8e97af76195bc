import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { PlanTests } from './effects.ts';
import { idFrom } from './ids.ts';
import { planTestsAnswer } from './plan-tests.schema.ts';
import { ask, earlyClass, jobReactor, putJson, type ReactorTools } from './question.ts';

/** Plans tests that pin down what the code does today (TST-01), or says why nothing can be proven. */
export const planTestsReactor = (tools: ReactorTools): Reactor<PlanTests, JobCommand> =>
  jobReactor<PlanTests>(tools, 'PlanTests', async ({ data }, context, { at, fail }) => {
    const { jobId, goal, proposal, accepted = [], specification, testMode } = data;
    const answer = await ask(
      tools,
      data,
      {
        stage: 'PLAN_TESTS',
        modelClass: earlyClass(goal),
        attempt: 0,
        strategy: proposal.strategy,
        inputs: { specification, accepted, testMode },
      },
      planTestsAnswer,
      context,
    );
    if (!answer.valid) return fail(answer.reason, answer.call);
    const { call, output } = answer;
    if (output.status === 'REFUSED')
      return [
        {
          type: 'RefuseJob',
          data: { jobId, at, call: { ...call, outcome: 'REFUSED' }, reasons: output.reasons },
        },
      ];
    const { mode, subjects, confidence } = output.plan;
    const plan = await putJson(tools, jobId, 'TEST_PLAN', { schema: 'iama.test-plan/1', ...output.plan });
    return [
      {
        type: 'RecordTestPlan',
        data: {
          jobId,
          at,
          call,
          executionId: idFrom('execution', context.idempotencyKey),
          plan,
          mode,
          subjects: subjects.length,
          cases: output.cases,
          confidence,
        },
      },
    ];
  });
