import { join } from 'node:path';
import type { Logger } from 'pino';
import type { PaymentSettings } from '../payments/settings.ts';
import { type LocalStripe, localStripeSettings, startLocalStripe } from '../payments/testing/local-stripe.ts';
import type { Config } from './config.ts';

type Shop = Pick<Config, 'payments' | 'database' | 'isProduction' | 'dataFolder'>;

const folderOf = ({ dataFolder }: Shop): string => join(dataFolder, 'stripe');

/** Where a database of its own is started, nobody sells anything, and plans can be tried without an account at Stripe. */
const isTried = ({ payments, database, isProduction }: Shop): boolean =>
  payments === null && database === null && !isProduction;

/** The stand-in for Stripe of the data folder (BIL-12); null: there is a real one, or nothing is sold. */
export const ownStripe = async (config: Shop, logger: Logger): Promise<LocalStripe | null> => {
  if (!isTried(config)) return null;
  const stripe = await startLocalStripe(folderOf(config), (error) =>
    logger.warn({ err: error }, 'the stand-in for Stripe could not tell its news, trying again'),
  );
  logger.warn(
    { url: stripe.settings.apiUrl },
    'plans are sold by a stand-in for Stripe on this machine: no real money moves',
  );
  return stripe;
};

/** Where payments are asked about: at Stripe, or at the stand-in of a server that runs; null: nowhere. */
export const paymentsOfFolder = async (config: Shop): Promise<PaymentSettings | null> =>
  isTried(config) ? localStripeSettings(folderOf(config)) : config.payments;
