import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { budgetCommands } from '../../commands/billing/budget-commands.ts';
import type { CommandFile } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { BudgetCommand } from '../../domain/billing/budget.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';

/**
 * One question to one gateway. `callKey` is the same when it is asked again after a crash; `atMost`: micro-credits. `isHeld`: the tier
 * that the job started with draws credits, so that its hold is a limit (BIL-03).
 */
export type Dispatch = Readonly<{
  jobId: string;
  userId: string;
  callKey: string;
  atMost: number;
  isHeld: boolean;
}>;

/** Keeps the calls of a job within its budget (BIL-08). What costs nothing never gets as far as the log. */
export interface CallBudget {
  /** Throws `Rejection` BUDGET_REACHED: the call could cost more than is left, and must not be made. */
  reserve(dispatch: Dispatch): Promise<void>;
  /** What the call cost, in micro-credits; a call that is never settled keeps its place. */
  settle(dispatch: Dispatch, microCredits: number): Promise<void>;
}

const verdict = z.object({ reserved: z.boolean(), limit: z.int().nullable() });

export const callBudget = (store: StreamStore, now: () => Date): CallBudget => {
  const send = async <C extends BudgetCommand>(file: CommandFile<C, unknown>, command: C) => {
    const commandId = randomUUID();
    const actor = { type: 'system', id: 'model-router' } as const;
    const context = { commandId, correlationId: command.data.jobId, causationId: commandId, actor };
    return (await execute(file, command, store, {}, { context })).answer;
  };
  return {
    async reserve({ atMost, isHeld, ...call }) {
      if (atMost === 0) return;
      const answer = await send(budgetCommands.ReserveCall, {
        type: 'ReserveCall',
        data: { ...call, atMost, hold: isHeld ? 0 : null, at: now().toISOString() },
      });
      const { reserved, limit } = verdict.parse(answer);
      if (!reserved)
        throw new Rejection('BUDGET_REACHED', 'The next call could cost more than the job may still spend.', {
          limit,
          atMost,
        });
    },
    async settle({ atMost, isHeld: _held, ...call }, microCredits) {
      if (atMost === 0) return;
      const data = { ...call, microCredits, at: now().toISOString() };
      await send(budgetCommands.SettleCall, { type: 'SettleCall', data });
    },
  };
};
