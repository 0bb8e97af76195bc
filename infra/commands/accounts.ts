import { offerJobSlot } from '../../commands/billing/offer-job-slot.ts';
import { consentOf } from '../../commands/identity/give-consent.ts';
import type { Accounts } from '../../commands/refactoring/services.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { publishedPrices } from '../model/published-prices.ts';
import { priceOfRoutes } from '../model/route-price.ts';
import type { LiveRules } from '../operations/operating-rules.ts';

/** Lets a starting job ask identity and billing, which do not know it, nor what models cost (BIL-02, BIL-04, ID-08). */
export const accounts = (store: StreamStore, rules: Pick<LiveRules, 'tiers' | 'routes'>): Accounts => {
  const prices = publishedPrices(store, () => new Date());
  return {
    consentOf: (userId) => consentOf(store, userId),
    async offerJobSlot(userId, preAuthorised, at) {
      const [tiers, routes] = await Promise.all([rules.tiers(), rules.routes(at)]);
      const { terms, claim } = await offerJobSlot(store, tiers, userId);
      const { tier, modelClasses, contextCapTokens, jobsPerDay, fastTrack, deepFix } = terms;
      // INT-02: nothing else leads to L3 unasked.
      const unasked = modelClasses.filter((each) => each !== 'L3' || preAuthorised.includes('L3'));
      const price = await priceOfRoutes(unasked, routes, prices);
      return {
        entitlement: { tier, modelClasses, contextCapTokens, jobsPerDay, fastTrack, deepFix },
        claim: (jobId, contextBytes) => claim(jobId, at, contextBytes, price),
      };
    },
  };
};
