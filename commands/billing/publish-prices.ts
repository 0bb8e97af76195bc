import { z } from 'zod';
import { PRICE_LISTS_STREAM, type PublishPrices, priceLists } from '../../domain/billing/price-lists.ts';
import { unaffordableCalls } from '../../domain/billing/unheld-calls.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import type { TierServices } from './tier-services.ts';

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

export const publishPrices: CommandFile<PublishPrices, Pick<TierServices, 'tiers'>> = {
  type: 'PublishPrices',
  access: 'ADMIN_FINANCE',
  route: route({
    method: 'POST',
    path: '/admin/finance/prices',
    summary: 'Publish what models cost from a date on; a list is never changed, and never begins in the past',
    status: 200,
    body: priceListForm,
    answer: z.object({
      warnings: z
        .array(
          z.object({
            code: z.literal('UNHELD_CALL_UNAFFORDABLE'),
            tier: z.string(),
            model: z.string(),
            at_most: z.int().describe('Micro-credits that a call of it may cost'),
            limit: z.int().describe('Micro-credits that a job of the tier may spend'),
            context_tokens: z.int().describe('Of sources, with which a call fits'),
          }),
        )
        .describe('Models that are too dear for the largest calls of a tier that draws no credits'),
    }),
    command: ({ body, at }) => publishPricesOf(body, at),
  }),
  async decide(command, { store, services }) {
    const { append } = await decideOn(store, priceLists, PRICE_LISTS_STREAM, command);
    const warnings = unaffordableCalls(command.data.models, await services.tiers()).map(
      ({ atMost, contextTokens, ...rest }) => ({ ...rest, at_most: atMost, context_tokens: contextTokens }),
    );
    return { appends: [append], answer: { warnings } };
  },
};
