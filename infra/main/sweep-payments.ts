import { sweepBalance } from '../payments/balance-sweep.ts';
import { sweepNews } from '../payments/news-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { type Schedule, startSchedule } from '../runtime/schedule.ts';
import type { Parts } from './parts.ts';

const SECONDS = 600;

/**
 * Asks Stripe for what it does not tell, until it is stopped: events that no webhook has brought (BIL-12), and fees and payouts, as
 * its balance tells of them (BIL-11). Any number of processes may do it; null: nothing is sold here.
 */
export const startPaymentSweeps = ({
  config: { payments },
  log: store,
  commandServices: services,
  logger,
}: Parts): Schedule | null => {
  if (payments === null) return null;
  const stripe = stripeClient(payments);
  const statements = stripeStatements(stripe);
  const inbox = {
    stripe,
    prices: payments.prices,
    store,
    services,
    now: () => new Date(),
    onLeft: (eventId: string, error: unknown) =>
      logger.error({ err: error, eventId }, 'an event of Stripe cannot be taken, trying again'),
  };
  const takeNews = async (signal: AbortSignal): Promise<void> => {
    const taken = await sweepNews(inbox, signal);
    if (taken > 0) logger.warn({ taken }, 'events of Stripe were taken that no webhook had brought');
  };
  const news = startSchedule(takeNews, {
    seconds: SECONDS,
    onError: (error) => logger.warn({ err: error }, 'the events of Stripe were not read, trying again later'),
  });
  const balance = startSchedule((signal) => sweepBalance({ store, statements, now: new Date() }, signal), {
    seconds: SECONDS,
    onError: (error) => logger.warn({ err: error }, 'the balance at Stripe was not read, trying again later'),
  });
  return {
    async stop() {
      await news.stop();
      await balance.stop();
    },
  };
};
