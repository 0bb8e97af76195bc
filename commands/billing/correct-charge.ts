import { z } from 'zod';
import { chargeOf } from '../../domain/billing/account/charges.ts';
import type { ReverseCharge } from '../../domain/billing/account/commands.ts';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { availableOf } from '../../domain/billing/account/state.ts';
import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { type CommandFile, route, type Tools } from '../kernel/command.ts';
import { reason } from '../kernel/reason.ts';
import type { TierServices } from './tier-services.ts';

/** `microCredits` null: what of the charge stands. `reason` is shown to the person. */
export type CorrectCharge = Command<
  'CorrectCharge',
  {
    userId: string;
    jobId: string;
    correctionId: string;
    microCredits: number | null;
    reason: string;
    at: string;
  }
>;

/** The only decision that looks at charges however old, and so at all events of the account. */
const reversal = async (data: ReverseCharge['data'], { store, services }: Tools<TierServices>) => {
  const account = accountUnder(await services.tiers());
  const streamName = accountStream(data.userId);
  const { events, currentStreamVersion } = await store.read<AccountEvent>(streamName);
  const charge = chargeOf(events, data.holdId);
  const known = charge === null ? data : { ...data, charge };
  const before = fold(account, events);
  const decided = account.decide({ type: 'ReverseCharge', data: known }, before);
  return {
    append: { streamName, events: decided, expectedStreamVersion: currentStreamVersion },
    reversed: decided.find((event) => event.type === 'ChargeReversed')?.data,
    after: decided.reduce(account.evolve, before),
  };
};

export const reverseCharge: CommandFile<ReverseCharge, TierServices> = {
  type: 'ReverseCharge',
  access: 'SYSTEM',
  route: null,
  naturalKey: ({ data }) => `ReverseCharge:${data.userId}:${data.correctionId}`,
  async decide({ data }, tools) {
    return { appends: [(await reversal(data, tools)).append], answer: null };
  },
};

export const chargeCorrected = z.object({
  correction_id: z.uuid(),
  job_id: z.uuid(),
  micro_credits: z.int(),
  left: z.int().describe('What of the charge stands'),
  available: z.int().describe('What the person has then'),
});

/** BIL-11: an operator takes back what a job was charged, or a part of it, by a movement of its own. */
export const correctCharge: CommandFile<CorrectCharge, TierServices> = {
  type: 'CorrectCharge',
  access: 'ADMIN_FINANCE',
  route: route({
    method: 'POST',
    path: '/admin/finance/corrections',
    summary: 'Take back what a job was charged, or a part of it, with the reason that the person is shown',
    status: 201,
    body: z.strictObject({
      user_id: z.uuid(),
      job_id: z.uuid(),
      micro_credits: z
        .int()
        .min(1)
        .max(Number.MAX_SAFE_INTEGER)
        .nullable()
        .default(null)
        .describe('null: all of the charge that stands'),
      reason,
    }),
    answer: chargeCorrected,
    command: ({ body, at, newId }) => ({
      type: 'CorrectCharge',
      data: {
        userId: body.user_id,
        jobId: body.job_id,
        correctionId: newId(),
        microCredits: body.micro_credits,
        reason: body.reason,
        at,
      },
    }),
  }),
  async decide({ data: { jobId, ...data } }, tools) {
    const { append, reversed, after } = await reversal({ ...data, holdId: jobId }, tools);
    return {
      appends: [append],
      answer: {
        correction_id: data.correctionId,
        job_id: jobId,
        micro_credits: reversed?.microCredits ?? 0,
        left: reversed?.left ?? 0,
        available: availableOf(after),
      },
    };
  },
};
