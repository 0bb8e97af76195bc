import { z } from 'zod';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';

const id = z.string().nullable();

/** BIL-15: what `iama finance reconcile` tells. It names people, so each look is an event by who looked (OPS-02). */
export const reconcilePeriod = jsonQuery({
  name: 'ReconcilePeriod',
  access: 'ADMIN_FINANCE',
  path: '/admin/finance/periods/:period/reconciliation',
  summary: 'A month of the ledger held against jobs and payment provider: every difference with its reason',
  query: z.object({}),
  answer: z.object({
    period: z.string(),
    jobs: z.int(),
    sales: z.int().describe('Lots of credits'),
    movements: z.int().describe('Of money of people'),
    payouts: z.int(),
    invoices: z.int(),
    matched: z.int(),
    unexplained: z.int().describe('0: the month reconciles'),
    pending: z.int().describe('Lines that wait to be booked'),
    pending_until: z.string().nullable().describe('When the last of them is due'),
    fees_unchecked: z
      .int()
      .describe(
        'Payments, refunds and disputes whose fee was not held against an agreement: `payment_fees` has none for them',
      ),
    account_fees: z
      .array(z.object({ unit: z.string(), amount: z.int() }))
      .describe('Of the account at the payment provider and of payouts, which no agreement covers'),
    variances: z.array(z.object({ unit: z.string(), over: z.int(), under: z.int() })),
    lines: z.array(
      z.object({
        job_id: id,
        user_id: id,
        reference: id.describe('A lot, or an object of the payment provider'),
        unit: z.string(),
        expected: z.int(),
        booked: z.int(),
        variance: z.int(),
        reason: z.string(),
        due_at: z.string().nullable().describe('Of PENDING: until then it waits to be booked'),
      }),
    ),
    lines_left_out: z.int(),
  }),
  async run({ userId: by, param }, { audit, reconcile }) {
    const period = param('period');
    await audit.record({ by, what: 'RECONCILIATION', subject: period });
    const { variances, accountFees, leftOut, ...found } = await reconcile(period);
    return snakeKeys({
      ...found,
      accountFees: Object.entries(accountFees).map(([unit, amount]) => ({ unit, amount })),
      variances: Object.entries(variances).map(([unit, sums]) => ({ unit, ...sums })),
      linesLeftOut: leftOut,
    });
  },
});
