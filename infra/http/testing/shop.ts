import { type StripeDouble, startStripeDouble } from '../../payments/testing/stripe-double.ts';
import { startTestApi, type TestApi } from './api.ts';

export type TestShop = Readonly<{ stripe: StripeDouble; api: TestApi; close(): Promise<void> }>;

/** An API that listens and sells through a Stripe of its own. */
export const startTestShop = async (): Promise<TestShop> => {
  const stripe = await startStripeDouble();
  const api = await startTestApi({ listen: true, payments: stripe.settings });
  return {
    stripe,
    api,
    async close() {
      await api.close();
      await stripe.close();
    },
  };
};
