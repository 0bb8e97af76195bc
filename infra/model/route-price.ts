import { callPrice, type ModelPrice } from '../../domain/billing/prices.ts';
import type { RouteTable } from '../../domain/operations/routes.ts';
import type { ModelClass } from '../../domain/refactoring/job/values.ts';
import type { RouterOptions } from './router.ts';

/**
 * Of the models that these classes are routed to, the price with the dearest input, which a start is estimated by (BIL-04).
 * null: they cost nothing, because they are recipes or stand in no list. `prices` is not asked where there are only recipes.
 */
export const priceOfRoutes = async (
  classes: readonly ModelClass[],
  routes: RouteTable,
  prices: RouterOptions['prices'],
): Promise<ModelPrice | null> => {
  const models = classes
    .flatMap((each) => routes[each])
    .flatMap(({ gateway, model }) => (gateway === 'recipe' ? [] : [model]));
  const list = models.length === 0 ? null : await prices();
  if (list === null) return null;
  return models
    .map((model) => callPrice(model, list))
    .reduce((dearest, price) => ((price?.input ?? -1) > (dearest?.input ?? -1) ? price : dearest), null);
};
