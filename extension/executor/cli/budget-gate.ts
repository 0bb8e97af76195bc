import type { AnswerOf } from '../api/call.ts';
import type { Client } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { JobView } from '../api/wire.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { Question, Way } from './gate-options.ts';
import { credits } from './render.ts';

type Usage = Pick<AnswerOf<'GetJobUsage'>, 'budget' | 'settlement'>;

/** Credits that are not there cannot be promised at a prompt: the job waits, and goes on when it is attached to. */
const refused = (problem: unknown, jobId: string): never => {
  if (!(problem instanceof ApiProblem) || problem.status !== 409) throw problem;
  throw new CommandEnd(
    EXIT.WAITING,
    problem.code,
    `No more can be set aside for this job: ${problem.message}`,
    `Decide again with: iama attach ${jobId}`,
  );
};

/**
 * Sets aside what the limit needs, lifts the cap of the person where it is lower, and lets the job go on. A tier that draws no credits
 * never set any aside: there it is the cap alone that is lifted.
 */
const spendUpTo =
  (limit: number, { budget, settlement }: Usage): Way['take'] =>
  async ({ call }, of) => {
    const more = limit - settlement.held;
    if (more > 0 && settlement.status !== 'NONE')
      await call('RaiseHold', { ...of, body: { micro_credits: more } }).catch((problem: unknown) =>
        refused(problem, of.path.job_id),
      );
    if (budget.cap !== null && budget.cap < limit)
      await call('SetBudgetCap', { ...of, body: { micro_credits: limit } });
    await call('ConfirmEscalation', of);
  };

/** BIL-08: what a job asks that may not make its next call; null where it asks something else. */
export const budgetQuestion = async (
  { call }: Pick<Client, 'call'>,
  { job_id, escalation }: Pick<JobView, 'job_id' | 'escalation'>,
): Promise<Question | null> => {
  if (escalation?.reason !== 'BUDGET') return null;
  const usage = await call('GetJobUsage', { path: { job_id } });
  const { limit, missing, most, spent } = usage.budget;
  const enough = limit + missing;
  const used = `The next step could cost more than this job may spend: ${credits(spent)} of ${credits(limit)} credits are used`;
  const n: Way = {
    meaning: 'spend no more on it',
    take: ({ call: send }, of) => send('DeclineEscalation', of),
  };
  if (most !== null && enough > most)
    return { text: `${used}, and no job of this plan may use more.`, ways: { n }, safe: 'n' };
  const y: Way = {
    meaning: `let it spend up to ${credits(enough)} credits`,
    take: spendUpTo(enough, usage),
  };
  return { text: `${used}. Spend more?`, ways: { y, n }, safe: 'n' };
};
