import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { Rejection } from '../kernel/rejection.ts';
import type { ModelPrice, PriceList } from './prices.ts';

/**
 * The prices of models, a list at a time; stream `price-lists` (BIL-05). A list counts from its day on until a later one
 * does, is never changed, and never begins in the past: what was dispatched keeps its price.
 */
export type PricesPublished = Event<
  'PricesPublished',
  {
    version: string;
    /** RFC 3339 in UTC. */
    effectiveFrom: string;
    models: Readonly<Record<string, ModelPrice>>;
    at: string;
  }
>;
export type PublishPrices = Command<'PublishPrices', PricesPublished['data']>;

/** By `effectiveFrom`, the earliest first. */
export type PriceListsState = readonly PricesPublished['data'][];

const evolve = (state: PriceListsState, { data }: PricesPublished): PriceListsState => [...state, data];

/** US$10,000 per million tokens: far above any model, and so small that the tokens of any call keep it exact. */
const MOST = 1_000_000_000;
/** A later list may begin where this one does at the earliest, and none is ever taken back. */
const LATEST_MS = 366 * 86_400_000;

const isPrice = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= MOST;

const same = (one: PricesPublished['data'], other: PricesPublished['data']): boolean => {
  const text = ({ effectiveFrom, models }: PricesPublished['data']): string =>
    JSON.stringify([
      effectiveFrom,
      Object.entries(models)
        .map(([model, { input, cached, output }]) => [model, input, cached, output])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ]);
  return text(one) === text(other);
};

const decide = ({ data }: PublishPrices, state: PriceListsState): PricesPublished[] => {
  const { version, effectiveFrom, models, at } = data;
  if (
    !/^[\w.-]{1,50}$/.test(version) ||
    Object.keys(models).length === 0 ||
    Number.isNaN(Date.parse(effectiveFrom))
  )
    throw new Rejection('PRICES_INVALID', 'A list has a version, a date and at least one model.');
  if (!Object.values(models).every((price) => [price.input, price.cached, price.output].every(isPrice)))
    throw new Rejection(
      'PRICES_INVALID',
      `Prices are integers from 0 to ${MOST}: micro-credits per 1,000 tokens.`,
    );
  if (Date.parse(effectiveFrom) > Date.parse(at) + LATEST_MS)
    throw new Rejection('PRICES_INVALID', 'A list begins within a year: none can begin before it later.');
  const known = state.find((list) => list.version === version);
  if (known !== undefined) {
    if (same(known, data)) return [];
    throw new Rejection(
      'PRICES_DIFFER',
      `The list ${version} is another. Give this one a version of its own.`,
    );
  }
  const bound = Math.max(Date.parse(at), ...state.map((list) => Date.parse(list.effectiveFrom)));
  const earliest = new Date(bound).toISOString();
  if (Date.parse(effectiveFrom) < bound)
    throw new Rejection('PRICES_BACKDATED', `A new list counts from ${earliest} at the earliest.`, {
      earliest,
    });
  return [{ type: 'PricesPublished', data }];
};

export const priceLists: Decider<PriceListsState, PublishPrices, PricesPublished> = {
  initialState: () => [],
  evolve,
  decide,
};

/** The list that counts at an instant; null: none does yet. */
export const priceListAt = (state: PriceListsState, at: string): PriceList | null => {
  const list = state.findLast(({ effectiveFrom }) => Date.parse(effectiveFrom) <= Date.parse(at));
  return list === undefined ? null : { version: list.version, models: list.models };
};

export const PRICE_LISTS_STREAM = 'price-lists';
