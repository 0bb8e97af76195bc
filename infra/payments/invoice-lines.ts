import type Stripe from 'stripe';
import { z } from 'zod';
import { unreadable } from './stripe-notice.ts';
import { asked } from './stripe-provider.ts';

/** Ten pages: no invoice of a plan has nearly as many. */
const MOST_LINES = 1_000;

const cut = z.looseObject({
  type: z.literal('invoice.paid'),
  data: z.looseObject({
    object: z.looseObject({
      id: z.string().min(1),
      lines: z.looseObject({ has_more: z.literal(true) }),
    }),
  }),
});

const linesOf = async (stripe: Stripe, invoiceId: string): Promise<readonly Stripe.InvoiceLineItem[]> => {
  const lines: Stripe.InvoiceLineItem[] = [];
  for await (const line of stripe.invoices.listLineItems(invoiceId, { limit: 100 })) {
    if (lines.length === MOST_LINES) throw unreadable(`${invoiceId} has more than ${MOST_LINES} lines`);
    lines.push(line);
  }
  return lines;
};

/**
 * A webhook holds the first lines of an invoice only. Gives it with all of them; anything else as it is. Throws `Rejection`
 * PAYMENT_UNAVAILABLE when Stripe does not answer, WEBHOOK_UNREADABLE when there are too many.
 */
export const withAllLines = async (body: unknown, stripe: Stripe): Promise<unknown> => {
  const { success, data: found } = cut.safeParse(body);
  if (!success) return body;
  const { object } = found.data;
  const data = await asked(() => linesOf(stripe, object.id));
  return { ...found, data: { ...found.data, object: { ...object, lines: { data, has_more: false } } } };
};
