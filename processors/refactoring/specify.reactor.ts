import { z } from 'zod';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { Specification } from '../../domain/refactoring/job/values.ts';
import type { WriteSpecification } from './effects.ts';
import { idFrom } from './ids.ts';
import { ask, earlyClass, jobReactor, type ReactorTools, readJson } from './question.ts';
import { specifyAnswer } from './specify.schema.ts';

/** Turns the chosen proposal into a specification that the person approves (SPC-02). */
export const specifyReactor = (tools: ReactorTools): Reactor<WriteSpecification, JobCommand> =>
  jobReactor<WriteSpecification>(tools, 'WriteSpecification', async ({ data }, context, { at, fail }) => {
    const { jobId, goal, proposal, accepted = [], testMode } = data;
    const analysis = z.json().parse(await readJson(tools.artifacts, jobId, data.analysis));
    const answer = await ask(
      tools,
      data,
      {
        stage: 'SPECIFY',
        modelClass: earlyClass(goal),
        attempt: 0,
        strategy: proposal.strategy,
        inputs: { analysis, accepted, testMode },
      },
      specifyAnswer,
      context,
    );
    if (!answer.valid) return fail(answer.reason, answer.call);
    const { bdd, sdd } = answer.output;
    const specification: Specification = {
      bdd: bdd.map((item, index) => ({ id: `bdd-${index + 1}`, ...item })),
      sdd: sdd.map((item, index) => ({ id: `sdd-${index + 1}`, ...item })),
    };
    return [
      {
        type: 'RecordSpecDraft',
        data: {
          jobId,
          at,
          call: answer.call,
          revisionToken: idFrom('revision', context.idempotencyKey),
          specHash: tools.specHash(specification),
          specification,
        },
      },
    ];
  });
