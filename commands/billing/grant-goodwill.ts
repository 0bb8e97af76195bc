import { z } from 'zod';
import { availableOf } from '../../domain/billing/account/state.ts';
import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { reason } from '../kernel/reason.ts';
import type { TierServices } from './tier-services.ts';

/** `reason` stands with the credits for ever, as what they were granted for. */
export type GrantGoodwill = Command<
  'GrantGoodwill',
  {
    userId: string;
    lotId: string;
    microCredits: number;
    expiresAt: string | null;
    reason: string;
    at: string;
  }
>;

const A_DAY_MS = 86_400_000;
/** 10,000 credits: what is more is a sale, or a mistake. */
const MOST = 10_000_000_000;

/** An operator gives a person credits (OPS-02), for example after a fault of ours. */
export const grantGoodwill: CommandFile<
  GrantGoodwill,
  TierServices & Readonly<{ userExists: (userId: string) => Promise<boolean> }>
> = {
  type: 'GrantGoodwill',
  access: 'ADMIN_QUOTA',
  route: route({
    method: 'PATCH',
    path: '/admin/quota/:user_id',
    summary: 'Give a person credits, with the reason',
    status: 200,
    body: z.strictObject({
      micro_credits: z.int().min(1).max(MOST),
      days: z.int().min(1).max(366).nullable().default(null),
      reason,
    }),
    answer: z.object({ user_id: z.uuid(), lot_id: z.uuid(), available: z.int() }),
    command: ({ body, param, at, newId }) => ({
      type: 'GrantGoodwill',
      data: {
        userId: param('user_id'),
        lotId: newId(),
        microCredits: body.micro_credits,
        expiresAt: body.days === null ? null : new Date(Date.parse(at) + body.days * A_DAY_MS).toISOString(),
        reason: body.reason,
        at,
      },
    }),
  }),
  async decide({ data: { reason, ...granted } }, { store, services }) {
    const { userId, lotId } = granted;
    if (!(await services.userExists(userId)))
      throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
    const account = accountUnder(await services.tiers());
    const { after, append } = await decideOn(store, account, accountStream(userId), {
      type: 'GrantCredits',
      data: { ...granted, source: 'GOODWILL', reference: reason },
    });
    return { appends: [append], answer: { user_id: userId, lot_id: lotId, available: availableOf(after) } };
  },
};
