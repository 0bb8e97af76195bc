import type { Json } from './operations.ts';

type Step = Readonly<{ holder: Json[] | Record<string, Json>; key: string }>;

const isHolder = (value: Json): value is Json[] | Record<string, Json> =>
  typeof value === 'object' && value !== null;

const stepsOf = (value: Json): Step[] =>
  isHolder(value)
    ? Object.entries(value).flatMap(([key, member]) => [{ holder: value, key }, ...stepsOf(member)])
    : [];

const put = ({ holder, key }: Step, value: Json): void => {
  // A plain assignment to `__proto__` would set no member.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

export const MUTATIONS = ['REPLACE', 'REMOVE', 'ADD', 'WRAP'] as const;
export type Mutation = Readonly<{ kind: (typeof MUTATIONS)[number]; at: number; name: string; value: Json }>;

/** The value with one change at one place; `at` counts through its members. */
export const mutated = (original: Json, { kind, at, name, value }: Mutation): Json => {
  const changed = structuredClone(original);
  const steps = stepsOf(changed);
  const step = steps[at % Math.max(1, steps.length)];
  if (step === undefined) return value;
  const member: Json = Object.entries(step.holder).find(([key]) => key === step.key)?.[1] ?? null;
  switch (kind) {
    case 'REPLACE':
      put(step, value);
      break;
    case 'WRAP':
      put(step, [member]);
      break;
    case 'REMOVE':
      if (Array.isArray(step.holder)) step.holder.splice(Number(step.key), 1);
      else delete step.holder[step.key];
      break;
    case 'ADD':
      if (Array.isArray(step.holder)) step.holder.push(value);
      else put({ holder: step.holder, key: name }, value);
      break;
    default:
      return kind satisfies never;
  }
  return changed;
};
