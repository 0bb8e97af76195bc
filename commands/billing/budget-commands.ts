import { z } from 'zod';
import { account, accountStream, heldAt } from '../../domain/billing/account.ts';
import {
  budget,
  budgetStream,
  limitOf,
  type ReserveCall,
  type SetBudgetCap,
  type SettleCall,
} from '../../domain/billing/budget.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

const microCredits = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Micro-credits that the account holds for the job at this moment; 0: its tier has no credits, or the hold has ended. */
const heldFor = async (store: StreamStore, { jobId, userId, at }: SetBudgetCap['data']): Promise<number> => {
  const { state } = await foldStream(store, account, accountStream(userId));
  return heldAt(state, jobId, at);
};

/** Before the start, too: it then counts from the first call on. */
const setBudgetCap: CommandFile<SetBudgetCap, unknown> = {
  type: 'SetBudgetCap',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/budget/cap',
    summary: 'Set what the job may cost at most',
    status: 200,
    body: z.strictObject({
      micro_credits: microCredits
        .nullable()
        .describe('null: what is held for the job, on FREE a limit of ours'),
    }),
    answer: z.object({ job_id: z.string(), cap: microCredits.nullable(), spent: z.int(), held: z.int() }),
    command: ({ body, param, userId, at }) => ({
      type: 'SetBudgetCap',
      data: { jobId: param('job_id'), userId, cap: body.micro_credits, at },
    }),
  }),
  async decide(command, { store }) {
    const { jobId } = command.data;
    const { after, append } = await decideOn(store, budget, budgetStream(jobId), command);
    const held = await heldFor(store, command.data);
    return { appends: [append], answer: { job_id: jobId, cap: after.cap, spent: after.spent, held } };
  },
};

/** Answers `{reserved, limit}`; the version of the stream is the lock, so of two calls for the last credits one gets them. */
const reserveCall: CommandFile<ReserveCall, unknown> = {
  type: 'ReserveCall',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { jobId, callKey } = command.data;
    const hold = command.data.hold === null ? null : await heldFor(store, { ...command.data, cap: null });
    const asked = { ...command, data: { ...command.data, hold } };
    const { after, append } = await decideOn(store, budget, budgetStream(jobId), asked);
    const reserved = Object.hasOwn(after.reserved, callKey);
    return { appends: [append], answer: { reserved, limit: limitOf(after) } };
  },
};

const settleCall: CommandFile<SettleCall, unknown> = {
  type: 'SettleCall',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { append } = await decideOn(store, budget, budgetStream(command.data.jobId), command);
    return { appends: [append], answer: null };
  },
};

/** The budget of a job (BIL-08): its owner sets the cap, the model router reserves and settles calls. */
export const budgetCommands = {
  SetBudgetCap: setBudgetCap,
  ReserveCall: reserveCall,
  SettleCall: settleCall,
} as const;
