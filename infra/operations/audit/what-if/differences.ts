import type { Json } from '../../../../domain/kernel/message.ts';
import type { FieldDifference } from '../../../../read-api/kernel/audit.ts';
import { snakeKeys } from '../../../../read-api/kernel/wire.ts';

/** Of one decision; what is beyond says no more than that it is another one. */
const MOST_FIELDS = 20;
const MOST_CHARS = 500;

/** As it would be stored: without fields that are undefined. */
const stored = (value: unknown): Json => snakeKeys(JSON.parse(JSON.stringify(value ?? null)));

const textOf = (value: Json | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

const shown = (text: string | null): string | null => text?.slice(0, MOST_CHARS) ?? null;

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null;

const compare = (path: string, one: Json | undefined, other: Json | undefined): FieldDifference[] => {
  const areComparable = isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other);
  if (!areComparable) {
    const [recorded, decided] = [textOf(one), textOf(other)];
    return recorded === decided ? [] : [{ field: path, recorded: shown(recorded), decided: shown(decided) }];
  }
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].flatMap((name) =>
    compare(path === '' ? name : `${path}.${name}`, one[name], other[name]),
  );
};

/** Field by field what is not the same, the first of them; null: the field is not there. */
export const differencesOf = (recorded: unknown, decided: unknown): readonly FieldDifference[] =>
  compare('', stored(recorded), stored(decided)).slice(0, MOST_FIELDS);
