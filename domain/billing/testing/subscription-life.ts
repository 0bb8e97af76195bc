import type { InvoicePaid, PaymentNotice, Subscription } from '../payments/notice.ts';

/** What the provider shows after something happened, and what it tells of it. */
export type Step = Readonly<{ at: string; subscription: Subscription; notices: readonly PaymentNotice[] }>;

export const FIRST_CYCLE_END = '2026-12-17T09:00:00.000Z';
const SECOND_CYCLE_END = '2027-01-17T09:00:00.000Z';

const NEWS: PaymentNotice = { kind: 'SUBSCRIPTION', subscriptionId: 'sub' };

const shown = (changes: Partial<Subscription> = {}): Subscription => ({
  subscriptionId: 'sub',
  status: 'ACTIVE',
  tier: 'PRO',
  cycleEndsAt: FIRST_CYCLE_END,
  cancelsAtCycleEnd: false,
  ...changes,
});

const paid = (
  invoiceId: string,
  total: number,
  cycleEndsAt: string | null,
  more: Partial<Pick<InvoicePaid, 'charged' | 'prorated' | 'topUpCredits'>>,
): readonly PaymentNotice[] => [
  {
    kind: 'INVOICE_PAID',
    invoiceId,
    subscriptionId: cycleEndsAt === null ? null : 'sub',
    total,
    tax: Math.floor(total / 6),
    currency: 'USD',
    lines: [
      {
        lineId: `il-${invoiceId}-1`,
        amount: -Math.floor(total / 2),
        from: '2026-11-17T09:00:00.000Z',
        to: '2026-12-17T09:00:00.000Z',
      },
      {
        lineId: `il-${invoiceId}-2`,
        amount: total + Math.floor(total / 2),
        from: '2026-11-17T09:00:00.000Z',
        to: '2026-12-17T09:00:00.000Z',
      },
    ],
    charged: [],
    returned: [],
    topUpCredits: 0,
    cycleEndsAt,
    ...more,
  },
  { kind: 'INVOICE_PAYMENT', invoiceId, paymentId: `pay-${invoiceId}` },
];

const refund = (
  refundId: string,
  invoiceId: string,
  amount: number,
  status: 'PENDING' | 'SUCCEEDED' | 'FAILED',
): PaymentNotice => ({
  kind: 'REFUND',
  refundId,
  paymentId: `pay-${invoiceId}`,
  amount,
  status,
  begunAt: '2026-12-20T09:00:00.000Z',
});

const dispute = (disputeId: string, invoiceId: string, status: 'OPEN' | 'WON' | 'LOST'): PaymentNotice => ({
  kind: 'DISPUTE',
  disputeId,
  paymentId: `pay-${invoiceId}`,
  amount: 1_000,
  status,
  begunAt: '2026-12-21T09:00:00.000Z',
});

const failed = (attempt: number): PaymentNotice => ({
  kind: 'INVOICE_FAILED',
  invoiceId: 'in3',
  subscriptionId: 'sub',
  attempt,
  nextAttemptAt: '2026-12-19T09:00:00.000Z',
});

/** When half of the cycle is over. */
const from = '2026-12-02T09:00:00.000Z';
const UPGRADE: InvoicePaid['prorated'] = [
  { tier: 'PLUS', isCharged: false, from, to: FIRST_CYCLE_END },
  { tier: 'PRO', isCharged: true, from, to: FIRST_CYCLE_END },
];

/** Back to the cheaper plan at once, when half of the second cycle is over. */
const half = '2027-01-01T21:00:00.000Z';
const DOWNGRADE: InvoicePaid['prorated'] = [
  { tier: 'PRO', isCharged: false, from: half, to: SECOND_CYCLE_END },
  { tier: 'PLUS', isCharged: true, from: half, to: SECOND_CYCLE_END },
];

const second = { cycleEndsAt: SECOND_CYCLE_END };
const cheaper = { ...second, tier: 'PLUS' } as const;
const begun: readonly Omit<Step, 'at'>[] = [
  { subscription: shown({ status: 'PENDING', tier: 'PLUS' }), notices: [NEWS] },
  {
    subscription: shown({ tier: 'PLUS' }),
    notices: [NEWS, ...paid('in1', 1_500, FIRST_CYCLE_END, { charged: ['PLUS'] })],
  },
  {
    subscription: shown(),
    notices: [NEWS, ...paid('in2', 2_100, FIRST_CYCLE_END, { prorated: UPGRADE })],
  },
  { subscription: shown({ ...second, status: 'PAST_DUE' }), notices: [NEWS, failed(1)] },
  {
    subscription: shown(second),
    notices: [NEWS, ...paid('in3', 5_000, SECOND_CYCLE_END, { charged: ['PRO'] })],
  },
  { subscription: shown(second), notices: paid('in4', 1_000, null, { topUpCredits: 1_000 }) },
  {
    subscription: shown({ ...second, next: { tier: 'PLUS', at: SECOND_CYCLE_END } }),
    notices: [NEWS],
  },
  {
    subscription: shown(cheaper),
    notices: [NEWS, ...paid('in5', 0, SECOND_CYCLE_END, { prorated: DOWNGRADE })],
  },
  {
    subscription: shown(cheaper),
    notices: [refund('re1', 'in3', 1_250, 'PENDING'), refund('re1', 'in3', 1_250, 'SUCCEEDED')],
  },
  {
    subscription: shown(cheaper),
    notices: [refund('re2', 'in4', 300, 'SUCCEEDED'), refund('re2', 'in4', 300, 'FAILED')],
  },
  { subscription: shown(cheaper), notices: [dispute('dp1', 'in1', 'OPEN'), dispute('dp1', 'in1', 'WON')] },
  { subscription: shown(cheaper), notices: [dispute('dp2', 'in4', 'OPEN'), dispute('dp2', 'in4', 'LOST')] },
  { subscription: shown(cheaper), notices: [dispute('dp3', 'in2', 'OPEN'), dispute('dp3', 'in2', 'LOST')] },
  { subscription: shown(cheaper), notices: [dispute('dp3', 'in2', 'WON')] },
  { subscription: shown({ ...cheaper, cancelsAtCycleEnd: true }), notices: [NEWS, { kind: 'OTHER' }] },
  { subscription: shown({ ...cheaper, status: 'CANCELLED' }), notices: [NEWS] },
];

/** Created, paid, upgraded, failed, recovered, topped up, downgraded for later and then at once, refunded, disputed, won on appeal and cancelled; an hour from step to step. */
export const LIFE: readonly Step[] = begun.map((step, hour) => ({
  ...step,
  at: `2026-12-20T${String(hour).padStart(2, '0')}:00:00.000Z`,
}));
