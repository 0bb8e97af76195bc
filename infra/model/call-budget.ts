import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { budgetCommands } from '../../commands/billing/budget-commands.ts';
import type { CommandFile } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import {
  type BudgetCommand,
  budget,
  budgetStream,
  type CallToBe,
  type SettleCall,
} from '../../domain/billing/budget.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';

/** `key`: the same when it is asked again after a crash or a failure. */
export type Question = Readonly<{ jobId: string; userId: string; key: string }>;

/**
 * One question to one gateway by one process. `callKey`: of `callKeys`. `atMost`: micro-credits. `isHeld`: the tier that the job started
 * with draws credits, so that its hold is a limit (BIL-03). `call`: what the log says of it where nobody lives to tell the end; absent:
 * it uses nothing that a gateway could be paid for.
 */
export type Dispatch = Readonly<{
  jobId: string;
  userId: string;
  callKey: string;
  atMost: number;
  isHeld: boolean;
  call?: CallToBe;
}>;

/** A call without a price costs nobody anything, and its gateway is to be paid all the same. */
const isFree = ({ atMost, call }: Dispatch): boolean => atMost === 0 && call === undefined;

const keysOf = (question: string): string => `${question}:`;

/**
 * Keys of the calls of one run of a question, by the place of the route. No two runs share one: a process that took the question over
 * from one that ends would have its call settled by that one.
 */
export const callKeys = (question: string): ((ordinal: number) => string) => {
  const run = randomUUID();
  return (ordinal) => `${keysOf(question)}${ordinal}:${run}`;
};

/** Keeps the calls of a job within its budget (BIL-08). What costs nothing never gets as far as the log. */
export interface CallBudget {
  /**
   * Before the calls of a run: settles with nothing what earlier runs of the question left reserved. Whoever made them died, or lost
   * the question, so that no answer of theirs counts.
   */
  takeOver(question: Question): Promise<void>;
  /** Throws `Rejection` BUDGET_REACHED: the call could cost more than is left, and must not be made. */
  reserve(dispatch: Dispatch): Promise<void>;
  /** False: others settled it, because they took the question over or waited no longer. What costs nothing stands always. */
  stands(dispatch: Dispatch): Promise<boolean>;
  /** What the call cost, in micro-credits; a call that is never settled keeps its place. */
  settle(dispatch: Dispatch, microCredits: number): Promise<void>;
}

const verdict = z.object({ reserved: z.boolean(), limit: z.int() });

export const callBudget = (store: StreamStore, now: () => Date): CallBudget => {
  const send = async <C extends BudgetCommand>(file: CommandFile<C, unknown>, command: C) => {
    const commandId = randomUUID();
    const actor = { type: 'system', id: 'model-router' } as const;
    const context = { commandId, correlationId: command.data.jobId, causationId: commandId, actor };
    return (await execute(file, command, store, {}, { context })).answer;
  };
  const reservedFor = async (jobId: string) =>
    (await foldStream(store, budget, budgetStream(jobId))).state.reserved;
  const settle = (data: SettleCall['data']) => send(budgetCommands.SettleCall, { type: 'SettleCall', data });
  return {
    async takeOver({ jobId, userId, key }) {
      for (const callKey of Object.keys(await reservedFor(jobId)))
        if (callKey.startsWith(keysOf(key)))
          await settle({ jobId, userId, callKey, microCredits: 0, at: now().toISOString() });
    },
    async reserve(asked) {
      if (isFree(asked)) return;
      const { isHeld, ...dispatch } = asked;
      const answer = await send(budgetCommands.ReserveCall, {
        type: 'ReserveCall',
        data: { ...dispatch, hold: isHeld ? 0 : null, at: now().toISOString() },
      });
      const { reserved, limit } = verdict.parse(answer);
      if (!reserved)
        throw new Rejection('BUDGET_REACHED', 'The next call could cost more than the job may still spend.', {
          limit,
          atMost: asked.atMost,
        });
    },
    stands: async (asked) => isFree(asked) || Object.hasOwn(await reservedFor(asked.jobId), asked.callKey),
    async settle(asked, microCredits) {
      if (isFree(asked)) return;
      const { jobId, userId, callKey } = asked;
      await settle({ jobId, userId, callKey, microCredits, at: now().toISOString() });
    },
  };
};
