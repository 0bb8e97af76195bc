import { ApiProblem } from '../api/problem.ts';
import type { JobView } from '../api/wire.ts';
import { acceptedConditions } from './condition-gate.ts';
import { acceptDelivery, applyDelivery } from './delivery-gates.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { type GateAnswer, type GateOptions, nobodyToAsk } from './gate-options.ts';
import { placesTogether } from './places.ts';
import { proposalCard } from './render.ts';
import { approveSpec } from './spec-gate.ts';
import { askInTrouble } from './trouble-gates.ts';

const chooseStrategy = async (options: GateOptions): Promise<GateAnswer> => {
  const { client, job, output, prompt } = options;
  const { proposals, notes } = await client.proposals(job.jobId);
  for (const note of placesTogether(notes ?? [])) output.show(`Note: ${note}`, 'dim');
  proposals.forEach((proposal, index) => {
    output.show(proposalCard(proposal, index + 1, job.mode));
  });
  let wanted = job.strategy;
  if (wanted === null && prompt !== null && !job.yes) {
    const number = await prompt.choose(
      'Which strategy?',
      { '1': 'conservative', '2': 'standard', '3': 'comprehensive' },
      '2',
    );
    wanted = proposals[Number(number) - 1]?.strategy ?? null;
  }
  if (wanted === null && !job.yes) throw nobodyToAsk(job, 'which strategy to take.');
  const name = wanted ?? 'STANDARD';
  const chosen = proposals.find(({ strategy }) => strategy === name);
  if (chosen === undefined)
    throw new CommandEnd(
      EXIT.INTERNAL,
      'NO_SUCH_PROPOSAL',
      `There is no ${name} strategy for this code.`,
      `Choose another one with: iama attach ${job.jobId}`,
    );
  output.step(`Taking the ${name.toLowerCase()} strategy.`);
  const accepted = await acceptedConditions(options, chosen);
  await client.selectProposal(job.jobId, chosen.proposal_id, accepted);
  return 'WAIT';
};

const gate = async (options: GateOptions, view: JobView): Promise<GateAnswer> => {
  switch (view.status) {
    case 'WAITING_STRATEGY':
      return chooseStrategy(options);
    case 'WAITING_SPEC_APPROVAL':
      return approveSpec(options);
    case 'DELIVERED':
      if (view.delivery_phase === 'OFFERED') return acceptDelivery(options);
      return view.delivery_phase === 'ACCEPTED' ? applyDelivery(options) : 'DONE';
    case 'FAILED':
      // The end of the command says why.
      return 'DONE';
    default:
      return (await askInTrouble(options, view)) ?? 'WAIT';
  }
};

/** Answers what the job asks, once for each state it is seen in. A state that changed meanwhile is simply looked at again. */
export const createGates = (options: GateOptions) => {
  let answered: string | null = null;
  let { acceptTyped } = options;
  return async (view: JobView): Promise<GateAnswer> => {
    const seen = JSON.stringify([
      view.status,
      view.delivery_phase,
      view.attempts,
      options.lastOutcome()?.status,
      // The same question may come again after one more run.
      (view.timed_out !== null || view.escalation !== null || options.lastOutcome()?.status === 'FAILED') &&
        view.updated_at,
    ]);
    if (seen === answered && view.status !== 'FAILED') return 'WAIT';
    try {
      const answer = await gate({ ...options, acceptTyped }, view);
      answered = seen;
      // What the command names to take has been taken, so it is not asked for again before it is written.
      if (view.delivery_phase === 'OFFERED') acceptTyped = null;
      return answer;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
      return 'WAIT';
    }
  };
};
