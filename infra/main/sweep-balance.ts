import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { type Schedule, startSchedule } from '../runtime/schedule.ts';
import type { Parts } from './parts.ts';

const SECONDS = 600;

/** Books fees and payouts of Stripe as its balance tells of them, until it is stopped (BIL-11); null: nothing is sold here. */
export const startBalanceSweep = ({
  config: { payments },
  log,
  logger,
}: Pick<Parts, 'config' | 'log' | 'logger'>): Schedule | null => {
  if (payments === null) return null;
  const statements = stripeStatements(stripeClient(payments));
  return startSchedule(() => sweepBalance(log, statements, new Date()), {
    seconds: SECONDS,
    onError: (error) => logger.warn({ err: error }, 'the balance at Stripe was not read, trying again later'),
  });
};
