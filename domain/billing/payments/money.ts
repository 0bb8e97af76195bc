import { never } from '../../kernel/never.ts';
import type { DisputeLost, DisputeWon, MoneyEvent } from './events.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import type { Money } from './notice.ts';

/**
 * The chart of accounts for money (decision 0052), each once a currency, those of sales once a person too; what flows in is positive.
 * `money.provider` is what the payment provider holds for us, `money.disputed` what it keeps until a dispute is decided,
 * `money.fees` what it kept for itself, `money.bank` what it paid out, `money.exchange` what was lost where it
 * exchanged there and back, or gave back of a dispute another amount than it took.
 */
export const MONEY_ACCOUNTS = [
  'money.provider',
  'money.disputed',
  'money.revenue',
  'money.tax',
  'money.fees',
  'money.bank',
  'money.exchange',
] as const;
export type MoneyAccount = (typeof MONEY_ACCOUNTS)[number];

/** One leg of an entry: a signed integer in minor units of the currency, never 0. */
export type MoneyPosting = Readonly<{
  account: MoneyAccount;
  unit: string;
  amount: number;
  /** The line of the invoice that it is for. */
  line?: InvoiceLine;
}>;

export const MONEY_MOVEMENTS = [
  'PaymentReceived',
  'PaymentRefunded',
  'RefundReturned',
  'DisputeOpened',
  'DisputeWon',
  'DisputeLost',
  'DisputeReopened',
] as const satisfies readonly MoneyEvent['type'][];

type Sold = Money & Readonly<{ tax: number; lines: readonly InvoiceLine[] }>;

/** `sign` 1: from revenue, line by line, and tax to the account; -1: back. */
const sold = (
  account: MoneyAccount,
  sign: 1 | -1,
  { amount, tax, currency: unit, lines }: Sold,
): readonly MoneyPosting[] => {
  const revenue =
    lines.length === 0
      ? [{ account: 'money.revenue', unit, amount: sign * (tax - amount) } as const]
      : lines.map((line) => ({ account: 'money.revenue', unit, amount: -sign * line.amount, line }) as const);
  return [
    { account, unit, amount: sign * amount } as const,
    ...revenue,
    { account: 'money.tax', unit, amount: -sign * tax } as const,
  ].filter((leg) => leg.amount !== 0);
};

/** `sign` 1: from the provider to what is disputed; -1: back. */
const disputed = (sign: 1 | -1, { amount, currency }: Money): readonly MoneyPosting[] =>
  amount === 0
    ? []
    : [
        { account: 'money.provider', unit: currency, amount: -sign * amount },
        { account: 'money.disputed', unit: currency, amount: sign * amount },
      ];

type Ended<Event extends DisputeWon | DisputeLost> = Omit<Event['data'], 'disputeId'>;

/**
 * With what moved at the provider and is neither what was taken nor what came back of it: the difference of exchanging. Of each account and
 * currency there is one leg then, but for the lines.
 */
const withExchanged = (
  legs: readonly MoneyPosting[],
  moved: readonly Money[] = [],
): readonly MoneyPosting[] => {
  if (moved.length === 0) return legs;
  const all = [
    ...legs,
    ...moved.flatMap(({ amount, currency: unit }): MoneyPosting[] => [
      { account: 'money.provider', unit, amount },
      { account: 'money.exchange', unit, amount: -amount },
    ]),
  ];
  const placeOf = ({ account, unit, line }: MoneyPosting): string =>
    `${account} ${unit} ${line?.lineId ?? ''}`;
  return [...Map.groupBy(all, placeOf).values()]
    .flatMap((same) => same.slice(0, 1).map((leg) => ({ ...leg, amount: sumOf(same) })))
    .filter(({ amount }) => amount !== 0);
};

const sumOf = (legs: readonly MoneyPosting[]): number => legs.reduce((sum, { amount }) => sum + amount, 0);

/** What came back, and what was lost by the way: in each of two currencies for itself. */
const won = ({ amount, currency, returned, exchanged: more }: Ended<DisputeWon>): readonly MoneyPosting[] => {
  const back = returned ?? { amount, currency };
  const isSame = back.currency === currency;
  const legs = [
    { account: 'money.provider', unit: back.currency, amount: back.amount } as const,
    { account: 'money.disputed', unit: currency, amount: -amount } as const,
    { account: 'money.exchange', unit: currency, amount: isSame ? amount - back.amount : amount } as const,
    { account: 'money.exchange', unit: back.currency, amount: isSame ? 0 : -back.amount } as const,
  ].filter((leg) => leg.amount !== 0);
  return withExchanged(legs, more);
};

const lost = (data: Ended<DisputeLost>): readonly MoneyPosting[] =>
  withExchanged(
    [
      ...sold('money.disputed', -1, data),
      ...(data.returned === undefined ? [] : disputed(-1, data.returned)),
    ],
    data.exchanged,
  );

/** The balanced entry of an event (BIL-11); empty where nothing was to pay. */
export const moneyPostingsOf = ({ type, data }: MoneyEvent): readonly MoneyPosting[] => {
  switch (type) {
    case 'PaymentReceived':
    case 'RefundReturned':
      return sold('money.provider', 1, data);
    case 'PaymentRefunded':
      return sold('money.provider', -1, data);
    case 'DisputeOpened':
      return disputed(1, data);
    case 'DisputeWon':
      return won(data);
    case 'DisputeLost':
      return lost(data);
    case 'DisputeReopened':
      return (data.was === 'WON' ? won(data) : lost(data)).map((leg) => ({ ...leg, amount: -leg.amount }));
    default:
      return never(type);
  }
};
