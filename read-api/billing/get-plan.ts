import { z } from 'zod';
import type { PaymentEvent } from '../../domain/billing/payments/events.ts';
import { payments, paymentsStream } from '../../domain/billing/payments.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { TIER_NAMES } from '../../domain/kernel/tiers.ts';
import { jsonQuery } from '../kernel/query.ts';

/** BIL-12: what the person pays for; what a tier allows is a question to `/subscription/me`, whoever pays. */
export const getPlan = jsonQuery({
  name: 'GetPlan',
  access: 'USER',
  path: '/billing/plan',
  summary: 'What you pay for',
  query: z.object({}),
  answer: z.object({
    tier: z.enum(TIER_NAMES).nullable().describe('null: nothing was ever bought'),
    status: z
      .enum(['ACTIVE', 'PAST_DUE', 'ENDED'])
      .nullable()
      .describe('PAST_DUE: a payment failed and is tried again'),
    cycle_ends_at: z.iso.datetime().nullable(),
    cancels_at_cycle_end: z.boolean(),
    then: z
      .array(z.object({ tier: z.enum(TIER_NAMES), at: z.iso.datetime() }))
      .describe(
        'What the tier comes to by itself, the next first, while the payment provider tells nothing else: a plan that was agreed for later, and FREE where the plan was cancelled or a payment stays out',
      ),
  }),
  async run({ userId }, { store }) {
    const { events } = await store.read<PaymentEvent>(paymentsStream(userId));
    const { plan } = fold(payments, events);
    return {
      tier: plan?.tier ?? null,
      status: plan?.status ?? null,
      cycle_ends_at: plan?.cycleEndsAt ?? null,
      cancels_at_cycle_end: plan?.cancelsAtCycleEnd ?? false,
      then: plan?.then ?? [],
    };
  },
});
