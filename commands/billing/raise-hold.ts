import { z } from 'zod';
import type { RaiseHold } from '../../domain/billing/account/commands.ts';
import { sumOf } from '../../domain/billing/account/state.ts';
import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import type { TierServices } from './tier-services.ts';

/** BIL-04: more credits are set aside for a job that has come to its budget, as its owner agrees to. */
export const raiseHold: CommandFile<RaiseHold, TierServices> = {
  type: 'RaiseHold',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/budget/raise',
    summary: 'Set more credits aside for the job',
    status: 200,
    body: z.strictObject({ micro_credits: z.int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    answer: z.object({ job_id: z.string(), held: z.int() }),
    // Repetitions are found by the sender's key: a new raise is a new wish.
    command: ({ body, param, userId, at, newId }) => ({
      type: 'RaiseHold',
      data: { userId, holdId: param('job_id'), raiseId: newId(), microCredits: body.micro_credits, at },
    }),
  }),
  async decide(command, { store, services }) {
    const { userId, holdId } = command.data;
    const account = accountUnder(await services.tiers());
    const { after, append } = await decideOn(store, account, accountStream(userId), command);
    return { appends: [append], answer: { job_id: holdId, held: sumOf(after.holds[holdId]?.parts ?? []) } };
  },
};
