import type { Reactor } from '../../domain/kernel/reactor.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import { analyseAnswer } from './analyse.schema.ts';
import type { AnalyseCode } from './effects.ts';
import { idFrom } from './ids.ts';
import { ask, earlyClass, jobReactor, putJson, type ReactorTools } from './question.ts';

/** Reads the code and offers three ways (SPC-01), or says why there is none. */
export const analyseReactor = (tools: ReactorTools): Reactor<AnalyseCode, JobCommand> =>
  jobReactor<AnalyseCode>(tools, 'AnalyseCode', async ({ data }, context, { at, fail }) => {
    const { jobId, goal, entitlement } = data;
    const answer = await ask(
      tools,
      data,
      { stage: 'ANALYSE', modelClass: earlyClass(goal), attempt: 0, strategy: null, inputs: {} },
      analyseAnswer,
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
    const known = new Set(answer.context.files.map(({ path }) => path));
    const proposals = output.proposals.map((proposal) => ({
      ...proposal,
      proposalId: idFrom('proposal', context.idempotencyKey, proposal.strategy),
      // Whatever the answer names: only files that the person sent.
      filesTouched: proposal.filesTouched.filter((path) => known.has(path)),
    }));
    const content = { schema: 'iama.analysis/1', ...output.analysis, left: output.left };
    const analysis = await putJson(tools, jobId, 'ANALYSIS', content);
    const offered: JobCommand = {
      type: 'RecordProposals',
      data: { jobId, at, call, analysis, proposals, notes: output.notes },
    };
    return entitlement.tier === 'ENTERPRISE'
      ? [{ type: 'RecordScopeAnalysis', data: { jobId, at, report: analysis } }, offered]
      : [offered];
  });
