import type { Json } from '../kernel/message.ts';
import { MODEL_CLASSES, perTier, TIER_NAMES, TIERS, type TierTerms } from '../kernel/tiers.ts';
import { type AgreedFees, FEE_KINDS } from './agreed-fees.ts';
import { GATEWAYS, RECIPES_ONLY } from './routes.ts';

/**
 * What operators may change while everything runs (OPS-03), each with the value that counts until they do. A change counts
 * from the next job on: a job that has started keeps the terms that it started with.
 */
type Setting<T extends Json = Json> = Readonly<{
  about: string;
  fallback: T;
  /** What is wrong with a value; null: nothing. */
  problem: (value: Json) => string | null;
}>;

type Check = (value: Json | undefined) => string | null;

const aFlag: Check = (value) => (typeof value === 'boolean' ? null : 'true or false is expected');

const aCount =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `a whole number from ${least} to ${most} is expected`;

/** An object with a value for each of these names: neither one more nor one less. */
const anObject = (checks: Readonly<Record<string, Check>>): Check => {
  const names = Object.keys(checks);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return `an object with ${names.join(', ')} is expected`;
    const given = new Map<string, Json>(Object.entries(value));
    const foreign = [...given.keys()].find((name) => !names.includes(name));
    if (foreign !== undefined) return `there is no ${foreign}; known: ${names.join(', ')}`;
    for (const [name, check] of Object.entries(checks)) {
      const problem = check(given.get(name));
      if (problem !== null) return `${name}: ${problem}`;
    }
    return null;
  };
};

/** The same check for each of the names. */
const each = (names: readonly string[], check: Check): Check =>
  anObject(Object.fromEntries(names.map((name) => [name, check])));

const aList =
  (check: Check, most: number): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > most)
      return `a list of 1 to ${most} is expected`;
    return value.map((part: Json) => check(part)).find((problem) => problem !== null) ?? null;
  };

/** An object with a value for each of any names of this form. */
const aMap =
  (name: RegExp, check: Check): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an object is expected';
    for (const [key, part] of Object.entries(value)) {
      const problem = name.test(key) ? check(part) : 'no such name is expected';
      if (problem !== null) return `${key}: ${problem}`;
    }
    return null;
  };

const isDay = (text: string): boolean => {
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};
const aDay: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value)
    ? null
    : 'a day as 2026-11-21 is expected';

const oneOf =
  (known: readonly string[]): Check =>
  (value) =>
    known.some((name) => name === value) ? null : `one of ${known.join(', ')} is expected`;

const flag = (fallback: boolean, about: string): Setting<boolean> => ({ about, fallback, problem: aFlag });

const someClasses = aList(oneOf(MODEL_CLASSES), MODEL_CLASSES.length);

/** L0 costs nothing and is never withdrawn (JOB-08). */
const classes: Check = (value) => {
  const problem = someClasses(value);
  if (problem !== null || !Array.isArray(value)) return problem;
  if (new Set(value).size < value.length) return 'each class once is expected';
  return value.includes('L0') ? null : 'L0 belongs to every tier';
};

/** A job needs 10 credits to begin (BIL-03). */
const LEAST_CREDITS = 10;

const aTier = (monthlyCredits: Check): Check =>
  anObject({
    model_classes: classes,
    jobs_per_day: aCount(1, 100_000),
    monthly_credits: monthlyCredits,
    fast_track: aFlag,
    deep_fix: aFlag,
  });
const freeTier = aTier((value) => (value === 0 ? null : '0 is expected: nobody draws credits on it'));
const paidTier = aTier(aCount(LEAST_CREDITS, 100_000_000));

const asSetting = ({ modelClasses, jobsPerDay, monthlyCredits, fastTrack, deepFix }: TierTerms) => ({
  model_classes: modelClasses,
  jobs_per_day: jobsPerDay,
  monthly_credits: monthlyCredits,
  fast_track: fastTrack,
  deep_fix: deepFix,
});

const aRoute = anObject({
  gateway: oneOf(GATEWAYS),
  model: (value) =>
    typeof value === 'string' && /^[\w.:/-]{1,100}$/.test(value) ? null : 'the name of a model is expected',
});

/** Words and numbers, none of them as long as a key: it names a file, and is no key itself (OPS-02). */
const KEY_NAME = /^[a-z]{1,20}(?:[-_][a-z0-9]{1,12}){0,5}$/;

const aKeyName: Check = (value) =>
  typeof value === 'string' && KEY_NAME.test(value)
    ? null
    : 'the name of a key that is kept is expected, never the key itself';

/** null: what the configuration of the process names. */
const keyReference = <T extends Json>(check: Check, about: string): Setting<T | null> => ({
  about: `${about} null: what the configuration of the process names.`,
  fallback: null,
  problem: (value) => (value === null ? null : check(value)),
});

const aFeeKind = oneOf(FEE_KINDS);

/** No share can pass the whole. */
const aFee = anObject({
  from: aDay,
  of: (value) => (value === undefined ? null : aFeeKind(value)),
  basis_points: aCount(0, 10_000),
  fixed: aCount(0, 1_000_000),
});
const agreedFees = aMap(/^[A-Z]{3}$/, aList(aFee, 100));

const GOALS = {
  JAVASCRIPT_TO_TYPESCRIPT: true,
  PYTHON_2_TO_3: true,
  JAVA_8_TO_21: true,
  REACT_CLASS_TO_HOOKS: true,
  FREE_TEXT: true,
};

export const SETTINGS = {
  'feature.fast_track': flag(true, 'Whether tiers that have it may skip the approval of a specification.'),
  'feature.deep_fix': flag(true, 'Whether tiers that have it may repair with a stronger model.'),
  'model.l1': flag(true, 'Whether models of class L1 are used, by tiers that have it.'),
  'model.l2': flag(true, 'Whether models of class L2 are used, by tiers that have it.'),
  'model.l3': flag(true, 'Whether models of class L3 are used, by tiers that have it.'),
  IAMA_LLM_ROUTE_TABLE: {
    about: 'Which gateways and models answer each class of models, in the order in which they are asked.',
    fallback: RECIPES_ONLY,
    problem: each(MODEL_CLASSES, aList(aRoute, 10)),
  },
  tiers: {
    about:
      'What each tier may use: classes of models, jobs a day, whole credits a month or cycle, and the two features.',
    fallback: perTier((tier) => asSetting(TIERS[tier])),
    problem: anObject(perTier((tier) => (tier === 'FREE' ? freeTier : paidTier))),
  },
  tier_context_caps: {
    about: 'Tokens of sources that a job of the tier may have.',
    fallback: perTier((tier) => TIERS[tier].contextCapTokens),
    problem: each(TIER_NAMES, aCount(1_000, 2_000_000)),
  },
  language_matrix: {
    about: 'Goals that a new job may have.',
    fallback: GOALS,
    problem: each(Object.keys(GOALS), aFlag),
  },
  payment_fees: {
    about:
      'What the payment provider may keep of payments, refunds and disputes by agreement: for a currency, basis points and minor units from a day on. null: none is known.',
    fallback: null as AgreedFees | null,
    problem: (value) => (value === null ? null : agreedFees(value)),
  },
  'stripe.api_key_ref': keyReference<string>(aKeyName, 'The key that Stripe is asked with.'),
  'stripe_webhook.api_key_ref': keyReference<readonly string[]>(
    aList(aKeyName, 2),
    'The secrets that webhooks may be signed with: one, or two while it is exchanged.',
  ),
  'access_tokens.api_key_ref': keyReference<readonly string[]>(
    aList(aKeyName, 3),
    'The keys of access tokens: the first signs, and tokens of all of them are good.',
  ),
  'log_heads.api_key_ref': keyReference<string>(
    aKeyName,
    'The key that signs heads of the log, and books that are exported.',
  ),
  'smtp.api_key_ref': keyReference<string>(aKeyName, 'The password for the mail server.'),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof SETTINGS;
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

export type SettingValue<Key extends SettingKey> = (typeof SETTINGS)[Key]['fallback'];

export const isSettingKey = (text: string): text is SettingKey => Object.hasOwn(SETTINGS, text);

export type KeyReference = Extract<SettingKey, `${string}.api_key_ref`>;

/** Says where a key is kept: for super admins alone (OPS-02). */
export const isKeyReference = (key: string): key is KeyReference =>
  isSettingKey(key) && key.endsWith('.api_key_ref');

/** The names of keys in the value of a reference. */
export const keyNamesIn = (value: Json): readonly string[] =>
  [value].flat().filter((name) => typeof name === 'string');
