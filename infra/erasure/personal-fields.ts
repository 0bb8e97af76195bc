import { BILLING_PERSONAL } from '../../domain/billing/personal.ts';
import type { PersonalFields } from '../../domain/kernel/personal.ts';
import { OPERATIONS_PERSONAL } from '../../domain/operations/personal.ts';
import { JOB_PERSONAL } from '../../domain/refactoring/job/personal.ts';

/** Of all contexts, by event type. */
export const PERSONAL_FIELDS: ReadonlyMap<string, PersonalFields> = new Map([
  ...BILLING_PERSONAL,
  ...JOB_PERSONAL,
  ...OPERATIONS_PERSONAL,
]);

/** The value with `change` made of the texts at a path; what is not there, or no text, stays. */
const changedAt = (value: unknown, path: readonly string[], change: (text: string) => string): unknown => {
  const [step, ...rest] = path;
  if (step === undefined) return typeof value === 'string' ? change(value) : value;
  if (step === '*') return Array.isArray(value) ? value.map((item) => changedAt(item, rest, change)) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  // In its place, so that the order of the names stays.
  return { ...value, [step]: changedAt(Reflect.get(value, step), rest, change) };
};

/** The data of an event with `change` made of its personal texts. */
export const changedTexts = (
  data: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  change: (text: string) => string,
): Readonly<Record<string, unknown>> =>
  fields.reduce<unknown>(
    (changed, field) => changedAt(changed, field.split('.'), change),
    data,
  ) as typeof data;
