import { MICRO } from '../../domain/billing/credits.ts';
import type { PersonMails } from '../../domain/kernel/person-mails.ts';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import { moneyText } from './money-text.ts';
import type { SendReceipt } from './receipt.ts';

/** A log that is older than this mail tells of payments from long ago; webhooks may come days late. */
const LATEST_MS = 31 * 86_400_000;

const FOR = { SUBSCRIPTION: 'your plan', TOP_UP: 'more credits' } as const;

const textOf = (data: SendReceipt['data']): string => {
  const { amount, tax, currency, source, microCredits, creditsEndAt, invoiceId, at } = data;
  const until =
    creditsEndAt === null ? 'They do not end.' : `They are good until ${creditsEndAt.slice(0, 10)}.`;
  return [
    `We have received ${moneyText(amount, currency)} for ${FOR[source]}, of which ${moneyText(tax, currency)} is tax.`,
    ...(microCredits === 0
      ? []
      : [`It brings ${Math.floor(microCredits / MICRO).toLocaleString('en')} credits. ${until}`]),
    `Invoice ${invoiceId}, paid on ${at.slice(0, 10)}. The invoice itself is on the page where your invoices are kept.`,
    '',
  ].join('\n');
};

/** Sends the mail of a paid invoice; tried again until the mailer takes it, and given up quietly after that. */
export const sendReceiptReactor = (mails: PersonMails, now: () => Date): Reactor<SendReceipt, never> => ({
  type: 'SendReceipt',
  maxAttempts: 10,
  async run({ data }) {
    if (now().getTime() - Date.parse(data.at) > LATEST_MS) return [];
    await mails.send(data.userId, { subject: 'Your payment to IAMA', text: textOf(data) });
    return [];
  },
  giveUp: () => [],
});
