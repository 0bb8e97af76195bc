import { z } from 'zod';
import { PRICE_LISTS_STREAM, type PublishPrices, priceLists } from '../../domain/billing/price-lists.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

const price = z.int().min(0);

/** A list as a person writes it; the same in the body of the route and in the file that the command line reads. */
export const priceListForm = z.strictObject({
  version: z.string().max(50),
  effective_from: z.iso.datetime(),
  models: z
    .record(z.string().min(1).max(200), z.strictObject({ input: price, cached: price, output: price }))
    .refine((models) => Object.keys(models).length <= 500, 'at most 500 models')
    .describe('Micro-credits per 1,000 tokens, by model'),
});

export const publishPricesOf = (
  { effective_from, ...rest }: z.output<typeof priceListForm>,
  at: string,
): PublishPrices => ({ type: 'PublishPrices', data: { ...rest, effectiveFrom: effective_from, at } });

export const publishPrices: CommandFile<PublishPrices, unknown> = {
  type: 'PublishPrices',
  access: 'ADMIN_FINANCE',
  route: route({
    method: 'POST',
    path: '/admin/finance/prices',
    summary: 'Publish what models cost from a date on; a list is never changed, and never begins in the past',
    status: 204,
    body: priceListForm,
    answer: null,
    command: ({ body, at }) => publishPricesOf(body, at),
  }),
  async decide(command, { store }) {
    const { append } = await decideOn(store, priceLists, PRICE_LISTS_STREAM, command);
    return { appends: [append], answer: null };
  },
};
