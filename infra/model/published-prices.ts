import {
  PRICE_LISTS_STREAM,
  type PricesPublished,
  priceListAt,
  priceLists,
} from '../../domain/billing/price-lists.ts';
import type { PriceList } from '../../domain/billing/prices.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';

/** The list that counts now, read from the log at each call: a list that was published counts at once. */
export const publishedPrices =
  (store: Pick<StreamStore, 'read'>, now: () => Date) => async (): Promise<PriceList | null> => {
    const { events } = await store.read<PricesPublished>(PRICE_LISTS_STREAM);
    return priceListAt(fold(priceLists, events), now().toISOString());
  };
