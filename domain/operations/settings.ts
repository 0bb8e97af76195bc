import type { Json } from '../kernel/message.ts';

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

const isBoolean = (value: Json | undefined): value is boolean => typeof value === 'boolean';

const flag = (fallback: boolean, about: string): Setting<boolean> => ({
  about,
  fallback,
  problem: (value) => (isBoolean(value) ? null : 'true or false is expected'),
});

/** A value for each of the same names: neither one more nor one less. */
const each = <Name extends string, T extends Json>(
  fallback: Readonly<Record<Name, T>>,
  about: string,
  problemOf: (value: Json | undefined) => string | null,
): Setting<Readonly<Record<Name, T>>> => {
  const names = Object.keys(fallback);
  return {
    about,
    fallback,
    problem: (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return `an object with ${names.join(', ')} is expected`;
      const given: Readonly<Record<string, Json>> = Object.fromEntries(Object.entries(value));
      const foreign = Object.keys(given).find((name) => !names.includes(name));
      if (foreign !== undefined) return `there is no ${foreign}; known: ${names.join(', ')}`;
      for (const name of names) {
        const problem = problemOf(given[name]);
        if (problem !== null) return `${name}: ${problem}`;
      }
      return null;
    },
  };
};

const flags = <Name extends string>(fallback: Readonly<Record<Name, boolean>>, about: string) =>
  each(fallback, about, (value) => (isBoolean(value) ? null : 'true or false is expected'));

const counts = <Name extends string>(
  fallback: Readonly<Record<Name, number>>,
  { least, most }: Readonly<{ least: number; most: number }>,
  about: string,
) =>
  each(fallback, about, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `a whole number from ${least} to ${most} is expected`,
  );

export const SETTINGS = {
  'feature.fast_track': flag(true, 'Whether tiers that have it may skip the approval of a specification.'),
  'feature.deep_fix': flag(true, 'Whether tiers that have it may repair with a stronger model.'),
  'model.l1': flag(true, 'Whether models of class L1 are used, by tiers that have it.'),
  'model.l2': flag(true, 'Whether models of class L2 are used, by tiers that have it.'),
  'model.l3': flag(true, 'Whether models of class L3 are used, by tiers that have it.'),
  tier_context_caps: counts(
    { FREE: 128_000, PLUS: 128_000, PRO: 200_000, MAX: 200_000, ENTERPRISE: 1_000_000 },
    { least: 1_000, most: 2_000_000 },
    'Tokens of sources that a job of the tier may have.',
  ),
  language_matrix: flags(
    {
      JAVASCRIPT_TO_TYPESCRIPT: true,
      PYTHON_2_TO_3: true,
      JAVA_8_TO_21: true,
      REACT_CLASS_TO_HOOKS: true,
      FREE_TEXT: true,
    },
    'Goals that a new job may have.',
  ),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof SETTINGS;
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

export type SettingValue<Key extends SettingKey> = (typeof SETTINGS)[Key]['fallback'];

export const isSettingKey = (text: string): text is SettingKey => Object.hasOwn(SETTINGS, text);
