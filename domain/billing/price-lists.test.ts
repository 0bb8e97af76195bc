import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type PricesPublished, type PublishPrices, priceListAt, priceLists } from './price-lists.ts';

const at = '2026-11-20T10:00:00.000Z';
const december = '2026-12-01T00:00:00.000Z';
const models = { m: { input: 300_000, cached: 30_000, output: 1_500_000 } };
const publish = (changes: Partial<PublishPrices['data']> = {}): PublishPrices => ({
  type: 'PublishPrices',
  data: { version: 'v1', effectiveFrom: december, models, at, ...changes },
});
const published = (changes: Partial<PublishPrices['data']> = {}): PricesPublished => ({
  type: 'PricesPublished',
  data: publish(changes).data,
});

describe('price lists', () => {
  const given = specificationFor(priceLists, deepStrictEqual);

  it('[BIL-05] are refused where they are none', () => {
    for (const wrong of [{ version: '' }, { version: 'a b' }, { models: {} }, { effectiveFrom: 'soon' }])
      given().when(publish(wrong)).thenRejected('PRICES_INVALID');
    // The last one times the tokens of a long call is no exact number any more.
    for (const input of [-1, 0.5, Number.NaN, 1_000_000_001])
      given()
        .when(publish({ models: { m: { ...models.m, input } } }))
        .thenRejected('PRICES_INVALID');
  });

  it('[BIL-05] never count for what was', () => {
    given()
      .when(publish({ effectiveFrom: '2026-11-20T09:59:59.999Z' }))
      .thenRejected('PRICES_BACKDATED', { earliest: at });
    given(published())
      .when(publish({ version: 'v2', effectiveFrom: '2026-11-25T00:00:00.000Z' }))
      .thenRejected('PRICES_BACKDATED', { earliest: december });
    given()
      .when(publish({ effectiveFrom: at }))
      .then(published({ effectiveFrom: at }));
  });

  it('[BIL-05] begin within a year: nothing could be published before a list of a mistaken date', () => {
    for (const later of ['2027-11-21T10:00:00.001Z', '2062-12-01T00:00:00.000Z'])
      given()
        .when(publish({ effectiveFrom: later }))
        .thenRejected('PRICES_INVALID');
    const inAYear = '2027-11-20T10:00:00.000Z';
    given()
      .when(publish({ effectiveFrom: inAYear }))
      .then(published({ effectiveFrom: inAYear }));
  });

  it('[BIL-05] are never changed under one version', () => {
    given(published())
      .when(publish({ at: december }))
      .thenNothing();
    given(published())
      .when(publish({ models: { m: { ...models.m, input: 1 } } }))
      .thenRejected('PRICES_DIFFER');
    given(published())
      .when(publish({ version: 'v2' }))
      .then(published({ version: 'v2' }));
  });

  it('[BIL-05] count from their date on, until a later one does', () => {
    const state = [
      published({ version: 'v1', effectiveFrom: at }),
      published({ version: 'v2', effectiveFrom: december }),
    ].reduce(priceLists.evolve, priceLists.initialState());
    expect(priceListAt(state, '2026-11-20T09:59:59.999Z')).toBeNull();
    expect(priceListAt(state, at)).toEqual({ version: 'v1', models });
    expect(priceListAt(state, '2026-11-30T23:59:59.999Z')?.version).toBe('v1');
    expect(priceListAt(state, december)?.version).toBe('v2');
  });
});
