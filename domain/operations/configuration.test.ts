import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { fold } from '../kernel/decider.ts';
import type { Json } from '../kernel/message.ts';
import { specificationFor } from '../kernel/specification.ts';
import {
  type ChangeSetting,
  configuration,
  type SettingChanged,
  settingAt,
  settingOf,
} from './configuration.ts';
import { SETTING_KEYS, SETTINGS } from './settings.ts';

const given = specificationFor(configuration, deepStrictEqual);
const about = { reason: 'a trial', by: 'eve', at: '2026-11-21T10:00:00.000Z' };
const change = (key: string, value: Json, more: { ifRevision?: number } = {}): ChangeSetting => ({
  type: 'ChangeSetting',
  data: { ...about, key, value, ...more },
});
const rollBack = (key: string, toRevision: number) =>
  ({ type: 'RollBackSetting', data: { ...about, key, toRevision } }) as const;
const changed = (key: string, revision: number, value: Json): SettingChanged => ({
  type: 'SettingChanged',
  data: { ...about, key, revision, value },
});

const CAPS = SETTINGS.tier_context_caps.fallback;
const TIERS = SETTINGS.tiers.fallback;
const ROUTES = SETTINGS.IAMA_LLM_ROUTE_TABLE.fallback;
const STEP = { gateway: 'recipe', model: 'recipes' };
const plus = (value: Json): readonly [string, Json] => ['tiers', { ...TIERS, PLUS: value }];
const l1 = (value: Json): readonly [string, Json] => ['IAMA_LLM_ROUTE_TABLE', { ...ROUTES, L1: value }];

const FEE = { from: '2026-10-01', basis_points: 290, fixed: 30 };
const fees = (value: Json): readonly [string, Json] => ['payment_fees', value];

describe('the configuration', () => {
  it('[OPS-03] has no setting but those of the registry', () => {
    for (const key of ['feature.nonsense', 'toString', '__proto__', 'paypal.api_key_ref'])
      given().when(change(key, true)).thenRejected('SETTING_UNKNOWN');
    given().when(rollBack('nonsense', 0)).thenRejected('SETTING_UNKNOWN');
  });

  it('[OPS-03] refuses a value of another type, with other names, or out of bounds', () => {
    const wrong: readonly (readonly [string, Json])[] = [
      ['feature.deep_fix', 'true'],
      ['feature.deep_fix', 1],
      ['feature.deep_fix', null],
      ['tier_context_caps', []],
      ['tier_context_caps', 5],
      ['tier_context_caps', { FREE: 128_000 }],
      ['tier_context_caps', { ...CAPS, GOLD: 1_000 }],
      ['tier_context_caps', { ...CAPS, FREE: 999 }],
      ['tier_context_caps', { ...CAPS, FREE: 2_000_001 }],
      ['tier_context_caps', { ...CAPS, FREE: 1_000.5 }],
      ['tier_context_caps', { ...CAPS, FREE: '128000' }],
      ['language_matrix', { ...SETTINGS.language_matrix.fallback, FREE_TEXT: 'no' }],
      ['tiers', null],
      ['tiers', { FREE: TIERS.FREE }],
      ...[{}, { ...TIERS.PLUS, jobs_per_week: 1 }, [], 'PLUS'].map(plus),
      ...[0, 0.5, 100_001, '20', null].map((jobs_per_day) => plus({ ...TIERS.PLUS, jobs_per_day })),
      ...[0, 9, 100_000_001, -1].map((monthly_credits) => plus({ ...TIERS.PLUS, monthly_credits })),
      ...[[], ['L1'], ['L0', 'L0'], ['L0', 'L9'], 'L0', null].map((model_classes) =>
        plus({ ...TIERS.PLUS, model_classes }),
      ),
      plus({ ...TIERS.PLUS, fast_track: 1 }),
      ['tiers', { ...TIERS, FREE: { ...TIERS.FREE, monthly_credits: 10 } }],
      ...[
        'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
        'Stripe',
        '../stripe',
        'a/b',
        '',
        'a'.repeat(21),
        1,
        [],
        {},
      ].map((value): readonly [string, Json] => ['stripe.api_key_ref', value]),
      ...[[], 'hook', ['a', 'b', 'c'], ['deadbeefdeadbeefdeadbeefdeadbeef'], [null]].map(
        (value): readonly [string, Json] => ['stripe_webhook.api_key_ref', value],
      ),
      ['access_tokens.api_key_ref', ['a', 'b', 'c', 'd']],
      ...[
        [],
        { usd: [FEE] },
        { USD: [] },
        { USD: FEE },
        { USD: Array.from({ length: 101 }, () => FEE) },
        { USD: [{ ...FEE, from: '2026-02-30' }] },
        'USD',
      ].map(fees),
      ...[
        { from: '' },
        { basis_points: 10_001 },
        { basis_points: 2.9 },
        { fixed: -1 },
        { fixed: 1_000_001 },
        { tax: 1 },
        { of: 'PAYOUT' },
        { of: null },
      ].map((wrong) => fees({ USD: [FEE, { ...FEE, ...wrong }] })),
      l1([{ ...STEP, model: `sk-proj-${'a'.repeat(24)}` }]),
      ['IAMA_LLM_ROUTE_TABLE', {}],
      ['IAMA_LLM_ROUTE_TABLE', { ...ROUTES, L4: ROUTES.L1 }],
      ...[[], {}, null, Array.from({ length: 11 }, () => STEP)].map(l1),
      ...[
        {},
        { gateway: 'recipe' },
        { ...STEP, gateway: 'nobody' },
        { ...STEP, model: '' },
        { ...STEP, model: 'a b' },
        { ...STEP, model: 'm'.repeat(101) },
        { ...STEP, price: 1 },
      ].map((step) => l1([STEP, step])),
    ];
    for (const [key, value] of wrong) given().when(change(key, value)).thenRejected('SETTING_INVALID');
    given()
      .when(change('tier_context_caps', { ...CAPS, PRO: 1 }))
      .thenRejected('SETTING_INVALID', {
        key: 'tier_context_caps',
        problem: 'PRO: a whole number from 1000 to 2000000 is expected',
      });
  });

  it('[OPS-03] has a value of its own that fits, for every setting', () => {
    for (const key of SETTING_KEYS)
      expect([key, SETTINGS[key].problem(SETTINGS[key].fallback)]).toEqual([key, null]);
  });

  it('[ES-13] keeps no address of why a setting was changed: no key of a person reaches it', () => {
    const { type, data } = change('feature.deep_fix', false);
    given()
      .when({ type, data: { ...data, reason: 'bob@example.org asked' } })
      .then({
        type: 'SettingChanged',
        data: { ...changed('feature.deep_fix', 1, false).data, reason: '[address] asked' },
      });
  });

  it('[OPS-03] records each change with its number, and nothing where nothing changes', () => {
    given().when(change('feature.deep_fix', true)).thenNothing();
    given()
      .when(
        change('tier_context_caps', {
          ENTERPRISE: 1_000_000,
          MAX: 200_000,
          PRO: 200_000,
          PLUS: 128_000,
          FREE: 128_000,
        }),
      )
      .thenNothing();
    given()
      .when(change('feature.deep_fix', false))
      .then(changed('feature.deep_fix', 1, false));
    given(changed('feature.deep_fix', 1, false), changed('model.l2', 1, false))
      .when(change('feature.deep_fix', true))
      .then(changed('feature.deep_fix', 2, true));
  });

  it('[OPS-03] refuses a change by who has not seen the newest one', () => {
    const once = given(changed('model.l3', 1, false));
    once
      .when(change('model.l3', true, { ifRevision: 0 }))
      .thenRejected('SETTING_CHANGED_MEANWHILE', { revision: 1 });
    once.when(change('model.l3', true, { ifRevision: 1 })).then(changed('model.l3', 2, true));
  });

  it('[OPS-03] goes back to any revision, or to before all of them, as one more change', () => {
    const caps = { ...CAPS, FREE: 64_000 };
    const twice = given(
      changed('tier_context_caps', 1, caps),
      changed('tier_context_caps', 2, { ...caps, PLUS: 64_000 }),
    );
    twice.when(rollBack('tier_context_caps', 1)).then(changed('tier_context_caps', 3, caps));
    twice.when(rollBack('tier_context_caps', 0)).then(changed('tier_context_caps', 3, CAPS));
    twice.when(rollBack('tier_context_caps', 3)).thenRejected('SETTING_REVISION_NOT_FOUND', { newest: 2 });
  });

  it('[OPS-03] [BIL-15] takes the fees that were agreed, or that none were', () => {
    const kinds = ['PAYMENT', 'REFUND', 'DISPUTE'].map((of) => ({ ...FEE, of }));
    const value = { USD: [FEE, { ...FEE, basis_points: 440 }, ...kinds], JPY: [{ ...FEE, fixed: 0 }] };
    given()
      .when(change('payment_fees', value))
      .then(changed('payment_fees', 1, value));
    given(changed('payment_fees', 1, value))
      .when(change('payment_fees', null))
      .then(changed('payment_fees', 2, null));
    given().when(change('payment_fees', null)).thenNothing();
  });

  it('[OPS-02] says where a key is kept, and nothing of one that was sent in its place', () => {
    const sent = change('smtp.api_key_ref', 'hunter2hunter2hunter2');
    const problem = 'the name of a key that is kept is expected, never the key itself';
    given().when(sent).thenRejected('SETTING_INVALID', { key: 'smtp.api_key_ref', problem });
    given()
      .when(change('smtp.api_key_ref', 'smtp-2026_11'))
      .then(changed('smtp.api_key_ref', 1, 'smtp-2026_11'));
    expect(settingOf(fold(configuration, []), 'smtp.api_key_ref')).toBeNull();
  });

  it('[OPS-03] says of a value within values where it is wrong', () => {
    const wrong = { ...TIERS, PRO: { ...TIERS.PRO, monthly_credits: 1 } };
    given().when(change('tiers', wrong)).thenRejected('SETTING_INVALID', {
      key: 'tiers',
      problem: 'PRO: monthly_credits: a whole number from 10 to 100000000 is expected',
    });
  });

  it('[OPS-03] [BIL-02] knows what counted at any time', () => {
    const on = (day: number, revision: number, value: boolean): SettingChanged => {
      const { type, data } = changed('model.l1', revision, value);
      return { type, data: { ...data, at: `2026-11-2${day}T10:00:00.000Z` } };
    };
    const state = fold(configuration, [on(2, 1, false), on(4, 2, true)]);
    const at = ['21T10:00', '22T09:59', '22T10:00', '23T10:00', '25T10:00'].map((time) =>
      settingAt(state, 'model.l1', `2026-11-${time}:00.000Z`),
    );
    expect(at).toEqual([true, true, false, false, true]);
  });

  it('[OPS-03] counts a value that does not fit any more as none', () => {
    const state = fold(configuration, [
      changed('tier_context_caps', 1, { FREE: 1 }),
      changed('model.l1', 1, false),
    ]);
    expect(settingOf(state, 'tier_context_caps')).toEqual(CAPS);
    expect(settingOf(state, 'model.l1')).toBe(false);
    expect(settingOf(state, 'model.l2')).toBe(true);
  });
});
